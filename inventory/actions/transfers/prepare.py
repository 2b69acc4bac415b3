"""Transfers as drafts: made, changed, and dropped before anything has left."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inventory.actions.transfers import VERB
from inventory.locks import lock_transfer
from inventory.models import Item, Transfer, TransferLine
from inventory.queries import visible_locations
from inventory.replenishing.drafts import line_problems, note_problems
from inventory.replenishing.lifecycle import TRANSFER
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.db.sequences import take_numbers
from oms.core.errors import FieldError, Invalid, Stale
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class TransferLineDraft:
    item_id: UUID
    quantity: int


def create_transfer(
    *,
    origin_id: UUID,
    destination_id: UUID,
    lines: Sequence[TransferLineDraft],
    note: str = "",
    expected_on: date | None = None,
) -> Transfer:
    """A draft; lines of the same item become one. Raises `Invalid` naming every bad field."""
    require(unit().actor, VERB)
    _check(origin_id, destination_id, lines, note)
    (number,) = take_numbers("transfer", 1)
    made = Transfer.objects.create(
        number=number, origin_id=origin_id, destination_id=destination_id, note=note.strip(), expected_on=expected_on,
        created_at=unit().now,
    )  # fmt: skip
    _write_lines(made, lines)
    record([Change(VERB, f"Transfer T{number} drafted: {_words(made, lines)}", (("transfer", made.id),))])
    return made


def update_transfer(
    *,
    transfer_id: UUID,
    origin_id: UUID,
    destination_id: UUID,
    lines: Sequence[TransferLineDraft],
    note: str = "",
    expected_on: date | None = None,
    expected_version: int | None = None,
) -> Transfer:
    """Replace a draft. Raises `NotFound`, `NotAllowed`, `Stale`, and `Invalid` naming every bad field."""
    require(unit().actor, VERB)
    found = lock_transfer(transfer_id)
    if expected_version not in (None, found.version):
        raise Stale("Someone changed this transfer after you opened it. Look at it again, then repeat your change.")
    found.state = TRANSFER.next_state(found.state, "edit")
    _check(origin_id, destination_id, lines, note)
    found.origin_id, found.destination_id, found.note, found.expected_on = (
        origin_id, destination_id, note.strip(), expected_on,
    )  # fmt: skip
    save(found, "origin", "destination", "note", "expected_on")
    TransferLine.objects.filter(transfer_id=found.id).delete()
    _write_lines(found, lines)
    record([Change(VERB, f"Transfer T{found.number} changed: {_words(found, lines)}", (("transfer", found.id),))])
    return found


def cancel_transfer(*, transfer_id: UUID) -> Transfer:
    """Drop a draft. Raises `NotFound`, `NotAllowed`."""
    require(unit().actor, VERB)
    found = lock_transfer(transfer_id)
    found.state = TRANSFER.next_state(found.state, "cancel")
    save(found)
    record([Change(VERB, f"Transfer T{found.number} canceled", (("transfer", found.id),))])
    return found


def save(transfer: Transfer, *fields: str) -> None:
    """Write the state and these fields, as the next version."""
    transfer.version += 1
    transfer.save(update_fields=["state", "version", *fields])


def _check(origin_id: UUID, destination_id: UUID, lines: Sequence[TransferLineDraft], note: str) -> None:
    known = dict(Item.objects.filter(id__in={each.item_id for each in lines}).values_list("id", "kind"))
    problems = line_problems([(each.item_id, each.quantity) for each in lines], known) + note_problems(note)
    places = dict(visible_locations().filter(id__in=[origin_id, destination_id]).values_list("id", "active"))
    for field, location_id in (("origin_id", origin_id), ("destination_id", destination_id)):
        if location_id not in places:
            problems.append(FieldError(field, "unknown_location", "There is no such location."))
        elif not places[location_id]:
            problems.append(FieldError(field, "closed_location", "This location is closed. Choose an open one."))
    if origin_id == destination_id:
        message = "Choose another location than the one the goods come from."
        problems.append(FieldError("destination_id", "same_location", message))
    if problems:
        raise Invalid("The transfer was not saved: some fields need attention.", fields=problems)


def _write_lines(transfer: Transfer, lines: Sequence[TransferLineDraft]) -> None:
    units: dict[UUID, int] = defaultdict(int)
    for each in lines:
        units[each.item_id] += each.quantity
    insert_rows(
        TransferLine,
        [
            {
                "id": uuid7(), "transfer_id": transfer.id, "item_id": item_id, "quantity": quantity, "sent": 0,
                "received": 0, "lost": 0, "stayed": 0,
            }
            for item_id, quantity in units.items()
        ],
    )  # fmt: skip


def _words(transfer: Transfer, lines: Sequence[TransferLineDraft]) -> str:
    names = dict(
        visible_locations()
        .filter(id__in=[transfer.origin_id, transfer.destination_id])
        .values_list("id", "name")
    )  # fmt: skip
    units = sum(each.quantity for each in lines)
    return f"{units:,} units from {names[transfer.origin_id]} to {names[transfer.destination_id]}"
