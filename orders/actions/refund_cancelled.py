"""Give back what was paid for units that were canceled: at once, or when the floor has answered."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from oms.accounts.models import Approval
from oms.core.audit import Change, record
from oms.core.errors import OmsError
from oms.core.tenancy import unit
from orders.actions.refund import VERB, refund_or_ask
from orders.errors import RefundNeedsApproval
from orders.lifecycle import CANCEL_REQUESTED
from orders.locks import lock_order, lock_orders
from orders.models import Order, Refund
from orders.queries import lines_of
from orders.queries.cancelling import owed_for_cancelled
from orders.queries.money import money_of_order

# Where an order keeps that its cancellation, once answered, is to be paid back.
KEPT_IN = "refund_when_cancelled"


def cancelled_units(*, order_id: UUID) -> dict[UUID, int]:
    """Line → units that are canceled now."""
    return {line.id: line.cancelled for line in lines_of([order_id]).get(order_id, [])}


def refund_cancelled(
    *, order_id: UUID, before: Mapping[UUID, int], reason: str, tell_customer: bool = True
) -> Refund | Approval | None:
    """Give back what is owed for the units canceled since ``before``; None where nothing is.

    Where less was paid than they are worth, all that is owed goes back as one sum.
    """
    order, lines = lock_order(order_id), lines_of([order_id]).get(order_id, [])
    draft = owed_for_cancelled(order, lines, before, reason=reason)
    return None if draft is None else refund_or_ask(draft=replace(draft, tell_customer=tell_customer))


def wish_refund(*, order_id: UUID, before: Mapping[UUID, int], reason: str, tell_customer: bool = True) -> None:
    """The floor was asked first: remember that what it agrees to is to be paid back.

    Raises `RefundNeedsApproval` where that may be more than the actor decides alone.
    """
    order = lock_order(order_id)
    actor, most = unit().actor, money_of_order(order).left
    if not most:
        return
    if actor.kind == "user" and actor.needs_approval(VERB, most):
        raise RefundNeedsApproval(
            f"Up to {most:.2f} {order.currency} would go back, which is above your limit of {actor.limits[VERB]}. "
            "Cancel without a refund now, and refund when the warehouse has answered.",
            amount=str(most), currency=order.currency, number=order.number,
        )  # fmt: skip
    cancelled = {str(line_id): units for line_id, units in before.items()}
    wish = {"reason": reason, "cancelled": cancelled, "tell_customer": tell_customer}
    _keep(order, {**order.attributes, KEPT_IN: wish})


def refund_answered(*, order_ids: Collection[UUID]) -> None:
    """Of these orders pay back those whose cancellation has been answered and that wait for it."""
    waiting = Order.objects.filter(id__in=order_ids, attributes__has_key=KEPT_IN).values_list("id", flat=True)
    for order in lock_orders(list(waiting)):
        if order.state == CANCEL_REQUESTED:
            continue
        wish = order.attributes[KEPT_IN]
        _keep(order, {name: value for name, value in order.attributes.items() if name != KEPT_IN})
        before = {UUID(line_id): units for line_id, units in wish["cancelled"].items()}
        try:
            refund_cancelled(
                order_id=order.id, before=before, reason=wish["reason"],
                tell_customer=wish.get("tell_customer", True),
            )  # fmt: skip
        except OmsError as refusal:
            record([Change(VERB, f"Not refunded: {refusal.message}", (("order", order.id),))])


def _keep(order: Order, attributes: dict) -> None:
    order.attributes = attributes
    order.save(update_fields=["attributes"])
