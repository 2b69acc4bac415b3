"""What carriers do with parcels, written down on the floor's work and on orders."""

from collections.abc import Collection
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.dispatch import dispatch_taken
from fulfillment.actions.stopping import answer_cancel
from fulfillment.models import FulfillmentOrder, Parcel
from fulfillment.progress import DELIVERED, SHIPPED
from orders.actions.progress import Progress, record_progress
from orders.locks import lock_orders
from shipping.actions.label import void_labels

TAKEN = "The carrier has taken the parcel."


def parcels_taken(*, shipment_ids: Collection[UUID]) -> None:
    """The first scan of a parcel that nobody handed over is its hand-over, and too late a moment to cancel."""
    asked = FulfillmentOrder.objects.filter(
        parcels__shipment_id__in=shipment_ids, parcels__dispatched_at__isnull=True, cancel_requested_at__isnull=False
    )
    for work_id in set(asked.values_list("id", flat=True)):
        answer_cancel(fulfillment_order_id=work_id, accept=False, reason=TAKEN)
    dispatch_taken(shipment_ids=shipment_ids)


def parcels_delivered(*, shipment_ids: Collection[UUID]) -> None:
    """An order is delivered when all of it was shipped and every parcel has arrived."""
    order_ids = set(
        Parcel.objects.filter(shipment_id__in=shipment_ids).values_list("fulfillment_order__order_id", flat=True)
    )
    shipped = [order for order in lock_orders(order_ids) if order.fulfillment_state == SHIPPED]
    under_way = set(
        Parcel.objects.filter(
            fulfillment_order__order_id__in=[order.id for order in shipped], shipment__delivered_at__isnull=True
        )
        .exclude(fulfillment_order__state=lifecycle.STOPPED)
        .values_list("fulfillment_order__order_id", flat=True)
    )
    record_progress(
        [Progress(order.id, DELIVERED, "Delivered", order.locations) for order in shipped if order.id not in under_way]
    )


def give_labels_back(*, fulfillment_order_ids: Collection[UUID]) -> None:
    """Work that was stopped needs its labels no more."""
    parcels = Parcel.objects.filter(
        fulfillment_order_id__in=fulfillment_order_ids, dispatched_at__isnull=True, shipment__isnull=False
    )
    void_labels(shipment_ids=list(parcels.values_list("shipment_id", flat=True)), reason="The order was canceled")
