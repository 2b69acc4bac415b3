"""Try a refund again that failed: the same sum for the same units, asked of the gateways that declined it."""

from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.db.keys import uuid7
from oms.core.errors import NotAllowed, NotFound
from oms.core.events import publish
from oms.core.money import rounded
from oms.core.tenancy import unit
from orders.actions.refund import VERB
from orders.errors import RefundTooLarge
from orders.events import RefundRetried
from orders.locks import lock_order
from orders.models import Order, Refund, RefundPart
from orders.queries.money import agreed_of
from orders.refunding import LineBack, fits_again

_WHY_NOT = {
    Refund.REQUESTED: "This refund is on its way already. Nothing was changed.",
    Refund.REFUNDED: "This refund has gone back already. Nothing was changed.",
}


def retry_refund(*, order_id: UUID, refund_id: UUID) -> Refund:
    """Owe the parts that were declined once more; what has gone back stays.

    Nobody's limit is asked: the sum was decided when it was first refunded. Raises `NotFound`, `NotAllowed` unless
    it failed, and `RefundTooLarge` where the money went back some other way since.
    """
    order = lock_order(order_id)
    refund = Refund.objects.filter(id=refund_id, order_id=order_id).prefetch_related("parts", "lines").first()
    if refund is None:
        raise NotFound("There is no such refund.")
    if refund.state != Refund.FAILED:
        raise NotAllowed(refund.state, "retry", _WHY_NOT[refund.state])
    failed = [part for part in refund.parts.all() if part.state == RefundPart.FAILED]
    if not _fits(order, refund, failed):
        raise RefundTooLarge("Money of this order went back some other way since. Refund what is left instead.")
    _owe(refund, failed)
    amount = rounded(sum(part.amount for part in failed), refund.currency)
    record([Change(VERB, f"Refund of {amount} {refund.currency} tried again", (("order", order.id),))])
    publish([_fact(refund)])
    return refund


def _fits(order: Order, refund: Refund, failed: list[RefundPart]) -> bool:
    """Of a refund that went back in part, the units are still its own."""
    own = len(failed) < len(refund.parts.all())
    lines = [
        LineBack(each.order_line_id, each.quantity, each.goods, each.tax, each.shipping) for each in refund.lines.all()
    ]
    parts = {part.payment_id: part.amount for part in failed}
    return fits_again(agreed_of([order])[order.id], [] if own else lines, parts)


def _owe(refund: Refund, failed: list[RefundPart]) -> None:
    """A new key: what a gateway has declined under one, it declines under that one for good."""
    for part in failed:
        part.state, part.key, part.due_at, part.error = RefundPart.DUE, uuid7(), unit().now, ""
    update_rows(
        RefundPart,
        [
            {"id": part.id, "state": part.state, "key": part.key, "due_at": part.due_at, "error": part.error}
            for part in failed
        ],
    )
    refund.state, refund.settled_at = Refund.REQUESTED, None
    refund.save(update_fields=["state", "settled_at"])


def _fact(refund: Refund) -> RefundRetried:
    return RefundRetried(
        refund.order_id, refund.id, refund.amount, refund.currency, refund.subject_kind, refund.subject_id
    )
