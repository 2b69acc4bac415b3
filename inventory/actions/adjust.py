"""Correct the book to what is really on a shelf: a count, a loss, a find."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from inventory import book, queries
from inventory.actions.losing import lose_reservations
from inventory.actions.tracing.off_sale import keep_unfit_off_sale
from inventory.events import ReservationLost, StockAdjusted, StockRose
from inventory.locks import LockedBalance, lock_accounts
from inventory.models import SELLABLE, STATES, Item, Location, Lot
from inventory.quants import lots_at
from inventory.stock.correcting import REASONS, Correction, correct
from inventory.stock.dates import why_not_then
from inventory.stock.kits import kit_problems
from inventory.stock.values import QUANTITY_MAX, Account
from oms.accounts.actions.approvals import request_approval
from oms.accounts.models import Approval
from oms.core.audit import Change, record
from oms.core.errors import FieldError, Invalid
from oms.core.events import Fact, publish
from oms.core.tenancy import unit

NOTE_MAX = 500


@dataclass(frozen=True)
class Adjusted:
    """The shelf after the change, and the reservations it cost."""

    item_id: UUID
    location_id: UUID
    state: str
    change: int
    on_hand: int
    reserved: int
    unexplained: int
    lost: tuple[ReservationLost, ...]


@dataclass(frozen=True)
class _Order:
    """One adjustment to make, with the names its sentences need."""

    item: Item
    location: Location
    state: str
    reason: str
    note: str
    happened_at: datetime | None
    lot: Lot | None = None


def adjust_stock(
    *,
    item_id: UUID,
    location_id: UUID,
    counted: int | None = None,
    change: int | None = None,
    reason: str,
    note: str = "",
    state: str = SELLABLE,
    happened_at: datetime | None = None,
    lot_id: UUID | None = None,
) -> Adjusted | Approval:
    """Book what was ``counted`` on the shelf, or a ``change`` (fewer when negative), for one of `REASONS`.

    It has happened already, so it is always written: units the book did not know of come from
    *unexplained* first, and what the shelf no longer covers loses its reservation. Above the actor's
    money limit (cost × units) nothing is written and the `Approval` that now waits is returned.
    ``happened_at`` is when it happened, if that was not when it was found. With ``lot_id`` it was counted of this lot,
    or more or fewer of it. Raises `Invalid` naming the field.
    """
    order = _checked(item_id, location_id, counted, change, reason, note, state, happened_at, lot_id)
    balance = _lock(order)
    units = change if counted is None else counted - _there(order, balance)
    amount = abs(units) * (order.item.cost or Decimal(0))
    if unit().actor.needs_approval("stock.adjust", amount):
        return _ask(order, units, amount)
    return _adjust([(order, balance, units)])[0]


def count_stock(*, counts: Mapping[Account, int], note: str, cause_id: UUID) -> list[Adjusted]:
    """Book what was counted on many shelves; those that hold what the book says are left out.

    The caller has checked the accounts, and what the actor may change without a second person.
    """
    if not counts:
        return []
    items = Item.objects.in_bulk({item for item, _, _ in counts})
    locations = Location.objects.in_bulk({location for _, location, _ in counts})
    balances = lock_accounts(counts)
    changes = [
        (_Order(items[item], locations[location], state, "count", note, None), balances[item, location, state], units)
        for (item, location, state), counted in counts.items()
        if (units := counted - balances[item, location, state].on_hand)
    ]
    return _adjust(changes, cause_id=cause_id)


def carry_out(params: Mapping) -> Adjusted:
    """Make an adjustment that a second person has approved. A count is carried out as the difference it
    showed, since the shelf may have moved on."""
    happened_at = params.get("happened_at")
    order = _checked(
        UUID(params["item_id"]), UUID(params["location_id"]), None, params["change"], params["reason"],
        params["note"], params["state"], datetime.fromisoformat(happened_at) if happened_at else None,
        UUID(params["lot_id"]) if params.get("lot_id") else None,
    )  # fmt: skip
    return _adjust([(order, _lock(order), params["change"])])[0]


def _checked(item_id, location_id, counted, change, reason, note, state, happened_at, lot_id) -> _Order:
    item = Item.objects.filter(id=item_id).first()
    location = queries.visible_locations().filter(id=location_id).first()
    problems = kit_problems([("item_id", item and item.kind)])
    if item is None:
        problems.append(FieldError("item_id", "unknown_item", "There is no such item."))
    if location is None:
        problems.append(FieldError("location_id", "unknown_location", "There is no such location."))
    if reason not in REASONS:
        problems.append(FieldError("reason", "unknown_reason", f"Choose one of: {', '.join(REASONS)}."))
    if state not in STATES:
        problems.append(FieldError("state", "unknown_state", f"Choose one of: {', '.join(STATES)}."))
    if len(note) > NOTE_MAX or "\0" in note:
        problems.append(FieldError("note", "too_long", f"Shorten the note to {NOTE_MAX} characters."))
    if refusal := why_not_then(happened_at, unit().now):
        problems.append(FieldError("happened_at", *refusal))
    lot = lot_id and Lot.objects.filter(id=lot_id, item_id=item_id, item__tracks_lots=True).first()
    if lot_id and lot is None:
        problems.append(FieldError("lot_id", "unknown_lot", "This item has no such lot."))
    problems += _quantity_problems(counted, change)
    if problems:
        raise Invalid("The stock was not changed: some fields need attention.", fields=problems)
    return _Order(item, location, state, reason, note.strip(), happened_at, lot)


def _quantity_problems(counted: int | None, change: int | None) -> list[FieldError]:
    if (counted is None) == (change is None):
        return [FieldError("counted", "required", "Say what was counted, or by how much it changed: one of the two.")]
    if counted is not None and not 0 <= counted <= QUANTITY_MAX:
        return [FieldError("counted", "out_of_range", f"Give a count from 0 to {QUANTITY_MAX:,}.")]
    if change is not None and (change == 0 or abs(change) > QUANTITY_MAX):
        return [FieldError("change", "out_of_range", f"Give a change of up to {QUANTITY_MAX:,} units, but not 0.")]
    return []


def _lock(order: _Order) -> LockedBalance:
    account = (order.item.id, order.location.id, order.state)
    return lock_accounts([account])[account]


def _there(order: _Order, balance: LockedBalance) -> int:
    """What the book has there, of the lot where one is named."""
    if order.lot is None:
        return balance.on_hand
    account = (balance.item_id, balance.location_id, balance.state)
    return lots_at([account]).get(account, {}).get(order.lot.id, 0)


def _ask(order: _Order, units: int, amount: Decimal) -> Approval:
    return request_approval(
        verb="stock.adjust",
        sentence=_sentence(order, units),
        amount=amount,
        params={
            "item_id": order.item.id, "location_id": order.location.id, "change": units,
            "reason": order.reason, "note": order.note, "state": order.state, "happened_at": order.happened_at,
            "lot_id": order.lot and order.lot.id,
        },
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One shelf that is being corrected."""

    order: _Order
    balance: LockedBalance
    outcome: Correction
    lost: list[ReservationLost]

    @property
    def adjusted(self) -> Adjusted:
        balance, outcome = self.balance, self.outcome
        return Adjusted(
            balance.item_id, balance.location_id, balance.state, outcome.change, outcome.on_hand,
            balance.reserved - outcome.lost, outcome.unexplained, tuple(self.lost),
        )  # fmt: skip


def _adjust(changes: Sequence[tuple[_Order, LockedBalance, int]], *, cause_id: UUID | None = None) -> list[Adjusted]:
    """Shelves whose balances are locked, by so many units each; all for the same reason."""
    if not changes:
        return []
    shelves = []
    for order, balance, units in changes:
        outcome = correct(on_hand=balance.on_hand, reserved=balance.reserved, change=units)
        shelves.append(_Shelf(order, balance, outcome, lose_reservations(balance, outcome.lost)))
    book.change_balances(
        {each.balance.id: (each.outcome.on_hand - each.balance.on_hand, -each.outcome.lost) for each in shelves}
    )
    first = shelves[0].order
    book.enter(
        [entry for each in shelves for entry in _entries(each.order, each.outcome)],
        cause_kind="adjustment",
        cause_id=cause_id,
        reason=": ".join(filter(None, (REASONS[first.reason][0], first.note))),
        happened_at=first.happened_at,
    )
    _tell(shelves)
    keep_unfit_off_sale(shelves=[each.balance[1:3] for each in shelves if each.outcome.change > 0])
    return [each.adjusted for each in shelves]


def _entries(order: _Order, outcome: Correction) -> list[book.Entry]:
    item, location, state, outside = order.item.id, order.location.id, order.state, REASONS[order.reason][1]
    of_lot = {"lot_id": order.lot and order.lot.id, "exact": order.lot is not None}
    entries = []
    if outcome.unexplained:
        entries.append(book.Entry(item, outcome.unexplained, "unexplained", state, to_location_id=location, **of_lot))
    if outcome.change > 0:
        entries.append(book.Entry(item, outcome.change, outside, state, to_location_id=location, **of_lot))
    if outcome.change < 0:
        entries.append(book.Entry(item, -outcome.change, state, outside, from_location_id=location, **of_lot))
    return entries


def _tell(shelves: Sequence[_Shelf]) -> None:
    record([_change(each) for each in shelves])
    publish([fact for each in shelves for fact in _facts(each)])


def _change(shelf: _Shelf) -> Change:
    balance, outcome = shelf.balance, shelf.outcome
    return Change(
        "stock.adjust", _sentence(shelf.order, outcome.change), (("item", balance.item_id),),
        before={"on_hand": balance.on_hand, "reserved": balance.reserved},
        after={"on_hand": outcome.on_hand, "reserved": balance.reserved - outcome.lost},
    )  # fmt: skip


def _facts(shelf: _Shelf) -> Iterator[Fact]:
    item, location, state, outcome = *shelf.balance[1:4], shelf.outcome
    reason = shelf.order.reason
    yield StockAdjusted(item, location, state, outcome.change, outcome.on_hand, reason, outcome.unexplained)
    yield from shelf.lost
    if outcome.change > 0 and state == SELLABLE:
        yield StockRose(item, location, outcome.change, "adjusted")


def _sentence(order: _Order, units: int) -> str:
    what = f"{order.item.sku}{f' of lot {order.lot.code}' if order.lot else ''} at {order.location.name}"
    if order.state != SELLABLE:
        what += f" ({order.state.replace('_', ' ')})"
    why = REASONS[order.reason][0] + (f": {order.note}" if order.note else "")
    if units == 0:
        return f"{what}: as in the book ({why})"
    return f"{what}: {units:+,} ({why})"
