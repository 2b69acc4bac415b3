"""Decide about a bill that does not match: approve it, dispute it, or take it away."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from inventory.actions.billing import APPROVE, EDIT
from inventory.actions.billing.matching import post_bill, subjects
from inventory.actions.valuing.decide import require_whole
from inventory.billing.lifecycle import BILL, POSTED
from inventory.locks import lock_bill
from inventory.models import SupplierBill
from inventory.queries.billing import lines_of_bill
from inventory.replenishing.drafts import note_problems
from oms.accounts.actions.approvals import request_approval
from oms.accounts.models import Approval
from oms.core.audit import Change, record
from oms.core.errors import Invalid
from oms.core.tenancy import unit


def approve_bill(*, bill_id: UUID, note: str = "") -> SupplierBill | Approval:
    """Owe it as it is. Above the actor's limit nothing is posted, and the `Approval` that now waits is returned.

    Raises `NotFound`, `NotAllowed`.
    """
    require_whole(APPROVE)
    found = lock_bill(bill_id)
    BILL.next_state(found.state, "approve")
    _check_note(note)
    amount = (found.total * found.rate).quantize(Decimal("0.0001"))
    if unit().actor.needs_approval(APPROVE, amount):
        sentence = f"Bill {found.number} of {found.supplier.name} over {found.total:f} {found.currency}"
        params = {"bill_id": str(found.id), "note": note}
        return request_approval(verb=APPROVE, sentence=sentence, amount=amount, params=params)
    return _approve(found, note)


def carry_out(params: Mapping) -> SupplierBill:
    """Post what a second person has approved; what was posted meanwhile stays so."""
    found = lock_bill(UUID(params["bill_id"]))
    if found.state == POSTED:
        return found
    BILL.next_state(found.state, "approve")
    return _approve(found, params["note"])


def dispute_bill(*, bill_id: UUID, note: str) -> SupplierBill:
    """Say what is wrong with it; it waits for the supplier. Raises `NotFound`, `NotAllowed`, `Invalid`."""
    return _settle(bill_id, "dispute", note, "disputed")


def withdraw_bill(*, bill_id: UUID, note: str) -> SupplierBill:
    """It was entered wrongly, or the supplier took it back; its number is free again."""
    return _settle(bill_id, "withdraw", note, "withdrawn")


def _approve(found: SupplierBill, note: str) -> SupplierBill:
    note = note.strip()
    post_bill(found, lines_of_bill(found.id), "is approved as it is" + (f": {note}" if note else ""))
    return found


def _settle(bill_id: UUID, verb: str, note: str, done: str) -> SupplierBill:
    require_whole(EDIT)
    found = lock_bill(bill_id)
    found.state = BILL.next_state(found.state, verb)
    _check_note(note)
    if not note.strip():
        raise Invalid.field("note", "Say why.", "required")
    found.note, found.version = note.strip(), found.version + 1
    found.decided_by, found.decided_at = unit().actor.label, unit().now
    found.save(update_fields=["state", "note", "version", "decided_by", "decided_at"])
    record([Change(EDIT, f"Bill {found.number} of {found.supplier.name} {done}: {found.note}", subjects(found))])
    return found


def _check_note(note: str) -> None:
    if problems := note_problems(note):
        raise Invalid("Nothing was changed.", fields=problems)
