"""What a channel's hook may say, from JSON to values. Pure; every field that is wrong is named by its path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from oms.core.errors import FieldError, Invalid, OmsError
from oms.core.reading import Fields
from orders.placing.texts import UNSTORABLE

PLACED, CANCELLED, REFUNDED, RETURNED = "order.placed", "order.cancelled", "order.refunded", "return.booked"
KINDS = (PLACED, CANCELLED, REFUNDED, RETURNED)
TEXT_MAX = 200
REASON_MAX = 500
ORDER_LINE = re.compile(r"lines\.[0-9a-f]{8}-")
LINE_PATH = re.compile(r"lines\.(\d+)(?:\.(\w+))?")


@dataclass(frozen=True)
class Envelope:
    """``subject`` is the channel's own number of the order, when there is one to read."""

    kind: str
    subject: str
    data: object


@dataclass(frozen=True)
class Correction:
    """Units of an order that are not wanted any more: SKU → units, None for all that is left of it.

    ``restock``: the goods are back and can be sold again.
    """

    external_id: str
    units: Mapping[str, int] | None
    reason: str
    restock: bool


def storable(text: str) -> str:
    """The text without what PostgreSQL or a page cannot carry."""
    return UNSTORABLE.sub("\ufffd", text)


def glance(body: str) -> Envelope:
    """What a body seems to be, for the log: never refuses anything."""
    try:
        return opened(body)
    except Invalid:
        return Envelope("", "", None)


def opened(body: str) -> Envelope:
    """The envelope of a message. Raises `Invalid`."""
    content = parsed(body)
    if not isinstance(content, Mapping) or not isinstance(content.get("type"), str):
        raise Invalid.field("type", 'Send {"type": "order.placed", "data": {…}}.', "required")
    data = content.get("data")
    subject = data.get("external_id") if isinstance(data, Mapping) else ""
    return Envelope(
        storable(content["type"])[:TEXT_MAX], storable(subject)[:TEXT_MAX] if isinstance(subject, str) else "", data
    )


def parsed(body: str) -> object:
    """Raises `Invalid` saying where the JSON ends to make sense."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = f"This is not JSON: line {error.lineno}, column {error.colno}. Send a JSON object in UTF-8."
        raise Invalid.field("body", message, "malformed_body") from None


def read_correction(data: object, kind: str) -> Correction:
    """The data of a message that takes units back. Raises `Invalid` naming every field that cannot be read."""
    fields = Fields(data, "", ("external_id", "lines", "reason", "restock"))
    reason = fields.text("reason").strip() or {CANCELLED: "Canceled", REFUNDED: "Refunded", RETURNED: "Returned"}[kind]
    restock = fields.flag("restock") or (kind == RETURNED and fields.data.get("restock") is None)
    external_id = required_text(fields, "external_id", "Name the order by your own number.")
    units = _units(fields) if fields.data.get("lines") is not None else None
    _check_text(fields, "reason", reason, REASON_MAX)
    fields.check()
    return Correction(external_id, units, reason, restock)


def required_text(fields: Fields, name: str, message: str) -> str:
    """A text that has to be there, short and storable."""
    text = fields.text(name).strip()
    if not text:
        fields.problems.append(FieldError(name, "required", message))
    _check_text(fields, name, text, TEXT_MAX)
    return text


def sentence_of(error: OmsError) -> str:
    """A refusal for whoever reads the log: each field, counted as people count, and what to do about it."""
    told = [f"{_place(each.field)}{each.message}" for each in error.fields]
    return storable(" ".join(told) or error.message)[:2000]


def _units(fields: Fields) -> dict[str, int]:
    """Lines of the same SKU are added up."""
    units: dict[str, int] = {}
    for line in fields.rows("lines", ("sku", "quantity")):
        sku, quantity = line.text("sku").strip(), line.whole("quantity")
        if not sku or len(sku) > TEXT_MAX or UNSTORABLE.search(sku):
            line.problems.append(FieldError(f"{line.path}.sku", "required", "Name the SKU, as the order has it."))
        if quantity < 1:
            line.problems.append(FieldError(f"{line.path}.quantity", "out_of_range", "Send 1 or more."))
        units[sku] = units.get(sku, 0) + quantity
    if not units:
        fields.problems.append(FieldError("lines", "required", "Name at least one line, or leave lines out for all."))
    return units


def _check_text(fields: Fields, name: str, text: str, most: int) -> None:
    if len(text) > most:
        fields.problems.append(FieldError(name, "too_long", f"Shorten this to {most} characters."))
    if UNSTORABLE.search(text):
        fields.problems.append(FieldError(name, "control_characters", "Remove the control characters from this text."))


def _place(path: str) -> str:
    """``lines.1.sku`` is “Line 2, sku”; a line that is named by its id says itself which it is."""
    if not path or ORDER_LINE.match(path):
        return ""
    found = LINE_PATH.fullmatch(path)
    if found is None:
        return f"{path}: "
    return f"Line {int(found[1]) + 1}" + (f", {found[2]}: " if found[2] else ": ")
