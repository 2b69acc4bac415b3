"""From JSON to an order's draft. Every field that has the wrong type or an unknown name is told at once, with its path.

One reader for one order and for a thousand: it costs a tenth of a serializer, and knows the same fields
(a test compares them with the documented ones).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from uuid import UUID

from oms.core.addresses import Address
from oms.core.errors import FieldError, Invalid
from oms.core.money import ZERO
from orders.placing.drafts import BACKORDER, REFUSE, LineDraft, OrderDraft

ADDRESS_TEXTS = ("name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone")
ADDRESS_FIELDS = (*ADDRESS_TEXTS, "latitude", "longitude")
LINE_FIELDS = ("sku", "title", "quantity", "unit_price", "discount", "tax", "kind", "attributes")
CUSTOMER_FIELDS = ("name", "email", "phone", "external_id")
ORDER_FIELDS = (
    "channel", "external_id", "currency", "placed_at", "customer", "ship_to", "bill_to", "lines", "shipping",
    "discount", "tax_included", "payment_state", "tags", "customer_note", "attributes", "on_shortage",
    "on_unknown_sku",
)  # fmt: skip


def read_order(data: object) -> OrderDraft:
    """Raises `Invalid` naming every field that cannot be read."""
    problems: list[FieldError] = []
    order = _Fields(data, "", ORDER_FIELDS, problems)
    channel = order.text("channel")
    customer = order.nested("customer", CUSTOMER_FIELDS)
    draft = OrderDraft(
        channel_id=_uuid(channel),
        channel="" if _uuid(channel) else channel,
        external_id=order.text("external_id"),
        currency=order.text("currency"),
        placed_at=order.moment("placed_at"),
        email=customer.text("email"),
        phone=customer.text("phone"),
        customer_name=customer.text("name"),
        customer_external_id=customer.text("external_id"),
        ship_to=_address(order.nested("ship_to", ADDRESS_FIELDS)),
        bill_to=_address(order.nested("bill_to", ADDRESS_FIELDS)),
        lines=tuple(_line(line) for line in order.rows("lines", LINE_FIELDS)),
        shipping=order.amount("shipping", ZERO) or ZERO,
        discount=order.amount("discount", ZERO) or ZERO,
        tax_included=order.flag("tax_included"),
        payment_state=order.text("payment_state", "unpaid"),
        tags=order.texts("tags"),
        customer_note=order.text("customer_note"),
        attributes=order.mapping("attributes"),
        on_shortage=order.text("on_shortage", BACKORDER),
        on_unknown_sku=order.text("on_unknown_sku", REFUSE),
    )
    if problems:
        detail = problems[0].message if len(problems) == 1 else f"{len(problems)} fields need attention."
        raise Invalid(detail, fields=problems)
    return draft


def read_address(data: object, path: str) -> Address:
    """An address by itself. Raises `Invalid`."""
    problems: list[FieldError] = []
    address = _address(_Fields(data, path, ADDRESS_FIELDS, problems))
    if problems:
        raise Invalid(problems[0].message, fields=problems)
    return address


def _address(fields: "_Fields") -> Address:
    return Address(
        **{name: fields.text(name) for name in ADDRESS_TEXTS},
        latitude=fields.degrees("latitude"),
        longitude=fields.degrees("longitude"),
    )


def _line(fields: "_Fields") -> LineDraft:
    return LineDraft(
        sku=fields.text("sku"),
        title=fields.text("title"),
        quantity=fields.whole("quantity"),
        unit_price=fields.amount("unit_price", None),
        discount=fields.amount("discount", ZERO) or ZERO,
        tax=fields.amount("tax", ZERO) or ZERO,
        kind=fields.text("kind", "goods"),
        attributes=fields.mapping("attributes"),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


class _Fields:
    """The fields of one JSON object. A wrong one is noted, and read as if it were absent; null is absent too."""

    def __init__(self, data: object, path: str, known: tuple[str, ...], problems: list[FieldError]) -> None:
        self.path, self.problems = path, problems
        self.data: Mapping = {}
        if isinstance(data, Mapping):
            self.data = data
            for name in data:
                if name not in known:
                    self._unknown(str(name), known)
        elif data is not None:
            self._note("", "wrong_type", "Send a JSON object with named fields.")

    def text(self, name: str, default: str = "") -> str:
        value = self.data.get(name)
        if isinstance(value, str):
            return value
        if value is not None:
            self._note(name, "wrong_type", "Send a text, in quotation marks.")
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._list(name)
        if any(not isinstance(value, str) for value in values):
            self._note(name, "wrong_type", "Send a list of texts.")
            return ()
        return tuple(values)

    def flag(self, name: str) -> bool:
        value = self.data.get(name)
        if value is not None and not isinstance(value, bool):
            self._note(name, "wrong_type", "Send true or false.")
        return value is True

    def whole(self, name: str) -> int:
        value = self.data.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is None:
            self._note(name, "required", "Say how many units.")
        else:
            self._note(name, "wrong_type", "Send a whole number, without quotation marks.")
        return 1

    def amount(self, name: str, default: Decimal | None) -> Decimal | None:
        value = self.data.get(name)
        if value is None:
            return default
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                return Decimal(str(value))
            except InvalidOperation:
                pass
        self._note(name, "not_a_number", 'Send an amount like "12.50".')
        return default

    def degrees(self, name: str) -> float | None:
        value = self.data.get(name)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self._note(name, "wrong_type", "Send degrees as a number.")
        return None

    def moment(self, name: str) -> datetime | None:
        value = self.data.get(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        self._note(name, "not_a_time", "Send a date, time and time zone, like 2026-11-24T09:00:00Z.")
        return None

    def mapping(self, name: str) -> Mapping:
        value = self.data.get(name)
        if value is not None and not isinstance(value, Mapping):
            self._note(name, "wrong_type", "Send a JSON object.")
        return value if isinstance(value, Mapping) else {}

    def nested(self, name: str, known: tuple[str, ...]) -> "_Fields":
        return _Fields(self.data.get(name), self._path(name), known, self.problems)

    def rows(self, name: str, known: tuple[str, ...]) -> list["_Fields"]:
        path = self._path(name)
        return [
            _Fields(row if row is not None else [], f"{path}.{position}", known, self.problems)
            for position, row in enumerate(self._list(name))
        ]

    def _list(self, name: str) -> list:
        value = self.data.get(name)
        if value is not None and not isinstance(value, list):
            self._note(name, "wrong_type", "Send a list.")
        return value if isinstance(value, list) else []

    def _unknown(self, name: str, known: tuple[str, ...]) -> None:
        close = get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(known)}."
        self._note(name[:60], "unknown_field", f"There is no such field. {hint}")

    def _note(self, name: str, code: str, message: str) -> None:
        self.problems.append(FieldError(self._path(name), code, message))

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}".strip(".")
