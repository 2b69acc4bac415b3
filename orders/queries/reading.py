"""Orders the actor may see, and what belongs to one."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from oms.core.errors import NotFound
from oms.core.tenancy import unit
from orders.models import Hold, Note, Order, OrderLine, OrderTag, Screening


def visible_orders() -> QuerySet[Order]:
    """Every order of the channels this actor is limited to; all of them when it is not."""
    channels = unit().actor.channels
    return Order.objects.all() if channels is None else Order.objects.filter(channel_id__in=channels)


def order_by_id(order_id: UUID) -> Order:
    """Raises `NotFound`, the same for another merchant's order as for none at all."""
    return _found(visible_orders().filter(id=order_id))


def order_by_number(number: int) -> Order:
    return _found(visible_orders().filter(number=number))


def _found(orders: QuerySet[Order]) -> Order:
    order = orders.select_related("channel").first()
    if order is None:
        raise NotFound("There is no such order.")
    return order


def lines_of(order_ids: Collection[UUID]) -> dict[UUID, list[OrderLine]]:
    """Order id → its lines in their order."""
    return _grouped(OrderLine.objects.filter(order_id__in=order_ids).order_by("order_id", "position", "id"))


def holds_of(order_ids: Collection[UUID], *, lifted: bool = False) -> dict[UUID, list[Hold]]:
    """Order id → its open holds, oldest first; with ``lifted`` also those that were."""
    holds = Hold.objects.filter(order_id__in=order_ids)
    return _grouped((holds if lifted else holds.filter(lifted_at__isnull=True)).order_by("set_at", "id"))


def tags_of(order_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    tags = defaultdict(list)
    for order_id, tag in (
        OrderTag.objects.filter(order_id__in=order_ids).order_by("order_id", "tag").values_list("order_id", "tag")
    ):
        tags[order_id].append(tag)
    return tags


def notes_of(order_id: UUID) -> list[Note]:
    """Newest first."""
    return list(Note.objects.filter(order_id=order_id).order_by("-created_at", "-id"))


def screening_of(order_id: UUID) -> Screening | None:
    """The newest run of the checks, if there was one."""
    return Screening.objects.filter(order_id=order_id).order_by("-at", "-id").first()


def _grouped(rows) -> dict[UUID, list]:
    by_order = defaultdict(list)
    for row in rows:
        by_order[row.order_id].append(row)
    return by_order
