"""What had left when a return comes back: returns know orders, and the floor knows parcels."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from fulfillment.models import ParcelContent
from returns.models import ReturnLine


def parcels_of_returns(return_ids: Collection[UUID]) -> Mapping[UUID, Collection[UUID]]:
    """Return → the parcels in which its order lines had left; two statements however many."""
    lines = ReturnLine.objects.filter(return_request__in=return_ids).values_list("return_request_id", "order_line_id")
    returns: dict[UUID, set[UUID]] = defaultdict(set)
    for return_id, order_line_id in lines:
        returns[order_line_id].add(return_id)
    packed = ParcelContent.objects.filter(fulfillment_line__order_line__in=returns, parcel__dispatched_at__isnull=False)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for order_line_id, parcel_id in packed.values_list("fulfillment_line__order_line_id", "parcel_id"):
        for return_id in returns[order_line_id]:
            found[return_id].add(parcel_id)
    return found
