"""A transfer arrives, perhaps in parts: off the way, onto the destination's shelf."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory import book
from inventory.actions.tracing.off_sale import keep_unfit_off_sale
from inventory.actions.transfers import CAUSE, VERB
from inventory.actions.transfers.prepare import save
from inventory.events import CountWanted, StockRose, TransferReceived
from inventory.locks import lock_accounts, lock_transfer
from inventory.models import IN_TRANSIT, SELLABLE, STATES, Transfer, TransferLine, TransferReceipt
from inventory.queries.tracing import lots_brought_by
from inventory.queries.transfers import lines_of_transfer
from inventory.replenishing.lifecycle import TRANSFER
from inventory.replenishing.transfers import arrive
from inventory.stock.tracing import take_in_turn
from inventory.stock.values import QUANTITY_MAX, Account
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.errors import Conflict, FieldError, Invalid
from oms.core.events import publish
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class Arrived:
    """Units of an item of the transfer, in the state they arrived in."""

    item_id: UUID
    quantity: int
    state: str = SELLABLE


def receive_transfer(*, transfer_id: UUID, receipt_id: UUID, arrived: Sequence[Arrived]) -> Transfer:
    """Book one delivery. ``receipt_id`` is the caller's own: one that is booked already changes nothing.

    It has happened already, so more than was sent is booked too, the surplus from *unexplained*. Raises
    `NotFound`, `NotAllowed`, and `Invalid` naming each bad line: then nothing is booked.
    """
    found = lock_transfer(transfer_id)
    require(unit().actor, VERB, location_id=found.destination_id)
    if _booked_before(found, receipt_id):
        return found
    TRANSFER.next_state(found.state, "finish")
    lines = {each.item_id: each for each in lines_of_transfer(found.id)}
    _check(arrived, lines)
    units = _sum(arrived)
    left = sum(max(0, each.awaited - units.get(each.item_id, 0)) for each in lines.values())
    found.state = TRANSFER.next_state(found.state, "receive" if left else "finish")
    entries = list(_entries(found, arrived, lines))
    _book(found, arrived, entries)
    update_rows(
        TransferLine,
        [{"id": lines[item_id].id, "received": count} for item_id, count in units.items()],
        set_sql="received = t.received + r.received",
    )
    total = sum(units.values())
    TransferReceipt.objects.create(
        id=receipt_id, transfer=found, units=total, person_label=unit().actor.label, at=unit().now
    )
    found.received_at = found.received_at or unit().now
    save(found, "received_at")
    surplus = _sum([each for each in entries if each.from_state == "unexplained"])
    _tell(found, arrived, surplus, complete=not left)
    return found


def _booked_before(transfer: Transfer, receipt_id: UUID) -> bool:
    known = TransferReceipt.objects.filter(id=receipt_id).first()
    if known is not None and known.transfer_id != transfer.id:
        raise Conflict("This receipt was booked for another transfer. Begin a new one.")
    return known is not None


def _check(arrived: Sequence[Arrived], lines: Mapping[UUID, TransferLine]) -> None:
    problems = [] if arrived else [FieldError("lines", "required", "Scan or type at least one item.")]
    for position, each in enumerate(arrived):
        where = f"lines.{position}"
        if each.item_id not in lines:
            message = "This item is not on the transfer. Put it aside, and receive it by itself once you know why."
            problems.append(FieldError(f"{where}.item_id", "not_on_transfer", message))
        if not 0 < each.quantity <= QUANTITY_MAX:
            message = f"Give a quantity from 1 to {QUANTITY_MAX:,}."
            problems.append(FieldError(f"{where}.quantity", "out_of_range", message))
        if each.state not in STATES:
            problems.append(FieldError(f"{where}.state", "unknown_state", f"Choose one of: {', '.join(STATES)}."))
    if problems:
        raise Invalid("Nothing was received: some lines need attention.", fields=problems)


def _sum(arrived: Sequence[Arrived | book.Entry]) -> dict[UUID, int]:
    units: dict[UUID, int] = defaultdict(int)
    for each in arrived:
        units[each.item_id] += each.quantity
    return dict(units)


def _entries(
    transfer: Transfer, arrived: Sequence[Arrived], lines: Mapping[UUID, TransferLine]
) -> Iterator[book.Entry]:
    """What was sent comes from the way, as the lots it was sent in; the surplus from *unexplained*."""
    awaited = {item_id: line.awaited for item_id, line in lines.items()}
    here = transfer.destination_id
    sent = lots_brought_by([transfer.id], IN_TRANSIT)
    for each in arrived:
        part = arrive(awaited=awaited[each.item_id], units=each.quantity)
        awaited[each.item_id] -= part.from_transit
        for lot_id, units in take_in_turn(sent[transfer.id, each.item_id], part.from_transit):
            yield book.Entry(each.item_id, units, IN_TRANSIT, each.state, here, here, lot_id=lot_id, exact=True)
        if part.unexplained:
            yield book.Entry(each.item_id, part.unexplained, "unexplained", each.state, to_location_id=here)


def _book(transfer: Transfer, arrived: Sequence[Arrived], entries: Sequence[book.Entry]) -> None:
    change: dict[Account, int] = defaultdict(int)
    for each in arrived:
        change[each.item_id, transfer.destination_id, each.state] += each.quantity
    for entry in entries:
        if entry.from_state == IN_TRANSIT:
            change[entry.item_id, transfer.destination_id, IN_TRANSIT] -= entry.quantity
    balances = lock_accounts(change)
    book.change_balances({balances[account].id: (units, 0) for account, units in change.items()})
    book.enter(entries, cause_kind=CAUSE, cause_id=transfer.id, reason=f"Transfer T{transfer.number}")
    here = transfer.destination_id
    keep_unfit_off_sale(shelves={(each.item_id, here) for each in arrived if each.state == SELLABLE})


def _tell(transfer: Transfer, arrived: Sequence[Arrived], surplus: Mapping[UUID, int], *, complete: bool) -> None:
    """What is too many here most likely lies in the sender's book still: there somebody should count."""
    units, here = _sum(arrived), transfer.destination_id
    total, too_many = sum(units.values()), sum(surplus.values())
    sentence = f"Transfer T{transfer.number}: {total:,} units arrived at {transfer.destination.name}"
    if too_many:
        sentence += f", {too_many:,} more than were sent"
    record([Change(VERB, sentence, (("transfer", transfer.id), *(("item", each) for each in units)))])
    sellable = _sum([each for each in arrived if each.state == SELLABLE])
    publish(
        [
            TransferReceived(transfer.id, transfer.number, here, total, too_many, complete),
            *(CountWanted(item_id, transfer.origin_id, "unexplained", count) for item_id, count in surplus.items()),
            *(StockRose(item_id, here, count, "received") for item_id, count in sellable.items()),
        ]
    )
