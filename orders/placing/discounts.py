"""How much of a discount a person may give alone. Programs and imported documents report what was agreed elsewhere."""

from decimal import Decimal

from oms.core.actors import Actor
from oms.core.errors import Forbidden
from oms.core.money import ZERO
from orders.errors import DiscountNeedsApproval
from orders.placing.drafts import OrderDraft

VERB = "orders.discount"


def discount_of(draft: OrderDraft) -> Decimal:
    """All that is taken off: on the order, on its lines, and by lines of kind discount."""
    lines = sum((line.discount for line in draft.lines), ZERO)
    taken_off = sum(
        (-(line.unit_price or ZERO) * line.quantity for line in draft.lines if line.kind == "discount"), ZERO
    )
    return draft.discount + lines + max(taken_off, ZERO)


def discount_refusal(draft: OrderDraft, actor: Actor) -> Forbidden | None:
    """Why this actor may not give the draft's discount alone; None when it may."""
    if actor.kind != "user" or draft.imported_total is not None:
        return None
    amount = discount_of(draft)
    if amount <= 0:
        return None
    if not actor.permits(VERB):
        return Forbidden(f"{actor.label} may not give discounts. Leave it out, or ask an owner for a role that may.")
    if actor.needs_approval(VERB, amount):
        return DiscountNeedsApproval(
            f"A discount of {amount:.2f} {draft.currency} is above your limit of {actor.limits[VERB]}. "
            "Give less, or let a second person approve it.",
            amount=str(amount),
        )
    return None
