"""The two halves of giving a part back: claim what is due under a lease, and write down what came of it.

Between them the gateway is asked with no transaction open. A worker that dies leaves the part `sending`; when
its lease runs out the gateway is asked again under the same key, so that money moves once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.events import publish
from oms.core.money import ZERO, rounded
from oms.core.tenancy import unit
from orders.events import OrderRefunded, RefundFailed
from orders.gateways.port import Declined, RefundRequest, Unknown
from orders.locks import lock_due_refund_parts, lock_orders, lock_refund_parts
from orders.models import Order, Refund, RefundPart
from orders.paying import payment_state
from orders.queries.money import paid_and_back

BATCH = 100
LEASE = timedelta(minutes=5)
WAITS = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=1))

Answer = str | Declined | Unknown


@dataclass(frozen=True)
class Ask:
    """All that is needed to ask a gateway, outside any transaction."""

    part_id: UUID
    order_id: UUID
    attempt: int
    key: UUID
    gateway: str
    request: RefundRequest


def claim_parts(*, limit: int = BATCH) -> list[Ask]:
    """Take what is due. Whoever dies with it in hand leaves it to fall due again when the lease runs out."""
    parts = lock_due_refund_parts(unit().now, limit)
    for each in parts:
        each.attempts += 1
    update_rows(
        RefundPart,
        [
            {"id": each.id, "state": RefundPart.SENDING, "attempts": each.attempts, "due_at": unit().now + LEASE}
            for each in parts
        ],
    )
    return [_ask(each) for each in parts]


def settle_parts(*, answers: Sequence[tuple[Ask, Answer]]) -> None:
    """Write down what the gateways said. An answer that comes after its lease, when another was taken, is dropped."""
    orders = {order.id: order for order in lock_orders({ask.order_id for ask, _ in answers})}
    parts = {each.id: each for each in lock_refund_parts([ask.part_id for ask, _ in answers])}
    rows, touched = [], set()
    for ask, answer in answers:
        part = parts[ask.part_id]
        if part.attempts != ask.attempt or part.state != RefundPart.SENDING:
            continue
        _settle(part, answer)
        touched.add(part.refund_id)
        rows.append(
            {
                "id": part.id, "state": part.state, "reference": part.reference, "error": part.error,
                "due_at": part.due_at,
            }
        )  # fmt: skip
    update_rows(RefundPart, rows)
    _settle_refunds(touched, orders)


def _ask(part: RefundPart) -> Ask:
    paid = part.payment
    request = RefundRequest(paid.id, paid.method, paid.reference, part.amount, paid.currency)
    return Ask(part.id, part.refund.order_id, part.attempts, part.key, paid.gateway, request)


def _settle(part: RefundPart, answer: Answer) -> None:
    if isinstance(answer, Unknown):
        part.state, part.error = RefundPart.UNKNOWN, answer.sentence
        part.due_at = unit().now + WAITS[min(part.attempts, len(WAITS)) - 1]
    elif isinstance(answer, Declined):
        part.state, part.error = RefundPart.FAILED, answer.sentence
    else:
        part.state, part.reference, part.error = RefundPart.DONE, answer, ""


def _settle_refunds(refund_ids: set[UUID], orders: dict[UUID, Order]) -> None:
    """A refund is over when all its parts are; it failed when one of them did."""
    if not refund_ids:
        return
    refunds = list(Refund.objects.filter(id__in=refund_ids).prefetch_related("parts__payment").order_by("id"))
    over = [each for each in refunds if not any(part.state in RefundPart.OPEN for part in each.parts.all())]
    for refund in over:
        failed = [part for part in refund.parts.all() if part.state == RefundPart.FAILED]
        refund.state, refund.settled_at = (Refund.FAILED if failed else Refund.REFUNDED), unit().now
    update_rows(Refund, [{"id": each.id, "state": each.state, "settled_at": each.settled_at} for each in over])
    follow_refunds([orders[each.order_id] for each in refunds if each.order_id in orders])
    record([_change(each) for each in over])
    publish([_fact(each) for each in over])


def follow_refunds(orders: Sequence[Order]) -> None:
    """The locked orders' payment states follow what has gone back."""
    if not orders:
        return
    ids = {order.id for order in orders}
    captured, back = paid_and_back(ids)
    rows = []
    for order in {order.id: order for order in orders}.values():
        state = payment_state(order.total, captured.get(order.id, ZERO), back.get(order.id, ZERO), order.payment_state)
        rows.append({"id": order.id, "payment_state": state, "version": order.version + 1})
    update_rows(Order, rows)


def _change(refund: Refund) -> Change:
    subjects, amount = (("order", refund.order_id),), rounded(refund.amount, refund.currency)
    if refund.state == Refund.FAILED:
        return Change("orders.refund", f"Refund of {amount} {refund.currency} failed: {_why(refund)}", subjects)
    ways = ", ".join(sorted({part.payment.method.replace("_", " ") for part in refund.parts.all()}))
    return Change("orders.refund", f"{amount} {refund.currency} refunded ({ways})", subjects)


def _why(refund: Refund) -> str:
    return " ".join(part.error for part in refund.parts.all() if part.state == RefundPart.FAILED)


def _fact(refund: Refund) -> OrderRefunded | RefundFailed:
    about = (
        refund.order_id, refund.id, refund.amount, refund.currency, refund.subject_kind, refund.subject_id,
    )  # fmt: skip
    if refund.state == Refund.FAILED:
        return RefundFailed(*about, _why(refund))
    return OrderRefunded(*about, refund.tell_customer)
