"""End a transfer: every unit that has not arrived must have an answer."""

from collections.abc import Mapping
from uuid import UUID

from inventory import book
from inventory.actions.tracing.off_sale import keep_unfit_off_sale
from inventory.actions.transfers import CAUSE, VERB
from inventory.actions.transfers.prepare import save
from inventory.events import StockRose, TransferClosed
from inventory.locks import lock_accounts, lock_transfer
from inventory.models import IN_TRANSIT, SELLABLE, Transfer, TransferLine
from inventory.queries.tracing import lots_brought_by
from inventory.queries.transfers import lines_of_transfer
from inventory.replenishing.lifecycle import TRANSFER
from inventory.replenishing.transfers import AWAITED, FOUND_AT_SENDER, LOST, RESOLUTIONS
from inventory.stock.tracing import take_in_turn
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.errors import FieldError, Invalid
from oms.core.events import publish
from oms.core.tenancy import unit


def close_transfer(*, transfer_id: UUID, resolutions: Mapping[UUID, str] | None = None) -> Transfer:
    """Say for each line (by id) that misses units what became of them, one of `RESOLUTIONS`.

    Lost units go to *loss*, those found at the sender back on its shelf. While a line is still awaited the
    transfer stays open. Raises `NotFound`, `NotAllowed`, and `Invalid` naming each line without an answer.
    """
    found = lock_transfer(transfer_id)
    require(unit().actor, VERB, location_id=found.destination_id)
    closed = TRANSFER.next_state(found.state, "close")
    missing = [each for each in lines_of_transfer(found.id) if each.awaited]
    answers = _answers(missing, resolutions or {})
    lost = [each for each in missing if answers[each.id] == LOST]
    stayed = [each for each in missing if answers[each.id] == FOUND_AT_SENDER]
    if stayed:
        require(unit().actor, VERB, location_id=found.origin_id)
    if lost or stayed:
        _book(found, lost, stayed)
    if AWAITED not in answers.values():
        found.state, found.closed_at = closed, unit().now
    save(found, "closed_at")
    _tell(found, lost, stayed)
    return found


def _answers(missing: list[TransferLine], given: Mapping[UUID, str]) -> dict[UUID, str]:
    known = {each.id for each in missing}
    problems = [
        FieldError("resolutions", "nothing_missing", "Nothing of one of the lines you named is missing.")
        for line_id in given
        if line_id not in known
    ]
    for position, each in enumerate(missing):
        if given.get(each.id) not in RESOLUTIONS:
            message = f"{each.awaited:,} of {each.item.sku} have not arrived. Say whether they are lost, found at the "
            message += "sender, or still awaited."
            problems.append(FieldError(f"resolutions.{position}.resolution", "unresolved", message))
    if problems:
        raise Invalid("The transfer was not closed: " + problems[0].message, fields=problems)
    return {each.id: given[each.id] for each in missing}


def _book(transfer: Transfer, lost: list[TransferLine], stayed: list[TransferLine]) -> None:
    here, there = transfer.destination_id, transfer.origin_id
    change = {(each.item_id, here, IN_TRANSIT): -each.awaited for each in (*lost, *stayed)}
    change |= {(each.item_id, there, SELLABLE): each.awaited for each in stayed}
    balances = lock_accounts(change)
    book.change_balances({balances[account].id: (units, 0) for account, units in change.items()})
    sent = lots_brought_by([transfer.id], IN_TRANSIT)
    book.enter(
        [
            *(
                book.Entry(each.item_id, units, IN_TRANSIT, "loss", here, lot_id=lot_id, exact=True)
                for each in lost
                for lot_id, units in take_in_turn(sent[transfer.id, each.item_id], each.awaited)
            ),
            *(
                book.Entry(each.item_id, units, IN_TRANSIT, SELLABLE, here, there, lot_id=lot_id, exact=True)
                for each in stayed
                for lot_id, units in take_in_turn(sent[transfer.id, each.item_id], each.awaited)
            ),
        ],
        cause_kind=CAUSE, cause_id=transfer.id, reason=f"Transfer T{transfer.number}",
    )  # fmt: skip
    keep_unfit_off_sale(shelves=[(each.item_id, there) for each in stayed])
    update_rows(
        TransferLine,
        [
            *({"id": each.id, "lost": each.awaited, "stayed": 0} for each in lost),
            *({"id": each.id, "lost": 0, "stayed": each.awaited} for each in stayed),
        ],
        set_sql="lost = t.lost + r.lost, stayed = t.stayed + r.stayed",
    )


def _tell(transfer: Transfer, lost: list[TransferLine], stayed: list[TransferLine]) -> None:
    units = {"lost": sum(each.awaited for each in lost), "stayed": sum(each.awaited for each in stayed)}
    parts = [f"{units['lost']:,} lost"] if lost else []
    parts += [f"{units['stayed']:,} found at {transfer.origin.name}"] if stayed else []
    done = "closed" if transfer.closed_at else "still awaits units"
    sentence = f"Transfer T{transfer.number} {done}" + (f": {', '.join(parts)}" if parts else "")
    items = [("item", each.item_id) for each in (*lost, *stayed)]
    record([Change(VERB, sentence, (("transfer", transfer.id), *items))])
    facts: list = [StockRose(each.item_id, transfer.origin_id, each.awaited, "restored") for each in stayed]
    if transfer.closed_at:
        facts.append(TransferClosed(transfer.id, transfer.number, units["lost"], units["stayed"]))
    publish(facts)
