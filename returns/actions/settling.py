"""What a return comes to when everything was looked at: money back, another item, or nothing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from oms.accounts.models import Approval
from oms.core.addresses import Address
from oms.core.audit import Change, record
from oms.core.events import publish
from oms.core.money import ZERO
from oms.core.tenancy import unit
from orders.actions.place import place_order
from orders.actions.refund import RefundDraft, refund_or_ask, refund_order
from orders.errors import NothingPaid, RefundTooLarge
from orders.models import Order
from orders.placing.drafts import LineDraft, OrderDraft, PaymentDraft
from returns import lifecycle
from returns.actions.following import save
from returns.events import ReturnClosed
from returns.locks import lock_returns
from returns.models import Return, ReturnLine

SUBJECT = "return"
PRICE = Decimal("0.0001")


def settle_return(*, order: Order, found: Return, lines: Sequence[ReturnLine]) -> None:
    """Close the inspected return with its outcome. One whose refund waits for a second person stays open.

    The caller holds the order's and the return's locks.
    """
    accepted = {line.order_line_id: line.accepted for line in lines if line.accepted}
    if accepted and found.outcome == "exchange":
        _exchange(order, found, lines)
    elif accepted and found.outcome == "refund" and not _refund(order, found, accepted):
        return
    close(found)


def close(found: Return) -> None:
    found.state, found.closed_at = lifecycle.next_state(found.state, "close"), unit().now
    save(found, "closed_at", "refund", "exchange_order")
    subjects = (("order", found.order_id), ("return", found.id))
    record([Change("returns.close", f"Return R{found.number} closed", subjects)])
    publish([ReturnClosed(found.id, found.order_id, found.number, found.outcome)])


def _refund(order: Order, found: Return, accepted: dict[UUID, int]) -> bool:
    """Exactly what is left of the accepted units; False while somebody has yet to approve it.

    What was never paid, or went back already, owes nothing.
    """
    draft = RefundDraft(order.id, accepted, reason=f"Return R{found.number}", subject_kind=SUBJECT, subject_id=found.id)
    try:
        answer = refund_or_ask(draft=draft)
    except (NothingPaid, RefundTooLarge) as nothing:
        subjects = (("order", order.id), ("return", found.id))
        record([Change("returns.refund", f"No refund for return R{found.number}: {nothing.message}", subjects)])
        return True
    if isinstance(answer, Approval):
        return False
    found.refund = answer
    return True


def _exchange(order: Order, found: Return, lines: Sequence[ReturnLine]) -> None:
    """A new order of the wanted items at the value of what came back, paid with that value."""
    wanted = [line for line in lines if line.accepted and line.exchange_item_id]
    worth = _move_credit(order, found, {line.order_line_id: line.accepted for line in wanted})
    total = sum(worth.values(), ZERO)
    paid = (PaymentDraft(total, "exchange", reference=f"R{found.number}"),) if total else ()
    placed = place_order(
        draft=OrderDraft(
            channel_id=order.channel_id, external_id=f"R{found.number}", currency=order.currency,
            email=order.email, phone=order.phone, customer_name=order.customer_name,
            ship_to=Address.from_json(order.ship_to), bill_to=Address.from_json(order.bill_to),
            lines=tuple(_wanted(line, worth.get(line.order_line_id, ZERO)) for line in wanted),
            imported_total=total, payment_state="paid", payments=paid, source="exchange",
            attributes={"exchange_of": str(order.id)},
        )
    )  # fmt: skip
    found.exchange_order_id = placed.order_id


def _wanted(line: ReturnLine, worth: Decimal) -> LineDraft:
    price = (worth / line.accepted).quantize(PRICE)
    return LineDraft(sku=line.exchange_item.sku, quantity=line.accepted, unit_price=price)


def _move_credit(order: Order, found: Return, units: dict[UUID, int]) -> dict[UUID, Decimal]:
    """Line → what its units were worth, taken out of the order they came from; nothing where nothing was paid."""
    draft = RefundDraft(
        order.id, units, shipping=False, reason=f"Exchange R{found.number}", subject_kind=SUBJECT,
        subject_id=found.id, moved_to=f"R{found.number}",
    )  # fmt: skip
    try:
        found.refund = refund_order(draft=draft)
    except (NothingPaid, RefundTooLarge):
        return {}
    return {each.order_line_id: each.goods + each.tax for each in found.refund.lines.all()}


def note_refunds(*, refunds: Mapping[UUID, UUID]) -> None:
    """Return → the refund that was made for it; those that waited for one are closed."""
    for _, found in lock_returns(refunds):
        if found.state == lifecycle.INSPECTED:
            found.refund_id = refunds[found.id]
            close(found)
