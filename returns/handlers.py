"""What returns do when they hear of something."""

from collections.abc import Sequence

from oms.core.events import Envelope, subscribe
from orders.events import RefundRequested
from returns.actions.settling import SUBJECT, note_refunds


@subscribe("returns.refunds", RefundRequested, label="Returns")
def refunds(envelopes: Sequence[Envelope]) -> None:
    """A refund that waited for a second person has been approved: its return is over."""
    facts = [envelope.fact for envelope in envelopes]
    note_refunds(refunds={each.subject_id: each.refund_id for each in facts if each.subject_kind == SUBJECT})
