"""Is a draft an order we can stand for? Every bad field is named at once, with its path and the remedy.

A bad *address* does not refuse an order: the customer has ordered, so screening holds it. What can not
be stored or summed is refused.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from oms.core.errors import FieldError
from oms.core.money import AMOUNT_MAX, is_currency
from orders.placing.drafts import BACKORDER, HOLD, REFUSE, LineDraft, OrderDraft
from orders.placing.payments import payment_problems
from orders.placing.texts import text_problems

LINES_MAX = 5_000
QUANTITY_MAX = 10_000_000
PRICE_MAX = Decimal(1_000_000_000)
DECIMALS_MAX = 4
# What a line's quantity and its price rarely exceed.
USUAL = 100_000
TAGS_MAX = 50
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)

KINDS = ("goods", "shipping", "discount", "fee", "adjustment", "voucher", "sample")
# A price below zero means something only on lines that are corrections.
MAY_BE_NEGATIVE = {"discount", "adjustment", "fee"}
PAYMENT_STATES = ("unpaid", "authorised", "part_paid", "paid", "part_refunded", "refunded")
EMAIL = re.compile(r"[^\s@<>(),;:\"]+@[^\s@<>(),;:\"]+\.[^\s@<>(),;:\".]{2,}")


def draft_problems(draft: OrderDraft, *, now: datetime) -> list[FieldError]:
    """All that is wrong with the draft itself; what needs the catalogue (unknown SKUs) is checked when placing."""
    return [
        *text_problems(draft),
        *_head_problems(draft, now),
        *_amount_problems(draft),
        *(
            problem
            for position, line in enumerate(draft.lines)
            if not _plainly_fine(line)
            for problem in line_problems(line, position, draft)
        ),
    ]


def _plainly_fine(line: LineDraft) -> bool:
    """Goods at a usual quantity and price and nothing more, as nearly all are: told in a tenth of the time."""
    price = line.unit_price
    return (
        line.kind == "goods"
        and bool(line.sku)
        and isinstance(line.quantity, int)
        and 0 < line.quantity <= USUAL
        and price is not None
        and price.is_finite()
        and 0 <= price <= USUAL
        and price.as_tuple().exponent >= -DECIMALS_MAX
        and not line.discount
        and not line.tax
    )


def _head_problems(draft: OrderDraft, now: datetime) -> Iterator[FieldError]:
    if not draft.currency:
        yield FieldError("currency", "required", "Name the currency, as an ISO 4217 code like EUR.")
    elif not is_currency(draft.currency):
        yield FieldError(
            "currency", "unknown_currency", f"“{draft.currency}” is not a currency. Use an ISO 4217 code like EUR."
        )
    if draft.email and not EMAIL.fullmatch(draft.email):
        yield FieldError(
            "email", "malformed_email", f"“{draft.email}” is not an e-mail address. Correct it or leave it out."
        )
    if not draft.lines:
        yield FieldError("lines", "required", "An order needs at least one line.")
    if len(draft.lines) > LINES_MAX:
        yield FieldError("lines", "too_many", f"An order has at most {LINES_MAX:,} lines. Split it.")
    if len(draft.tags) > TAGS_MAX:
        yield FieldError("tags", "too_many", f"An order has at most {TAGS_MAX} tags.")
    if draft.payment_state not in PAYMENT_STATES:
        yield FieldError("payment_state", "unknown_choice", f"Use one of: {', '.join(PAYMENT_STATES)}.")
    for position, payment in enumerate(draft.payments):
        yield from payment_problems(payment, draft.currency, f"payments.{position}.")
    if draft.on_shortage not in (BACKORDER, REFUSE):
        yield FieldError("on_shortage", "unknown_choice", "Use backorder or refuse.")
    if draft.on_unknown_sku not in (REFUSE, HOLD):
        yield FieldError("on_unknown_sku", "unknown_choice", "Use refuse or hold.")
    yield from _moment_problems(draft.placed_at, now)
    for name in ("ship_to", "bill_to"):
        address = getattr(draft, name)
        if not _on_earth(address.latitude, 90) or not _on_earth(address.longitude, 180):
            yield FieldError(name, "bad_coordinates", "Latitude goes from -90 to 90, longitude from -180 to 180.")


def _on_earth(degrees: float | None, most: int) -> bool:
    return degrees is None or (isinstance(degrees, int | float) and -most <= degrees <= most)


def _moment_problems(placed_at: datetime | None, now: datetime) -> Iterator[FieldError]:
    if placed_at is None:
        return
    if placed_at.tzinfo is None:
        yield FieldError("placed_at", "no_time_zone", "Say in which time zone, like 2026-11-24T09:00:00Z.")
    elif not EARLIEST <= placed_at <= now + AHEAD:
        yield FieldError(
            "placed_at", "out_of_range", f"{placed_at:%Y-%m-%d} cannot be right. Send a date from 1990 until now."
        )


def _amount_problems(draft: OrderDraft) -> Iterator[FieldError]:
    for name in ("shipping", "discount"):
        problem = _amount_problem(name, getattr(draft, name), negative=False)
        if problem:
            yield problem
    if draft.imported_total is not None:
        problem = _amount_problem("imported_total", draft.imported_total, negative=True, most=AMOUNT_MAX)
        if problem:
            yield problem


def line_problems(line: LineDraft, position: int, draft: OrderDraft) -> Iterator[FieldError]:
    """What is wrong with one line; its price may still be the item's."""
    path = f"lines.{position}"
    if line.kind not in KINDS:
        yield FieldError(f"{path}.kind", "unknown_choice", f"Use one of: {', '.join(KINDS)}.")
    if line.kind == "goods" and not line.sku:
        yield FieldError(f"{path}.sku", "required", "Name the SKU of the item.")
    quantity_is_sound = isinstance(line.quantity, int) and 0 < line.quantity <= QUANTITY_MAX
    if not quantity_is_sound:
        yield FieldError(
            f"{path}.quantity", "out_of_range", f"The quantity is a whole number from 1 to {QUANTITY_MAX:,}."
        )
    imported = draft.imported_total is not None
    sound = quantity_is_sound
    for name, negative in (
        ("unit_price", line.kind in MAY_BE_NEGATIVE),
        ("discount", imported),
        ("tax", imported or line.kind in MAY_BE_NEGATIVE),
    ):
        amount = getattr(line, name)
        problem = None if amount is None else _amount_problem(f"{path}.{name}", amount, negative=negative)
        if problem:
            sound = False
            yield problem
    if sound and line.unit_price is not None:
        yield from sum_problems(line, line.unit_price, path, imported=imported)


def sum_problems(line: LineDraft, unit_price: Decimal, path: str, *, imported: bool) -> Iterator[FieldError]:
    """What only shows when quantity, price and discount meet."""
    gross = unit_price * line.quantity
    if abs(gross) > AMOUNT_MAX:
        yield FieldError(f"{path}.unit_price", "out_of_range", "Price times quantity is absurdly large. Check both.")
    elif not imported and line.discount > max(gross, 0) and line.kind not in MAY_BE_NEGATIVE:
        yield FieldError(f"{path}.discount", "more_than_line", f"The discount is more than the line’s {gross:f}.")


def _amount_problem(path: str, amount: Decimal, *, negative: bool, most: Decimal = PRICE_MAX) -> FieldError | None:
    if not amount:
        return None
    if not amount.is_finite():
        return FieldError(path, "not_a_number", "Send a number like 12.50.")
    if amount < 0 and not negative:
        return FieldError(path, "negative", "This cannot be below zero. A correction is a line of kind adjustment.")
    if abs(amount) > most:
        return FieldError(path, "out_of_range", f"This is absurdly large. The most is {most:,}.")
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -DECIMALS_MAX and amount != round(amount, DECIMALS_MAX):
        return FieldError(path, "too_precise", f"Send at most {DECIMALS_MAX} decimals.")
    return None
