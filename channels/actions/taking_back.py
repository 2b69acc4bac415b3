"""Take back units of one order, as its channel says: what has not left is canceled, the rest comes or is paid back.

The channel has paid its customer back already; here it is booked, exactly what is left per line.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from channels.correcting import LineLeft, Shares, lines_of_skus, shares_of
from channels.payloads import CANCELLED, REFUNDED, RETURNED, Correction
from fulfillment.actions.canceling import cancel_or_ask
from inventory.items import sku_key
from inventory.queries import resolve_skus
from oms.core.errors import OmsError
from oms.core.money import rounded
from orders.actions.cancel import Cancelled
from orders.actions.refund import refund_order
from orders.actions.refund_cancelled import cancelled_units, refund_cancelled, wish_refund
from orders.kit_lines import GOODS, KIT, as_bought, in_components, line_key
from orders.locks import lock_order
from orders.models import Order, Refund
from orders.queries import lines_of
from orders.refunding import RefundDraft
from returns.actions.book import BookedReturn, book_returns
from returns.actions.request import ReturnLineDraft, request_return
from returns.queries import units_in_returns


def take_back(*, order: Order, correction: Correction, kind: str) -> list[str]:
    """Carry out what the channel says; what was done, in sentences: none when nothing is left.

    Raises what canceling, returning and refunding refuse, and `Invalid` for SKUs that are not the order's.
    """
    order = lock_order(order.id)
    lines = lines_left(order)
    if kind == RETURNED and correction.units is None:
        shares = Shares(gone={line.line_id: line.gone for line in lines if line.gone})
    else:
        units = lines_of_skus(lines, _by_our_sku(order, correction))
        shares = shares_of(lines, units, gone_first=kind == RETURNED)
    gone = in_components(lines_of([order.id]).get(order.id, []), shares.gone)
    return [*_cancel(order, shares, lines, correction.reason), *_take_gone(order, gone, correction, kind)]


def lines_left(order: Order) -> list[LineLeft]:
    """The goods of an order as a channel may take them back: a kit by its own SKU."""
    lines = lines_of([order.id]).get(order.id, [])
    back = units_in_returns([line.id for line in lines if line.kind == GOODS])
    here = as_bought(lines, lambda line: line.to_ship, line_key)
    gone = as_bought(lines, lambda line: line.shipped - back.get(line.id, 0), line_key)
    return [
        LineLeft(each.id, sku_key(each.sku), here.get(each.id, 0), gone.get(each.id, 0))
        for each in lines
        if each.kind in (GOODS, KIT)
    ]


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


def _cancel(order: Order, shares: Shares, lines: Sequence[LineLeft], reason: str) -> list[str]:
    if not shares.here:
        return []
    everything = all(shares.here.get(line.line_id, 0) == line.here for line in lines)
    before = cancelled_units(order_id=order.id)
    cancelled = cancel_or_ask(order_id=order.id, reason=reason, lines=None if everything else shares.here)
    if cancelled is None:
        wish_refund(order_id=order.id, before=before, reason=reason)
        return [f"Order #{order.number}: the floor was asked to stop; it is canceled when they answer."]
    refund = refund_cancelled(order_id=order.id, before=before, reason=reason)
    return [_told(order, cancelled), *([_back(refund)] if isinstance(refund, Refund) else [])]


def _told(order: Order, cancelled: Cancelled) -> str:
    if cancelled.whole:
        return f"Order #{order.number} canceled."
    return f"{cancelled.units:,} {_units(cancelled.units)} of order #{order.number} canceled."


def _take_gone(order: Order, gone: Mapping[UUID, int], correction: Correction, kind: str) -> list[str]:
    """Units that have left: they are back, only paid back, or, canceled too late, asked to come back."""
    if not gone:
        return []
    if kind == CANCELLED:
        return [_ask_back(order, gone, correction.reason)]
    if kind == REFUNDED and not correction.restock:
        return [_back(refund_order(draft=RefundDraft(order.id, gone, reason=correction.reason)))]
    disposition = "restock" if correction.restock else "damaged"
    draft = BookedReturn(order.id, gone, disposition=disposition, note=correction.reason)
    (booked,) = book_returns(drafts=[draft])
    if isinstance(booked, OmsError):
        raise booked
    came = f"Return R{booked.number}: {booked.units:,} {_units(booked.units)} of order #{order.number} came back."
    return [came, _back(booked.refund)] if booked.refund else [came]


def _ask_back(order: Order, gone: Mapping[UUID, int], reason: str) -> str:
    lines = [ReturnLineDraft(line_id, units, "other") for line_id, units in gone.items()]
    asked = request_return(order_id=order.id, lines=lines, note=reason, asked_by="channel")
    return f"{asked.units:,} {_units(asked.units)} had left before: return R{asked.number} is to be approved."


def _back(refund: Refund) -> str:
    return f"{rounded(refund.amount, refund.currency)} {refund.currency} go back."


def _units(count: int) -> str:
    return "unit" if count == 1 else "units"
