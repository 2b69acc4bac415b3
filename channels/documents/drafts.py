"""A document that is an order → the draft that `orders` places."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from channels.documents.reading import Document, Line
from channels.mapping.countries import country_code
from channels.mapping.kinds import ADJUSTMENT, BAD_DEBT, DISCOUNT, FEE, GOODS
from channels.mapping.options import Options
from oms.core.addresses import Address
from oms.core.money import ZERO, split
from oms.core.sheets import values as cells
from orders.placing.drafts import HOLD, LineDraft, OrderDraft

PAYMENT_STATES = {
    "paid": "paid", "pending": "unpaid", "unpaid": "unpaid", "authorized": "authorised", "authorised": "authorised",
    "partially_paid": "part_paid", "part_paid": "part_paid", "refunded": "refunded",
    "partially_refunded": "part_refunded", "part_refunded": "part_refunded", "voided": "unpaid",
}  # fmt: skip
KEEPS_ITS_SIGN = {DISCOUNT, ADJUSTMENT, FEE}
ADDRESS_PARTS = ("name", "company", "line1", "line2", "city", "region", "postcode", "phone")


class DraftProblem(ValueError):
    """An order field that cannot be read; ``field`` names it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def draft_of(document: Document, options: Options, *, channel_id: UUID, has_addresses: bool) -> OrderDraft:
    """Raises `DraftProblem`. The document keeps its own total, and its lines their own titles and order."""
    texts = document.texts
    currency = texts.get("currency") or options.currency
    shipping, discount, tax = (_amount(texts, name, options) for name in ("shipping", "discount", "tax"))
    stated = _amount(texts, "total", options) if texts.get("total") else None
    goods = sum((line.money - line.discount for line in document.lines), ZERO)
    line_tax = sum((line.tax for line in document.lines), ZERO)
    net = goods + shipping - discount
    included = stated is not None and bool(tax or line_tax) and stated == net
    total = stated if stated is not None else net + (tax or line_tax)
    ship_to = _address(texts, "ship", options)
    return OrderDraft(
        channel_id=channel_id,
        external_id=document.key,
        currency=currency,
        placed_at=document.placed_at,
        email=texts.get("email", ""),
        phone=texts.get("phone", ""),
        customer_name=texts.get("customer_name") or ship_to.name,
        customer_external_id=texts.get("customer_id", ""),
        ship_to=ship_to,
        bill_to=_address(texts, "bill", options),
        lines=_lines(document.lines, ZERO if line_tax else tax, currency),
        shipping=shipping,
        discount=discount,
        tax_included=included,
        payment_state=_payment_state(texts, options),
        tags=tuple(tag for tag in texts.get("tags", "").split(",") if tag.strip()),
        customer_note=texts.get("note", ""),
        source="import",
        attributes={} if has_addresses else {"address_known": False},
        on_shortage=options.on_shortage,
        on_unknown_sku=HOLD,
        imported_total=total,
    )


def _amount(texts: Mapping[str, str], name: str, options: Options) -> Decimal:
    text = texts.get(name, "")
    if not text:
        return ZERO
    try:
        return cells.amount(text, options.decimal_comma)
    except ValueError as error:
        raise DraftProblem(name, str(error)) from None


def _payment_state(texts: Mapping[str, str], options: Options) -> str:
    given = texts.get("payment_state", "").strip().lower().replace(" ", "_")
    if not given:
        return options.payment_state
    if given not in PAYMENT_STATES:
        raise DraftProblem("payment_state", f"“{given}” is no payment status. Use one like paid or pending.")
    return PAYMENT_STATES[given]


def _address(texts: Mapping[str, str], prefix: str, options: Options) -> Address:
    parts = {part: value for part in ADDRESS_PARTS if (value := texts.get(f"{prefix}_{part}", ""))}
    country = country_code(texts.get(f"{prefix}_country", "")) or ""
    if not country and options.country and (prefix == "ship" or parts):
        country = country_code(options.country) or ""
    return Address(**parts, country=country)


def _lines(lines: tuple[Line, ...], tax: Decimal, currency: str) -> tuple[LineDraft, ...]:
    """``tax`` is the whole order's, when its lines state none: shared out so that a refund can be exact."""
    shares = split(tax, [line.money for line in lines], currency) if tax else [line.tax for line in lines]
    return tuple(_line(line, share) for line, share in zip(lines, shares, strict=True))


def _line(line: Line, tax: Decimal) -> LineDraft:
    kind = ADJUSTMENT if line.kind == BAD_DEBT else line.kind
    price = line.price
    if price is not None and line.quantity < 0:
        price = -price
    if kind not in KEEPS_ITS_SIGN and price is not None and price < 0:
        kind = ADJUSTMENT
    return LineDraft(
        line.sku, line.title, abs(line.quantity), price, line.discount, tax, kind,
        {"code": line.sku, "row": line.row} if kind != GOODS else {},
    )  # fmt: skip
