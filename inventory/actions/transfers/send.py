"""A transfer leaves: off the sender's shelf, on its way to the destination."""

from datetime import date
from uuid import UUID

from inventory import book
from inventory.actions.move_state import NotEnough
from inventory.actions.transfers import CAUSE, VERB
from inventory.actions.transfers.prepare import save
from inventory.events import TransferSent
from inventory.locks import lock_accounts, lock_transfer
from inventory.models import IN_TRANSIT, SELLABLE, Transfer, TransferLine
from inventory.queries.transfers import lines_of_transfer
from inventory.replenishing.lifecycle import TRANSFER
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.errors import Conflict, FieldError
from oms.core.events import publish
from oms.core.tenancy import unit


class LocationClosed(Conflict):
    """One end of the transfer was closed since it was drafted."""

    code = "closed_location"
    title = "The location is closed"


def send_transfer(*, transfer_id: UUID, expected_on: date | None = None) -> Transfer:
    """Take all lines off the sender's shelf: units that are sellable and promised to nobody.

    Raises `NotFound`, `NotAllowed`, `LocationClosed`, and `NotEnough` naming each line with what there is.
    """
    found = lock_transfer(transfer_id)
    require(unit().actor, VERB, location_id=found.origin_id)
    found.state = TRANSFER.next_state(found.state, "send")
    for field, place in (("origin_id", found.origin), ("destination_id", found.destination)):
        if not place.active:
            message = f"{place.name} is closed. Open it again, or choose another location."
            raise LocationClosed(message, fields=[FieldError(field, "closed_location", message)])
    lines = lines_of_transfer(found.id)
    _move(found, lines)
    update_rows(TransferLine, [{"id": each.id, "sent": each.quantity} for each in lines], set_sql="sent = r.sent")
    found.sent_at, found.expected_on = unit().now, expected_on or found.expected_on
    save(found, "sent_at", "expected_on")
    units = sum(each.quantity for each in lines)
    sentence = f"Transfer T{found.number}: {units:,} units left {found.origin.name} for {found.destination.name}"
    record([Change(VERB, sentence, (("transfer", found.id), *(("item", each.item_id) for each in lines)))])
    publish([TransferSent(found.id, found.number, found.origin_id, found.destination_id, units)])
    return found


def _move(transfer: Transfer, lines: list[TransferLine]) -> None:
    shelves = [(each.item_id, transfer.origin_id, SELLABLE) for each in lines]
    ways = [(each.item_id, transfer.destination_id, IN_TRANSIT) for each in lines]
    balances = lock_accounts([*shelves, *ways])
    short = [
        FieldError(
            f"lines.{position}.quantity", "too_many",
            f"Only {balances[shelf].available:,} of {each.item.sku} are free at {transfer.origin.name}.",
        )
        for position, (each, shelf) in enumerate(zip(lines, shelves, strict=True))
        if balances[shelf].available < each.quantity
    ]  # fmt: skip
    if short:
        raise NotEnough(
            f"Nothing was sent. {' '.join(each.message for each in short[:3])} Send fewer, or receive stock first.",
            fields=short,
            available={each.item.sku: balances[shelf].available for each, shelf in zip(lines, shelves, strict=True)},
        )
    changes = {}
    for each, shelf, way in zip(lines, shelves, ways, strict=True):
        changes[balances[shelf].id] = (-each.quantity, 0)
        changes[balances[way].id] = (each.quantity, 0)
    book.change_balances(changes)
    book.enter(
        [
            book.Entry(
                each.item_id, each.quantity, SELLABLE, IN_TRANSIT, transfer.origin_id, transfer.destination_id
            )
            for each in lines
        ],
        cause_kind=CAUSE, cause_id=transfer.id, reason=f"Transfer T{transfer.number}",
    )  # fmt: skip
