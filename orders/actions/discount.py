"""Place with a discount above one's limit: the order waits as a draft until a second person approves it."""

from collections.abc import Mapping
from uuid import UUID

from oms.accounts.actions.approvals import request_approval
from oms.accounts.models import Approval
from oms.core.errors import Forbidden
from oms.core.tenancy import unit
from orders.actions.drafts import draft_of, place_draft, save_draft
from orders.actions.place import Placed, place_order
from orders.errors import DiscountNeedsApproval
from orders.locks import lock_order
from orders.models import Order
from orders.placing.discounts import VERB, discount_of, discount_refusal
from orders.placing.drafts import OrderDraft
from orders.placing.texts import clean_draft


def place_or_ask(*, draft: OrderDraft) -> Placed | Approval:
    """Place the order; where only its discount stands against that, keep it as a draft and ask for approval.

    Raises what `place_order` raises otherwise.
    """
    if not _must_ask(draft):
        return place_order(draft=draft)
    return _ask(save_draft(draft=draft), draft)


def place_draft_or_ask(*, order_id: UUID) -> Placed | Approval:
    """The same for a draft that was saved before."""
    order = lock_order(order_id)
    draft = draft_of(order)
    return _ask(order, draft) if _must_ask(draft) else place_draft(order_id=order_id)


def carry_out(params: Mapping) -> Placed:
    """What approving does: the draft, as it is then, becomes an order. Raises when its discount has grown since."""
    order = lock_order(UUID(params["order_id"]))
    if str(discount_of(draft_of(order))) != params["discount"]:
        raise Forbidden("The discount was changed after approval was asked for. Decline, and let them ask again.")
    return place_draft(order_id=order.id)


def _must_ask(draft: OrderDraft) -> bool:
    return isinstance(discount_refusal(clean_draft(draft), unit().actor), DiscountNeedsApproval)


def _ask(order: Order, draft: OrderDraft) -> Approval:
    amount = discount_of(draft)
    who = f" for {order.customer_name}" if order.customer_name else ""
    sentence = f"Place an order{who} of {order.total:.2f} {order.currency} with a discount of {amount:.2f}"
    order.next_step = "Waiting for approval of its discount"
    order.save(update_fields=["next_step"])
    return request_approval(
        verb=VERB, sentence=sentence, amount=amount, params={"order_id": order.id, "discount": str(amount)}
    )
