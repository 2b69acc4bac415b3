"""What a scanned code means for the work at hand: an item, or a lot of one of its items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fulfillment.floor.shelf_life import good_until
from fulfillment.models import FulfillmentLine
from inventory.models import Lot
from inventory.queries import resolve_skus
from inventory.queries.tracing import lots_by_code, today
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Meant:
    """``units`` a pack stands for; ``against`` says why these must not leave, empty when nothing does."""

    item_id: UUID | None = None
    sku: str = ""
    lot_id: UUID | None = None
    against: str = ""
    units: int = 1


def what_is_meant(code: str, *, order: Order, lines: Sequence[FulfillmentLine]) -> Meant:
    """An item comes first; a lot's code counts as one unit of its item, of that lot."""
    item = resolve_skus([code], channel_id=order.channel_id, packs=True).get(code)
    if item is not None:
        return Meant(item.id, item.sku, units=item.units)
    tracked = {line.item_id for line in lines if line.item.tracks_lots}
    lots = lots_by_code(code, tracked) if tracked else []
    if not lots:
        return Meant()
    wanted = {line.item_id for line in lines if line.to_pick or line.to_pack}
    lot = next((each for each in lots if each.item_id in wanted), lots[0])
    return Meant(lot.item_id, lot.item.sku, lot.id, _against(lot, good_until([order])[order.id]))


def _against(lot: Lot, good_on: date) -> str:
    if lot.blocked_at is not None:
        return f"Lot {lot.code} is blocked: {lot.blocked_reason}. Put this one aside, and take another lot."
    if lot.expires_on is None or lot.expires_on >= good_on:
        return ""
    if lot.expires_on < today():
        return f"Lot {lot.code} expired on {lot.expires_on}. Put this one aside, and take another lot."
    return (
        f"Lot {lot.code} is good until {lot.expires_on}, and this order must get what is good until {good_on}. "
        "Put this one back, and take another lot."
    )
