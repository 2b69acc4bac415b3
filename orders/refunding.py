"""How much may still go back: per line, per tender, and in all. Pure.

What a line is worth is what it adds to the order, with its part of everything that belongs to no line
(a discount on the whole order, the cents by which an imported total differs). Shipping is a pot of its
own, shared by the lines in proportion to what they are worth. Shares are found by largest remainder,
and a unit's part by what the units up to it are worth less what went back before, so that the parts of
a line always sum to the line, and the lines to the order, to the cent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from oms.core.money import ZERO, rounded, split


@dataclass(frozen=True)
class RefundDraft:
    """``lines`` is line → units. ``shipping`` True gives their share of it back; None all of it with the last units.

    ``goodwill`` goes back beside them, for no unit. The subject names what the refund is for, where that is a
    return. ``moved_to`` is where the money went instead of back: the number of an exchange, whose order is paid
    with it. No gateway is asked then. Without ``tell_customer`` no mail says so.
    """

    order_id: UUID
    lines: Mapping[UUID, int] = field(default_factory=dict)
    shipping: bool | None = None
    goodwill: Decimal = ZERO
    reason: str = ""
    subject_kind: str = ""
    subject_id: UUID | None = None
    moved_to: str = ""
    tell_customer: bool = True


@dataclass(frozen=True, slots=True)
class Sold:
    """One line of what was agreed, and what of it went back already (or is on its way).

    ``units_returned`` are those of ``units_back`` that had been sent before.
    """

    line_id: UUID
    name: str
    quantity: int
    total: Decimal
    tax: Decimal
    units_back: int = 0
    goods_back: Decimal = ZERO
    tax_back: Decimal = ZERO
    shipping_back: Decimal = ZERO
    units_returned: int = 0


@dataclass(frozen=True, slots=True)
class Tender:
    """Money received over one payment, and what of it went back."""

    payment_id: UUID
    captured: Decimal
    back: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        return self.captured - self.back


@dataclass(frozen=True, slots=True)
class Agreed:
    """An order's money: its lines (shipping and discount lines are no lines here), its total, its tenders."""

    currency: str
    total: Decimal
    shipping: Decimal
    lines: tuple[Sold, ...]
    tenders: tuple[Tender, ...]

    @property
    def left(self) -> Decimal:
        return sum((each.left for each in self.tenders), ZERO)


@dataclass(frozen=True, slots=True)
class Worth:
    """What one line is worth in all: ``goods`` without tax, and its share of the shipping."""

    goods: Decimal
    tax: Decimal
    shipping: Decimal


@dataclass(frozen=True, slots=True)
class LineBack:
    """What goes back for units of one line."""

    line_id: UUID
    quantity: int
    goods: Decimal
    tax: Decimal
    shipping: Decimal

    @property
    def amount(self) -> Decimal:
        return self.goods + self.tax + self.shipping


@dataclass(frozen=True, slots=True)
class RefundPlan:
    """``tenders`` is payment → amount; both sides sum to ``amount``."""

    amount: Decimal
    lines: tuple[LineBack, ...]
    goodwill: Decimal
    tenders: Mapping[UUID, Decimal]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: ``field`` is what was asked too much, ``left`` how much of it there is."""

    field: str
    code: str
    message: str
    left: Decimal | int = 0


def worth_of(agreed: Agreed) -> dict[UUID, Worth]:
    """Line → what it is worth. Goods, tax and shipping of all lines sum to the order's total."""
    lines = agreed.lines
    weights = [max(line.total, ZERO) for line in lines]
    beside = agreed.total - agreed.shipping - sum((line.total for line in lines), ZERO)
    adjusted = [line.total + part for line, part in zip(lines, split(beside, weights, agreed.currency), strict=True)]
    shipping = split(agreed.shipping, [max(each, ZERO) for each in adjusted], agreed.currency)
    worth = {}
    for line, value, share in zip(lines, adjusted, shipping, strict=True):
        tax = min(line.tax, max(value, ZERO))
        worth[line.line_id] = Worth(value - tax, tax, share)
    return worth


def left_of(line: Sold, worth: Worth) -> LineBack:
    """All that can still go back for a line."""
    return LineBack(
        line.line_id,
        line.quantity - line.units_back,
        worth.goods - line.goods_back,
        worth.tax - line.tax_back,
        worth.shipping - line.shipping_back,
    )


def fits_again(agreed: Agreed, lines: Sequence[LineBack], parts: Mapping[UUID, Decimal]) -> bool:
    """Whether what was asked for once can still go back, to the same payments: nothing took its place since."""
    worth, sold = worth_of(agreed), {line.line_id: line for line in agreed.lines}
    tenders = {each.payment_id: each.left for each in agreed.tenders}
    return all(_is_within(each, left_of(sold[each.line_id], worth[each.line_id])) for each in lines) and all(
        amount <= tenders.get(payment_id, ZERO) for payment_id, amount in parts.items()
    )


def _is_within(asked: LineBack, left: LineBack) -> bool:
    pots = ("quantity", "goods", "tax", "shipping")
    return all(getattr(asked, pot) <= getattr(left, pot) for pot in pots)


def worth_of_units(worth: Worth, units: int, quantity: int, currency: str) -> Decimal:
    """What so many units are worth with their tax, without shipping: as a refund of them gives it back."""
    return sum((rounded(pot * units / quantity, currency) for pot in (worth.goods, worth.tax)), ZERO)


def balance(asked: Decimal, paid: Decimal, back: Decimal, goodwill: Decimal) -> Decimal:
    """What the customer owes; negative what is owed to them.

    A sum given back for no unit (``goodwill``, part of ``back``) settles a debt to the customer, and is a
    present beyond that: it makes nobody a debtor.
    """
    due = asked - paid + back - goodwill
    return due if due >= ZERO else min(due + goodwill, ZERO)


def plan_refund(
    agreed: Agreed, units: Mapping[UUID, int], *, shipping: bool | None = None, goodwill: Decimal = ZERO
) -> RefundPlan | list[Refusal]:
    """The refund of so many units per line, or every reason against it.

    ``shipping`` True gives the units' share of it back, False none; None gives all that is left of it when
    with this refund everything has gone back, as when an order is cancelled or returned whole.
    """
    refusals = list(_against(agreed, units, goodwill))
    if refusals:
        return refusals
    worth = worth_of(agreed)
    whole = shipping is None and all(
        line.units_back + units.get(line.line_id, 0) == line.quantity for line in agreed.lines
    )
    lines = [
        _back(line, worth[line.line_id], units.get(line.line_id, 0), agreed.currency, bool(shipping), whole)
        for line in agreed.lines
        if units.get(line.line_id)
    ]
    if whole:
        lines = _all_shipping(agreed, worth, lines)
    amount = sum((each.amount for each in lines), goodwill)
    if amount <= ZERO:
        return [Refusal("lines", "nothing_left", "Nothing is left to give back for these units.")]
    if amount > agreed.left:
        message = f"{amount} {agreed.currency} is more than the {agreed.left} {agreed.currency} left of what was paid."
        return [Refusal("lines" if lines else "goodwill", "more_than_paid", message, agreed.left)]
    return RefundPlan(amount, tuple(lines), goodwill, _to_tenders(agreed.tenders, amount))


def _against(agreed: Agreed, units: Mapping[UUID, int], goodwill: Decimal):
    known = {line.line_id: line for line in agreed.lines}
    for line_id, count in units.items():
        path = f"lines.{line_id}"
        line = known.get(line_id)
        if line is None:
            yield Refusal(path, "unknown_line", "This order has no such line to refund.")
        elif count < 0:
            yield Refusal(path, "out_of_range", "Give a number of units from 0.")
        elif count > (left := line.quantity - line.units_back):
            yield Refusal(
                path, "more_than_left", f"{count} × {line.name} is more than the {left} left to refund.", left
            )
    if goodwill < ZERO or goodwill != rounded(goodwill, agreed.currency):
        yield Refusal("goodwill", "out_of_range", f"Give an amount of {agreed.currency} from 0, to the cent.")


def _back(line: Sold, worth: Worth, units: int, currency: str, shipping: bool, whole: bool) -> LineBack:
    upto = line.units_back + units

    def part(pot: Decimal, before: Decimal) -> Decimal:
        return rounded(pot * upto / line.quantity, currency) - before

    share = part(worth.shipping, rounded(worth.shipping * line.units_back / line.quantity, currency))
    return LineBack(
        line.line_id,
        units,
        part(worth.goods, line.goods_back),
        part(worth.tax, line.tax_back),
        min(share, worth.shipping - line.shipping_back) if shipping and not whole else ZERO,
    )


def _all_shipping(agreed: Agreed, worth: Mapping[UUID, Worth], lines: Sequence[LineBack]) -> list[LineBack]:
    """With the last units all the shipping that is left goes back, on the lines that go back now."""
    left = agreed.shipping - sum((line.shipping_back for line in agreed.lines), ZERO)
    parts = split(left, [max(worth[each.line_id].goods, ZERO) for each in lines], agreed.currency)
    return [
        LineBack(each.line_id, each.quantity, each.goods, each.tax, part)
        for each, part in zip(lines, parts, strict=True)
    ]


def _to_tenders(tenders: Sequence[Tender], amount: Decimal) -> dict[UUID, Decimal]:
    """Each tender gets back what it gave, the first one first."""
    parts = {}
    for tender in tenders:
        part = min(tender.left, amount)
        if part > ZERO:
            parts[tender.payment_id] = part
            amount -= part
    return parts
