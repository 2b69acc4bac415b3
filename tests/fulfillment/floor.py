"""Words for the floor's tests: an order that is released, picked and packed, step by step."""

from uuid import UUID

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.pack import ParcelDraft, pack
from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from fulfillment.actions.scan import Verdict, record_scan
from fulfillment.floor.queries import lines_of_work
from fulfillment.models import FulfillmentLine, FulfillmentOrder, Parcel
from oms.core.db.keys import uuid7
from orders.models import Order, OrderLine
from tests.fulfillment.trade import place


def released(**wants: int) -> FulfillmentOrder:
    """``released(MUG_BLU=2, TEA=1)``: placed, allocated, released; the first work made for it."""
    (order_id,) = place({sku.replace("_", "-"): units for sku, units in wants.items()})
    allocate_orders(order_ids=[order_id], trigger="cleared")
    work_id = release_orders(order_ids=[order_id])[order_id][0]
    return FulfillmentOrder.objects.select_related("location", "order").get(id=work_id)


def started(**wants: int) -> FulfillmentOrder:
    return start_picking(fulfillment_order_id=released(**wants).id)


def scan(work: FulfillmentOrder, code: str, **more) -> Verdict:
    return record_scan(fulfillment_order_id=work.id, scan_id=more.pop("scan_id", None) or uuid7(), code=code, **more)


def picked(**wants: int) -> FulfillmentOrder:
    work = started(**wants)
    for sku, units in wants.items():
        for _ in range(units):
            scan(work, sku.replace("_", "-"))
    return fresh(work)


def packed(**wants: int) -> FulfillmentOrder:
    work = picked(**wants)
    for sku, units in wants.items():
        for _ in range(units):
            scan(work, sku.replace("_", "-"))
    pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(weight(work))])
    return fresh(work)


def weight(work: FulfillmentOrder) -> int:
    return sum(line.item.weight_g * line.picked for line in lines(work).values())


def lines(work: FulfillmentOrder) -> dict[str, FulfillmentLine]:
    return {line.item.sku: line for line in lines_of_work([work.id])[work.id]}


def fresh(work: FulfillmentOrder) -> FulfillmentOrder:
    return FulfillmentOrder.objects.select_related("location", "order").get(id=work.id)


def parcels(work: FulfillmentOrder) -> list[Parcel]:
    return list(Parcel.objects.filter(fulfillment_order=work).order_by("number"))


def order_of(work: FulfillmentOrder) -> Order:
    return Order.objects.get(id=work.order_id)


def counters(order_id: UUID) -> dict[str, tuple[int, int, int]]:
    """SKU → cancelled, in work, shipped."""
    rows = OrderLine.objects.filter(order_id=order_id).values_list("sku", "cancelled", "in_work", "shipped")
    return {sku: tuple(rest) for sku, *rest in rows}
