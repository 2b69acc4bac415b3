"""The customer says how it was."""

from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError, Invalid
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.events import OrderRated
from orders.locks import lock_order
from orders.models import OrderRating

COMMENT_MAX = 1_000


class AlreadyRated(Conflict):
    code = "already_rated"
    title = "This was answered before"


def rate_order(*, order_id: UUID, score: int, comment: str = "") -> OrderRating:
    """One answer per order. Raises `NotFound`, `Invalid` and `AlreadyRated`."""
    problems = []
    if not 1 <= score <= 5:
        problems.append(FieldError("score", "out_of_range", "Choose one of the five answers."))
    if len(comment) > COMMENT_MAX:
        problems.append(FieldError("comment", "too_long", f"Shorten it to {COMMENT_MAX} characters."))
    if problems:
        raise Invalid(problems[0].message, fields=problems)
    order = lock_order(order_id)
    if OrderRating.objects.filter(order_id=order.id).exists():
        raise AlreadyRated("You have told us already. Thank you.")
    rating = OrderRating.objects.create(
        id=uuid7(), order_id=order.id, score=score, comment=comment.strip(), at=unit().now
    )
    record([Change("orders.rate", f"The customer gave {score} of 5", (("order", order.id),))])
    publish([OrderRated(order.id, score)])
    return rating
