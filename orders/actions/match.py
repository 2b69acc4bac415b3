"""Match a line whose SKU nobody knew to an item: its stock is reserved, its hold lifted."""

from uuid import UUID

from inventory.actions.reserve import reserve_stock
from inventory.models import Item
from inventory.stock.values import Demand
from oms.core.audit import Change, record
from oms.core.errors import Conflict, Invalid, NotFound
from oms.core.events import publish
from orders.actions.lift import lift_holds
from orders.events import LineMatched
from orders.lifecycle import next_state
from orders.locks import lock_order
from orders.models import Hold, OrderLine


def match_line(*, order_id: UUID, line_id: UUID, item_id: UUID) -> OrderLine:
    """Let the line name this item from now on; what cannot be reserved waits for stock.

    Raises `NotFound`, `NotAllowed` (the order's state), `Invalid` (no such item) or `Conflict` (matched before).
    """
    order = lock_order(order_id)
    next_state(order.state, "match")
    line = OrderLine.objects.filter(id=line_id, order_id=order_id).first()
    if line is None:
        raise NotFound("This order has no such line.")
    item = Item.objects.filter(id=item_id).first()
    if item is None:
        raise Invalid.field("item", "There is no such item. Search for it by SKU or name.", "unknown_item")
    if line.item_id is not None or line.kind != "goods":
        raise Conflict(f"Line {line.position} needs no match: it is {line.sku or line.kind}. Nothing was changed.")
    given = line.sku
    line.item, line.sku, line.title = item, item.sku, line.title or item.name
    line.save(update_fields=["item", "sku", "title"])
    if line.to_ship:
        reserve_stock(demands=[Demand(order.id, line.id, item.id, line.to_ship)])
    record([Change("orders.match", f"“{given}” matched to {item.sku}", (("order", order.id), ("item", item.id)))])
    publish([LineMatched(order.id, line.id, item.id)])
    holds = list(Hold.objects.filter(line_id=line.id, kind="unknown_sku", lifted_at__isnull=True))
    if holds:
        lift_holds([order], holds, reason=f"Matched to {item.sku}.")
    return line
