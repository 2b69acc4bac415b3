"""What stock is worth: layers of cost, the postings behind them, and how far the ledger has been followed.

A projection of the ledger and of decisions (`ValueEvent`): all but the decisions, and what a receipt was said to
cost, can be worked out anew.
"""

from django.db import models
from django.db.models import F, Q

from inventory.models.items import Item
from inventory.models.stock import Movement
from inventory.valuing.accounts import ACCOUNTS, SOURCES
from inventory.valuing.deciding import KINDS, METHODS
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


def _money(**options: object) -> models.DecimalField:
    return models.DecimalField(max_digits=18, decimal_places=4, **options)


class ValuationState(TenantModel):
    """How far the ledger was followed, one row per merchant; whoever follows holds it.

    Every entry up to ``settled`` is visible or never will be. ``drawn`` is settled once each transaction below
    ``transaction`` is over (see `inventory.checkpoints`).
    """

    settled = models.BigIntegerField(default=0)
    drawn = models.BigIntegerField(default=0)
    transaction = models.BigIntegerField(default=0)
    last_movement = models.BigIntegerField(default=0)
    last_position = models.BigIntegerField(default=-1)
    method = models.TextField(default=METHODS[0])
    damaged_percent = models.SmallIntegerField(default=50)
    # The job that works all out anew: nobody else follows meanwhile.
    rebuild_id = models.UUIDField(null=True)
    followed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id"], name="inventory_valuationstate_once"),
            models.CheckConstraint(condition=Q(method__in=METHODS), name="inventory_valuationstate_method"),
        ]

    @property
    def rebuilding(self) -> bool:
        return self.rebuild_id is not None


class ValueEvent(TenantModel):
    """A decision about value: a price for goods that came without one, another method, a supplier's bill.

    It counts after the entry ``after_movement``, in the order of ``position``: both are written when it is first
    taken into account, so that working all out anew comes to the same. It waits until ``due_at``, and for all
    entries up to ``drawn``, which were there when it was decided; ``day`` is the day its postings stand in.
    """

    kind = models.TextField()
    payload = models.JSONField()
    reason = models.TextField(blank=True, default="")
    day = models.DateField()
    due_at = models.DateTimeField()
    actor_label = models.TextField()
    decided_at = models.DateTimeField()
    drawn = models.BigIntegerField(default=0)
    after_movement = models.BigIntegerField(null=True)
    position = models.BigIntegerField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="inventory_valueevent_kind"),
            models.UniqueConstraint(
                fields=["tenant_id", "position"],
                condition=Q(position__isnull=False),
                name="inventory_valueevent_position",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "kind", "-id"], name="inventory_valueevent_newest"),
            models.Index(
                fields=["tenant_id", "due_at", "id"],
                name="inventory_valueevent_waiting",
                condition=Q(position__isnull=True),
            ),
        ]


class ItemValue(TenantLogModel):
    """An item's pool at this merchant: units wherever they lie, and what they are worth together."""

    item = TenantForeignKey(Item, related_name="+", db_index=False)
    units = models.BigIntegerField()
    value = _money()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "item"], name="inventory_itemvalue_once"),
            models.CheckConstraint(condition=Q(units__gte=0), name="inventory_itemvalue_units"),
        ]


class ValueLayer(TenantLogModel):
    """Units that came in together, at one cost; the oldest leave first.

    ``source`` says where the cost is from; ``value`` is what they came in at, ``value_left`` what is left of it.
    ``priced_at`` is what a person has said since that one unit costs.
    """

    item = TenantForeignKey(Item, related_name="+", db_index=False)
    movement = TenantForeignKey(Movement, related_name="+", db_index=False)
    cause_kind = models.TextField()
    cause_id = models.UUIDField(null=True)
    day = models.DateField()
    units = models.BigIntegerField()
    unit_cost = models.DecimalField(max_digits=24, decimal_places=6)
    source = models.TextField()
    priced_at = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    value = _money()
    units_left = models.BigIntegerField()
    value_left = _money()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "movement"], name="inventory_valuelayer_once"),
            models.CheckConstraint(
                condition=Q(units__gt=0, units_left__gte=0, value_left__gte=0) & Q(units_left__lte=F("units")),
                name="inventory_valuelayer_left",
            ),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="inventory_valuelayer_source"),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "item", "movement"],
                name="inventory_valuelayer_open",
                condition=Q(units_left__gt=0),
            ),
            models.Index(
                fields=["tenant_id", "cause_id"], name="inventory_valuelayer_cause", condition=Q(cause_id__isnull=False)
            ),
            models.Index(
                fields=["tenant_id", "-id"],
                name="inventory_valuelayer_unpriced",
                condition=Q(source="unpriced", priced_at__isnull=True),
            ),
        ]


class ValuePosting(TenantLogModel):
    """An amount from one account of value to another, so that all accounts together come to nothing.

    ``event`` is the decision that made it, else the entry ``movement`` did, whose ``units`` entered stock (or,
    negative, left it). ``day`` is when it took effect, in the merchant's zone.
    """

    item = TenantForeignKey(Item, related_name="+", db_index=False)
    movement = TenantForeignKey(Movement, related_name="+", null=True, db_index=False)
    event = TenantForeignKey(ValueEvent, related_name="+", null=True, db_index=False)
    cause_kind = models.TextField()
    cause_id = models.UUIDField(null=True)
    units = models.BigIntegerField()
    debit = models.TextField()
    credit = models.TextField()
    amount = _money()
    day = models.DateField()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(debit__in=ACCOUNTS, credit__in=ACCOUNTS, amount__gte=0) & ~Q(debit=F("credit")),
                name="inventory_valueposting_accounts",
            ),
            models.CheckConstraint(
                condition=Q(movement__isnull=False) | Q(event__isnull=False), name="inventory_valueposting_of"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "item", "-id"], name="inventory_valueposting_item"),
            models.Index(fields=["tenant_id", "day", "id"], name="inventory_valueposting_day"),
            models.Index(
                fields=["tenant_id", "movement"],
                name="inventory_valueposting_entry",
                condition=Q(movement__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "cause_id", "item"],
                name="inventory_valueposting_cause",
                condition=Q(cause_id__isnull=False),
            ),
        ]


class ValueDay(TenantLogModel):
    """The postings of a day between two accounts, added up: what the pages and the books read."""

    day = models.DateField()
    debit = models.TextField()
    credit = models.TextField()
    amount = _money()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "day", "debit", "credit"], name="inventory_valueday_once")
        ]
