"""Match a line whose SKU nobody knew to an item: its stock is reserved, its hold lifted."""

from uuid import UUID

from inventory.actions.reserve import reserve_stock
from inventory.models import Item
from inventory.queries import refs_of
from inventory.stock.kits import KIT
from inventory.stock.values import Demand, KitOf
from oms.core.audit import Change, record
from oms.core.errors import Conflict, Invalid, NotFound
from oms.core.events import publish
from orders.actions.lift import lift_holds
from orders.events import LineMatched
from orders.lifecycle import next_state
from orders.locks import lock_order
from orders.models import Hold, Order, OrderLine
from orders.placing.kits import shares_of
from orders.placing.pricing import PricedLine
from orders.queries.placing import kits_of


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
    goods = _explode(order, line) if item.kind == KIT else [line]
    line.save(update_fields=["item", "sku", "title", "kind"])
    if line.to_ship:
        reserve_stock(demands=[_demand(order, line, each) for each in goods])
    record([Change("orders.match", f"“{given}” matched to {item.sku}", (("order", order.id), ("item", item.id)))])
    publish([LineMatched(order.id, line.id, item.id)])
    holds = list(Hold.objects.filter(line_id=line.id, kind="unknown_sku", lifted_at__isnull=True))
    if holds:
        lift_holds([order], holds, reason=f"Matched to {item.sku}.")
    return line


def _explode(order: Order, line: OrderLine) -> list[OrderLine]:
    """The kit's line stands for those of its components from now on; what was canceled of it is of them too."""
    ref = kits_of(refs_of([line.item_id]).values())[line.item_id]
    priced = PricedLine(line.unit_price, line.total, line.discount, line.tax, line.total)
    shares = shares_of(priced, ref, line.quantity, currency=order.currency, tax_included=order.tax_included)
    line.kind = KIT
    made = [
        OrderLine(
            order=order, position=line.position, item_id=item.id, sku=item.sku, title=item.name,
            quantity=line.quantity * units, cancelled=line.cancelled * units, unit_price=share.unit_price,
            discount=share.discount, tax=share.tax, total=share.total, kit_line=line, per_kit=units,
            ships_in_parts=ref.kit.ships_in_parts,
        )
        for (item, units), share in zip(ref.components, shares, strict=True)
    ]  # fmt: skip
    line.save(update_fields=["kind"])
    return OrderLine.objects.bulk_create(made)


def _demand(order: Order, line: OrderLine, each: OrderLine) -> Demand:
    kit = KitOf(line.id, line.item_id, each.per_kit, each.ships_in_parts) if each.kit_line_id else None
    return Demand(order.id, each.id, each.item_id, each.to_ship, kit=kit)
