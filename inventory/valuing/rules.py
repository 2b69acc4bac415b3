"""What one entry of the ledger does to value. Pure but for the pool it is given.

Goods that come in open a layer; goods that go out take their value with them; what moves between two places of ours
stays what it was worth, unless a return turns out to be damaged. An entry that takes another back mirrors it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from inventory.valuing import accounts
from inventory.valuing.accounts import STOCK
from inventory.valuing.pool import Layer, Pool, per_unit
from oms.core.money import ZERO, rounded

DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Move:
    """An entry of the ledger; ``comes_in`` from outside, ``goes_out``, or neither: it stays ours."""

    id: int
    item_id: UUID
    quantity: int
    from_state: str
    to_state: str
    comes_in: bool
    goes_out: bool
    cause_kind: str
    cause_id: UUID | None
    reverses_id: int | None
    day: date


@dataclass(frozen=True, slots=True)
class Posting:
    """``amount`` from ``credit`` to ``debit``; ``units`` entered stock, or left it where negative."""

    debit: str
    credit: str
    amount: Decimal
    units: int = 0

    @property
    def mirrored(self) -> "Posting":
        return Posting(self.credit, self.debit, self.amount, -self.units)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an entry's cost: each None where nobody knows.

    ``order`` is what one unit costs on its purchase order, ``said`` what it was taken to cost (and where that was
    from) before all was worked out anew, ``item`` what somebody typed at the item, ``left_with`` what a unit that
    comes back was worth when it left. ``made`` is what all of it was made of. ``original`` are the postings of an
    entry that is taken back.
    """

    order: Decimal | None = None
    said: tuple[Decimal, str] | None = None
    item: Decimal | None = None
    left_with: Decimal | None = None
    made: Decimal | None = None
    original: Sequence[Posting] = ()


@dataclass(slots=True)
class Valued:
    """What came of it: the postings, and where goods came in, the new layer with its cost and where that is from."""

    postings: list[Posting] = field(default_factory=list)
    layer: Layer | None = None
    unit_cost: Decimal = ZERO
    source: str = ""


def value_entry(move: Move, pool: Pool, known: Known, *, damaged_percent: int) -> Valued:
    """Change the pool by one entry."""
    if move.comes_in == move.goes_out:
        return Valued(_written_down(move, pool, damaged_percent))
    if move.reverses_id is not None and known.original:
        return _taken_back(move, pool, known.original)
    return _come_in(move, pool, known) if move.comes_in else _gone_out(move, pool)


def signed(amount: Decimal, debit: str, credit: str, units: int = 0) -> list[Posting]:
    """A posting whose amount is not negative, turned round where it would be; none for nothing."""
    if amount < 0:
        return [Posting(credit, debit, -amount, units)]
    return [Posting(debit, credit, amount, units)] if amount or units else []


def stock_value(postings: Sequence[Posting]) -> Decimal:
    """By how much stock is worth more after these."""
    return sum(((each.debit == STOCK) - (each.credit == STOCK)) * each.amount for each in postings) + ZERO


def _come_in(move: Move, pool: Pool, known: Known) -> Valued:
    if known.made is not None:
        value, cost, source = known.made, per_unit(known.made, move.quantity), accounts.MADE
    else:
        cost, source = _cost(move, pool, known)
        value = rounded(cost * move.quantity, pool.currency)
    return _layer(move, pool, value, cost, source, [Posting(STOCK, _payer(move), value, move.quantity)])


def _gone_out(move: Move, pool: Pool) -> Valued:
    return Valued([Posting(accounts.TO[move.to_state], STOCK, pool.take_out(move.quantity), -move.quantity)])


def _taken_back(move: Move, pool: Pool, original: Sequence[Posting]) -> Valued:
    """The same the other way round. What the goods are worth more (or less) by now, sales have borne."""
    mirror = [each.mirrored for each in original]
    value = stock_value(mirror)
    if move.comes_in:
        return _layer(move, pool, value, per_unit(value, move.quantity), accounts.MIRRORED, mirror)
    left = pool.take_back(move.reverses_id, move.quantity, -value)
    return Valued([*mirror, *signed(left + value, accounts.COST_OF_SALES, STOCK)])


def _written_down(move: Move, pool: Pool, percent: int) -> list[Posting]:
    """A return that was found to be damaged is worth less from now on; nothing else changes by moving."""
    if move.cause_kind != "return" or move.to_state != DAMAGED or move.from_state == DAMAGED:
        return []
    came = [each for each in pool.layers if each.cause_id == move.cause_id and each.units_left]
    loss = rounded(pool.share(move.quantity, came) * percent / 100, pool.currency)
    return signed(-pool.change(came, -loss), accounts.WRITE_DOWN, STOCK)


def _layer(move: Move, pool: Pool, value: Decimal, cost: Decimal, source: str, postings: list[Posting]) -> Valued:
    layer = Layer(move.id, move.quantity, move.quantity, value, move.cause_id)
    pool.put_in(layer)
    return Valued(postings, layer, cost, source)


def _payer(move: Move) -> str:
    if move.cause_kind == "purchase_order" and move.from_state == "supplier":
        return accounts.RECEIVED_NOT_BILLED
    return accounts.FROM[move.from_state]


def _cost(move: Move, pool: Pool, known: Known) -> tuple[Decimal, str]:
    """The best that is known, and what that is."""
    if known.order is not None:
        return known.order, accounts.ORDER
    if known.left_with is not None:
        return known.left_with, accounts.LEFT_WITH
    if known.said is not None:
        return known.said
    average = per_unit(pool.value, pool.units) if pool.value else None
    # What comes back is worth what its like are worth now; of what comes anew somebody may have said it.
    candidates = [(average, accounts.AVERAGE), (known.item, accounts.ITEM)]
    in_order = candidates if move.from_state == "customer" else candidates[::-1]
    return next(((cost, source) for cost, source in in_order if cost is not None), (ZERO, accounts.UNPRICED))
