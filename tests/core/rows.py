"""One row of every table of a tenant, made from what the models say of themselves.

A new model is covered without a word here, unless a constraint wants a value that cannot be guessed:
that goes into `VALUES`.
"""

from datetime import UTC, date, datetime
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Model

from oms.core.db.keys import uuid7
from oms.core.db.tenant import TenantForeignKey
from tests.core.catalogue import GLOBAL

# In every text of the row: whoever sees this sees what is not theirs.
MARK = "SECRETOFRIVAL"
NUMBER = 987_654
VALUES = {
    "inventory.itemcode": {"kind": "alias"},
    "inventory.customfield": {"kind": "text"},
    "inventory.packlevel": {"units": NUMBER},
    "inventory.sellbuffer": {"units": NUMBER},
    "inventory.channelshare": {"kind": "at_most", "amount": NUMBER},
    "inventory.transfer": {"number": NUMBER},
    "inventory.assemblyorder": {"number": NUMBER},
    "inventory.supplieritem": {"prices": [[1, "1.50"]]},
    "inventory.purchaseorder": {"number": NUMBER, "currency": "EUR"},
    "inventory.outsidefact": {"what": "sold", "quantity": 1},
    "inventory.deliverynotice": {"expected_on": "2026-11-24"},
    "inventory.supplier": {"currency": "EUR"},
    "inventory.sheetimport": {"kind": "items"},
    "inventory.stockalert": {"kind": "out"},
    "inventory.cart": {"ended_as": ""},
    "inventory.reservation": {"quantity": 1, "open": 1},
    "inventory.stockperiod": {"closed_until": date(2020, 1, 1), "reopen_reason": MARK},
    "inventory.stockcount": {"number": NUMBER},
    "inventory.valueevent": {"kind": "policy", "day": date(2026, 11, 24), "payload": {"method": "fifo"}},
    "inventory.supplierbill": {"billed_on": date(2026, 11, 24), "rate": 1},
    "inventory.supplierbillline": {"units": 1, "charge": ""},
    "inventory.supplierreturn": {"number": NUMBER},
    "inventory.receivednotbilled": {"since": date(2026, 11, 24)},
    "inventory.valuelayer": {"day": date(2026, 11, 24), "source": "item", "units": 2, "units_left": 1},
    "inventory.valueposting": {"day": date(2026, 11, 24), "debit": "stock", "credit": "loss"},
    "inventory.valueday": {"day": date(2026, 11, 24)},
    "inventory.bin": {"kind": "pick"},
    "inventory.lot": {"blocked_reason": ""},
    "inventory.recall": {"number": NUMBER},
    "inventory.serial": {"state": "customer", "location_id": None},
    "orders.order": {"number": NUMBER},
    "orders.hold": {"kind": "manual"},
    "analytics.dailysales": {"day": date(2026, 11, 24)},
    "analytics.dailyfloor": {"day": date(2026, 11, 24)},
    "orders.orderrating": {"score": 3},
    "orders.payment": {"amount": 1},
    "orders.refund": {"amount": 1, "number": 1},
    "orders.refundline": {"quantity": 1},
    "orders.refundpart": {"amount": 1},
    "returns.return": {"number": NUMBER},
    "returns.returnline": {"quantity": 1, "reason": "other"},
    "returns.receipt": {"quantity": 1},
    "returns.inspection": {"quantity": 1, "grade": "opened", "disposition": "scrap"},
    "notifications.customermessage": {
        "kind": "placed", "letter": {"subject": MARK, "paragraphs": [MARK], "rows": [], "button": "", "link": ""},
    },
    "shipping.trackingevent": {"code": "in_transit"},
    "fulfillment.fulfillmentorder": {"number": NUMBER},
    "fulfillment.scan": {"kind": "pick", "verdict": "right"},
    "fulfillment.shortpick": {"wanted": 2, "found": 1, "reason": "damaged", "outcome": "waits"},
    "channels.connection": {"kind": "hook"},
    "core.job": {"actor": {"label": MARK}},
    "core.delivery": {"state": "parked", "attempts": 8, "error": MARK, "shard": 0},
    "core.fact": {"name": "channel.created", "payload": {"channel_id": str(UUID(int=1)), "code": MARK}},
    "accounts.approval": {"requested_by": {"kind": "user", "id": "0", "label": MARK}},
}  # fmt: skip


def tenant_models() -> list[type[Model]]:
    return [
        model
        for model in apps.get_models()
        if hasattr(model, "tenant_id") and model._meta.db_table not in GLOBAL and not model._meta.proxy
    ]


def make_rows() -> dict[type[Model], Model]:
    """One row of every model of a tenant, in the open unit of work."""
    made: dict[type[Model], Model] = {}
    for model in tenant_models():
        _make(model, made)
    return made


def unsaved(model: type[Model], made: dict[type[Model], Model]) -> Model:
    """An instance that could be saved; the rows it refers to are made first."""
    values = dict(VALUES.get(model._meta.label_lower, {}))
    for field in model._meta.concrete_fields:
        if field.name not in values and field.attname != "tenant_id" and (filler := _filler(field, made)) is not None:
            values[field.name] = filler
    return model(**values)


def _make(model: type[Model], made: dict[type[Model], Model]) -> Model:
    if model not in made:
        made[model] = unsaved(model, made)
        made[model].save(force_insert=True)
    return made[model]


def _filler(field: models.Field, made: dict[type[Model], Model]) -> object:
    if isinstance(field, TenantForeignKey):
        return None if field.null and field.related_model not in made else _make(field.related_model, made)
    if isinstance(field, models.AutoField | models.BigAutoField):
        return None
    if isinstance(field, models.TextField | models.CharField):
        return None if field.default not in ("", models.NOT_PROVIDED) else MARK
    if field.has_default() and not isinstance(field, models.JSONField):
        return None
    if field.null:
        return None
    return _plain(field)


def _plain(field: models.Field) -> object:
    for kind, value in (
        (models.UUIDField, uuid7()),
        (models.JSONField, {"text": MARK} if field.default is not list else [MARK]),
        (models.DateTimeField, datetime(2026, 11, 1, tzinfo=UTC)),
        (models.BooleanField, True),
        (ArrayField, []),
    ):
        if isinstance(field, kind):
            return value
    return 1


def fingerprint(table: str) -> str:
    """Changes with any row of the table that the open unit of work can see."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {table} t")
        return cursor.fetchone()[0]
