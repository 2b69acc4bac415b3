"""Goods come in: movements from an outside account, balances up, and the fact."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from inventory import book, queries
from inventory.actions.tracing.lots import Arriving, lots_of_delivery
from inventory.actions.tracing.serials import Numbered, put_serials, serials_of_delivery
from inventory.events import StockReceived, StockRose
from inventory.locks import lock_accounts
from inventory.models import OUTSIDE, SELLABLE, STATES, Item
from inventory.stock.dates import why_not_then
from inventory.stock.kits import kit_problems
from inventory.stock.serials import Place
from inventory.stock.values import QUANTITY_MAX, Account, Receipt
from oms.core.audit import Change, record
from oms.core.errors import FieldError, Invalid
from oms.core.events import Fact, publish
from oms.core.tenancy import unit

__all__ = ["Receipt", "Received", "receive_stock", "set_opening_stock"]


class Received(NamedTuple):
    """A shelf after the receipt."""

    item_id: UUID
    location_id: UUID
    state: str
    received: int
    on_hand: int


def receive_stock(
    *,
    receipts: Sequence[Receipt],
    reason: str = "",
    happened_at: datetime | None = None,
    cause_kind: str = "receipt",
    cause_id: UUID | None = None,
    lots_known: bool = True,
) -> list[Received]:
    """Book the receipts, all of them or none; returns each shelf as it is now.

    ``happened_at`` is when they came in, if that was not just now; it may not lie in the future.
    An item that is tracked by lot comes with its lot, and one whose serials are asked for with theirs, unless
    ``lots_known`` says that nobody could know them. Raises
    `Invalid` naming every bad line (``lines.N.quantity``): unknown item or location, a closed location, a quantity
    that is none, a lot that is missing, or may not be sold and is not received into quarantine, a serial number
    that is on another unit.
    """
    skus, names = _check(receipts, happened_at)
    if not receipts:
        return []
    lots = lots_of_delivery(
        [Arriving(each.item_id, each.state, each.lot) for each in receipts],
        required=range(len(receipts)) if lots_known else (),
    )
    read = serials_of_delivery(
        [Numbered(each.item_id, each.quantity, each.serials) for each in receipts], required=lots_known
    )
    by_account: dict[Account, int] = defaultdict(int)
    for each in receipts:
        by_account[each.item_id, each.location_id, each.state] += each.quantity
    balances = lock_accounts(by_account)
    book.change_balances({balances[account].id: (units, 0) for account, units in by_account.items()})
    book.enter(
        [
            book.Entry(
                each.item_id, each.quantity, each.from_account, each.state, to_location_id=each.location_id,
                lot_id=lot_id,
            )
            for each, lot_id in zip(receipts, lots, strict=True)
        ],
        cause_kind=cause_kind, cause_id=cause_id, reason=reason, happened_at=happened_at,
    )  # fmt: skip
    places = [
        (each.item_id, Place(each.location_id, each.state, cause_id=cause_id), lot_id)
        for each, lot_id in zip(receipts, lots, strict=True)
    ]
    put_serials(read, places, cause_kind=cause_kind)
    record([_change(each, skus[each.item_id], names[each.location_id], reason) for each in receipts])
    publish([*_came(receipts), *_rose(by_account)])
    return [Received(*key, units, balances[key].on_hand + units) for key, units in by_account.items()]


def set_opening_stock(*, receipts: Sequence[Receipt], reason: str = "Opening stock") -> list[Received]:
    """What lay on the shelves before this book was opened: received from the account "opening"."""
    opening = [
        Receipt(each.item_id, each.location_id, each.quantity, "opening", each.state, each.lot, each.serials)
        for each in receipts
    ]
    return receive_stock(receipts=opening, reason=reason, cause_kind="opening", lots_known=False)


def _came(receipts: Sequence[Receipt]) -> Iterator[Fact]:
    for each in receipts:
        yield StockReceived(each.item_id, each.location_id, each.state, each.quantity, each.from_account)


def _rose(by_account: Mapping[Account, int]) -> Iterator[Fact]:
    for (item, location, state), units in by_account.items():
        if state == SELLABLE:
            yield StockRose(item, location, units, "received")


def _change(receipt: Receipt, sku: str, place: str, reason: str) -> Change:
    sentence = f"{receipt.quantity:,} × {sku} received at {place}" + (f": {reason}" if reason else "")
    return Change("stock.receive", sentence, (("item", receipt.item_id),), after={"quantity": receipt.quantity})


def _check(receipts: Sequence[Receipt], happened_at: datetime | None) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """The items' SKUs and the locations' names, once all lines are known to be right."""
    if refusal := why_not_then(happened_at, unit().now):
        raise Invalid.field("happened_at", refusal[1], refusal[0])
    rows = Item.objects.filter(id__in={each.item_id for each in receipts}).values_list("id", "sku", "kind")
    kinds = {item_id: kind for item_id, _, kind in rows}
    skus = {item_id: sku for item_id, sku, _ in rows}
    names = dict(queries.visible_locations().filter(active=True).values_list("id", "name"))
    problems = kit_problems([(f"lines.{at}.item_id", kinds.get(each.item_id)) for at, each in enumerate(receipts)])
    problems += [
        problem for position, each in enumerate(receipts) for problem in _problems(position, each, skus, names)
    ]
    if problems:
        raise Invalid("Nothing was received: some lines need attention.", fields=problems)
    return skus, names


def _problems(position: int, receipt: Receipt, skus: dict, names: dict) -> list[FieldError]:
    found = []
    if receipt.item_id not in skus:
        found.append(("item_id", "unknown_item", "There is no such item."))
    if receipt.location_id not in names:
        found.append(("location_id", "unknown_location", "There is no such location, or it is closed."))
    if not 0 < receipt.quantity <= QUANTITY_MAX:
        found.append(("quantity", "out_of_range", f"Give a quantity from 1 to {QUANTITY_MAX:,}."))
    if receipt.state not in STATES:
        found.append(("state", "unknown_state", f"Choose one of: {', '.join(STATES)}."))
    if receipt.from_account not in OUTSIDE:
        found.append(("from_account", "unknown_account", f"Choose one of: {', '.join(OUTSIDE)}."))
    return [FieldError(f"lines.{position}.{name}", code, message) for name, code, message in found]
