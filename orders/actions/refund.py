"""Give money back: exactly what is left per line, to the tender it came from, never more than was paid.

The refund and its parts are written under the order's lock; the gateways are asked afterwards, by
`orders.tasks.send_due_refunds`, with no transaction open (`orders.actions.refund_parts`).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Max

from oms.accounts.actions.approvals import request_approval
from oms.accounts.models import Approval
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Forbidden, OmsError
from oms.core.events import publish
from oms.core.money import rounded
from oms.core.tenancy import unit
from orders.actions.refund_parts import follow_refunds
from orders.errors import RefundNeedsApproval
from orders.events import CreditMoved, RefundRequested
from orders.locks import lock_orders
from orders.models import Order, Refund, RefundLine, RefundPart
from orders.queries.money import agreed_of, refund_plan
from orders.refunding import RefundDraft, RefundPlan
from orders.telling import quietly

VERB = "orders.refund"


def refund_orders(*, drafts: Sequence[RefundDraft]) -> list[Refund | OmsError]:
    """Refund each, or say why not, in the order given; at most one per order in a call.

    A refusal is `NotFound`, `NothingPaid`, `RefundTooLarge` (naming the line and what is left),
    `RefundNeedsApproval` or `Forbidden`. About a dozen statements however many there are.
    """
    orders = {order.id: order for order in lock_orders([each.order_id for each in drafts])}
    agreed = agreed_of(list(orders.values()))
    answers: list[Refund | OmsError] = []
    planned: list[tuple[Order, RefundDraft, RefundPlan, Refund]] = []
    for draft, number in zip(drafts, _numbers(drafts), strict=True):
        order = orders.get(draft.order_id)
        plan = _plan(order, draft, agreed)
        if isinstance(plan, OmsError):
            answers.append(plan)
            continue
        refund = _refund(order, draft, plan, number)
        planned.append((order, draft, plan, refund))
        answers.append(refund)
    _write(planned)
    return answers


def refund_order(*, draft: RefundDraft) -> Refund:
    """Refund one order; raises what `refund_orders` would answer."""
    (answer,) = refund_orders(drafts=[draft])
    if isinstance(answer, OmsError):
        raise answer
    return answer


def refund_or_ask(*, draft: RefundDraft) -> Refund | Approval:
    """Refund; where only the actor's limit stands against it, ask for a second person's approval."""
    try:
        return refund_order(draft=draft)
    except RefundNeedsApproval as refusal:
        params = {
            "order_id": draft.order_id, "lines": {str(key): units for key, units in draft.lines.items()},
            "shipping": draft.shipping, "goodwill": str(draft.goodwill), "reason": draft.reason,
            "amount": refusal.data["amount"], "subject_kind": draft.subject_kind, "subject_id": draft.subject_id,
            "tell_customer": draft.tell_customer,
        }  # fmt: skip
        sentence = f"Refund {refusal.data['amount']} {refusal.data['currency']} of order #{refusal.data['number']}"
        return request_approval(verb=VERB, sentence=sentence, amount=Decimal(refusal.data["amount"]), params=params)


def carry_out(params: Mapping) -> Refund:
    """What approving does. Raises when the same units are worth something else by then."""
    refund = refund_order(
        draft=RefundDraft(
            order_id=UUID(params["order_id"]),
            lines={UUID(key): units for key, units in params["lines"].items()},
            shipping=params["shipping"], goodwill=Decimal(params["goodwill"]), reason=params["reason"],
            subject_kind=params["subject_kind"],
            subject_id=UUID(params["subject_id"]) if params["subject_id"] else None,
            tell_customer=params.get("tell_customer", True),
        )
    )  # fmt: skip
    if refund.amount != Decimal(params["amount"]):
        raise Forbidden("The order changed after approval was asked for. Decline, and let them ask again.")
    return refund


def _plan(order: Order | None, draft: RefundDraft, agreed: Mapping) -> RefundPlan | OmsError:
    plan = refund_plan(order, draft, agreed)
    if isinstance(plan, OmsError) or draft.moved_to:
        return plan
    return _against_actor(order, plan) or plan


def _against_actor(order: Order, plan: RefundPlan) -> OmsError | None:
    """People have limits; programs and what follows from facts do what was decided elsewhere."""
    actor = unit().actor
    if actor.kind != "user" or not actor.needs_approval(VERB, plan.amount):
        return None
    return RefundNeedsApproval(
        f"A refund of {plan.amount} {order.currency} is above your limit of {actor.limits[VERB]}. "
        "Refund less, or let a second person approve it.",
        amount=str(plan.amount), currency=order.currency, number=order.number,
    )  # fmt: skip


def _numbers(drafts: Sequence[RefundDraft]) -> list[int]:
    """The next number of each order's refunds."""
    ids = [each.order_id for each in drafts]
    last = dict(Refund.objects.filter(order_id__in=ids).values_list("order_id").annotate(Max("number")))
    return [last.get(each, 0) + 1 for each in ids]


def _refund(order: Order, draft: RefundDraft, plan: RefundPlan, number: int) -> Refund:
    return Refund(
        id=uuid7(), order_id=order.id, number=number, amount=plan.amount, goodwill=plan.goodwill,
        currency=order.currency, state=Refund.REFUNDED if draft.moved_to else Refund.REQUESTED,
        settled_at=unit().now if draft.moved_to else None, reason=draft.reason.strip(),
        subject_kind=draft.subject_kind, subject_id=draft.subject_id, asked_by=unit().actor.label,
        tell_customer=draft.tell_customer, created_at=unit().now,
    )  # fmt: skip


def _write(planned: Sequence[tuple[Order, RefundDraft, RefundPlan, Refund]]) -> None:
    if not planned:
        return
    Refund.objects.bulk_create([refund for *_, refund in planned])
    insert_rows(RefundLine, [row for _, _, plan, refund in planned for row in _line_rows(plan, refund)])
    insert_rows(RefundPart, [row for _, draft, plan, refund in planned for row in _part_rows(draft, plan, refund)])
    follow_refunds([order for order, draft, *_ in planned if draft.moved_to])
    record([_change(order, draft, refund) for order, draft, _, refund in planned])
    publish([_fact(order, draft, refund) for order, draft, _, refund in planned])


def _fact(order: Order, draft: RefundDraft, refund: Refund) -> RefundRequested | CreditMoved:
    kind = CreditMoved if draft.moved_to else RefundRequested
    return kind(order.id, refund.id, refund.amount, refund.currency, refund.subject_kind, refund.subject_id)


def _line_rows(plan: RefundPlan, refund: Refund) -> list[dict]:
    return [
        {
            "id": uuid7(), "refund_id": refund.id, "order_line_id": each.line_id, "quantity": each.quantity,
            "goods": each.goods, "tax": each.tax, "shipping": each.shipping,
        }
        for each in plan.lines
    ]  # fmt: skip


def _part_rows(draft: RefundDraft, plan: RefundPlan, refund: Refund) -> list[dict]:
    return [
        {
            "id": uuid7(), "refund_id": refund.id, "payment_id": payment_id, "amount": part,
            "state": RefundPart.DONE if draft.moved_to else RefundPart.DUE, "key": uuid7(), "attempts": 0,
            "due_at": unit().now, "reference": draft.moved_to, "error": "",
        }
        for payment_id, part in plan.tenders.items()
    ]  # fmt: skip


def _change(order: Order, draft: RefundDraft, refund: Refund) -> Change:
    amount, why = rounded(refund.amount, refund.currency), f": {refund.reason}" if refund.reason else ""
    sentence = f"Refund of {amount} {refund.currency} asked for{quietly(refund.tell_customer)}{why}"
    if draft.moved_to:
        sentence = f"{amount} {refund.currency} moved to the order of exchange {draft.moved_to}"
    return Change(VERB, sentence, (("order", order.id),))
