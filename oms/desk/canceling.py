"""Canceling as people and programs ask for it: one path for every door, with the money where it is wanted."""

from collections.abc import Mapping
from uuid import UUID

from fulfillment.actions import canceling
from orders.actions.cancel import Cancelled
from orders.actions.refund_cancelled import cancelled_units, refund_cancelled, wish_refund
from orders.locks import lock_order


def cancel_or_ask(
    *,
    order_id: UUID,
    reason: str,
    lines: Mapping[UUID, int] | None = None,
    refund: bool = False,
    tell_customer: bool = True,
) -> Cancelled | None:
    """None when the floor was asked: the order then waits for its answer.

    With ``refund`` what is owed for the canceled units goes back in the same transaction, as far as the actor
    may decide alone, else a second person is asked; where the floor was asked, its answer decides what goes back.
    Without ``tell_customer`` we send no mail about either.
    Raises what `fulfillment.actions.canceling` raises, and `RefundNeedsApproval`.
    """
    if not refund:
        return canceling.cancel_or_ask(order_id=order_id, reason=reason, lines=lines, tell_customer=tell_customer)
    lock_order(order_id)
    before = cancelled_units(order_id=order_id)
    cancelled = canceling.cancel_or_ask(
        order_id=order_id, reason=reason, lines=lines, tell_customer=tell_customer
    )  # fmt: skip
    follow_up = wish_refund if cancelled is None else refund_cancelled
    follow_up(order_id=order_id, before=before, reason=reason.strip(), tell_customer=tell_customer)
    return cancelled
