"""What is above one person's limit waits for a second person. Nobody decides their own."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

from oms.accounts.events import ApprovalDecided, ApprovalRequested
from oms.accounts.locks import lock_approval
from oms.accounts.models import Approval
from oms.core.audit import Change, record
from oms.core.db.bulk import to_json
from oms.core.errors import Forbidden, NotAllowed, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit

Carrier = Callable[[Mapping], object]
_carriers: dict[str, Carrier] = {}


def carries_out(verb: str, act: Carrier) -> None:
    """The room that owns ``verb`` says what approving it does: ``act(params)``, in the approver's unit of work.

    ``params`` are those of the request as JSON: ids, amounts and times are text.
    """
    _carriers[verb] = act


def request_approval(*, verb: str, sentence: str, amount: Decimal, params: Mapping) -> Approval:
    """Let ``verb`` wait for a second person. ``sentence`` says what approving will do, in words."""
    opened = unit()
    if verb not in _carriers:
        raise LookupError(f"No room carries out {verb}: call approvals.carries_out first.")
    approval = Approval.objects.create(
        verb=verb, sentence=sentence, amount=amount, params=json.loads(to_json(dict(params))),
        requested_by={"kind": opened.actor.kind, "id": opened.actor.id, "label": opened.actor.label},
        requested_at=opened.now,
    )  # fmt: skip
    record([Change("approvals.request", f"Approval asked for: {sentence}", (("approval", approval.id),))])
    publish([ApprovalRequested(approval_id=approval.id, verb=verb)])
    return approval


def decide(*, approval_id: UUID, approve: bool, note: str = "") -> Approval:
    """Approve, which carries it out in this transaction as the approver, or decline.

    Raises `NotFound`, `NotAllowed` when it was decided before, `Forbidden` for the person who asked, for
    a program, and for somebody whose own limit is below the amount; and whatever carrying it out
    raises, in which case it goes on waiting.
    """
    approval = lock_approval(approval_id)
    if approval is None:
        raise NotFound("There is no such approval.")
    if approval.state != Approval.WAITING:
        raise NotAllowed(approval.state, "decide", f"{approval.decided_by} has already decided this.")
    _may_decide(approval, approve=approve)
    _write_down(approval, approve=approve, note=note)
    if approve:
        _carriers[approval.verb](approval.params)
    return approval


def _may_decide(approval: Approval, *, approve: bool) -> None:
    actor = unit().actor
    if actor.kind != "user":
        raise Forbidden("Only a person can decide this, not a program. Sign in and decide under Settings, Approvals.")
    if approval.requested_by["id"] == actor.id:
        raise Forbidden("You asked for this yourself, so somebody else must decide it.")
    if approve and actor.needs_approval(approval.verb, approval.amount):
        raise Forbidden("This is above your own limit too. Ask somebody with a higher one.")


def _write_down(approval: Approval, *, approve: bool, note: str) -> None:
    opened = unit()
    approval.state = Approval.APPROVED if approve else Approval.DECLINED
    approval.decided_by, approval.decided_at, approval.note = opened.actor.label, opened.now, note.strip()
    approval.save(update_fields=["state", "decided_by", "decided_at", "note"])
    word = "Approved" if approve else "Declined"
    record([Change("approvals.decide", f"{word}: {approval.sentence}", (("approval", approval.id),))])
    publish([ApprovalDecided(approval_id=approval.id, verb=approval.verb, approved=approve)])
