"""Take back units of one order: what has not left is canceled, what has comes back or is paid back."""

from uuid import UUID

from channels.correcting import LineLeft, Shares, lines_of_skus, shares_of
from channels.payloads import RETURNED, Correction
from fulfillment.actions.canceling import cancel_or_ask
from inventory.items import sku_key
from inventory.queries import resolve_skus
from orders.locks import lock_order
from orders.models import Order
from orders.queries import lines_of


def take_back(*, order: Order, correction: Correction, kind: str) -> str:
    """Carry out what the channel says, and say what was done.

    Raises what canceling, returning and refunding refuse, and `Invalid` for SKUs that are not the order's.
    """
    order = lock_order(order.id)
    lines = lines_left(order)
    units = lines_of_skus(lines, _by_our_sku(order, correction))
    shares = shares_of(lines, units, gone_first=kind == RETURNED)
    return _cancel(order, shares, lines, correction.reason)


def lines_left(order: Order) -> list[LineLeft]:
    """The goods of an order as a channel may take them back."""
    goods = [line for line in lines_of([order.id]).get(order.id, []) if line.kind == "goods"]
    return [LineLeft(each.id, sku_key(each.sku), each.to_ship, each.shipped - each.returned) for each in goods]


def _by_our_sku(order: Order, correction: Correction) -> dict[str, int] | None:
    """SKU → units as our lines name it: a channel may have codes of its own."""
    if correction.units is None:
        return None
    items = resolve_skus(list(correction.units), channel_id=order.channel_id)
    wanted: dict[str, int] = {}
    for code, units in correction.units.items():
        key = sku_key(items[code].sku if code in items else code)
        wanted[key] = wanted.get(key, 0) + units
    return wanted


def _cancel(order: Order, shares: Shares, lines: list[LineLeft], reason: str) -> str:
    everything = all(shares.here.get(line.line_id, 0) == line.here for line in lines)
    asked: dict[UUID, int] | None = None if everything else shares.here
    cancelled = cancel_or_ask(order_id=order.id, reason=reason, lines=asked)
    if cancelled is None:
        return f"Order #{order.number}: the floor was asked to stop; it is canceled when they answer."
    if cancelled.whole:
        return f"Order #{order.number} canceled."
    return f"{cancelled.units:,} {'unit' if cancelled.units == 1 else 'units'} of order #{order.number} canceled."
