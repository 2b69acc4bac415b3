"""Small words for writing sourcing cases down: sites, stock and orders by their names."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from fulfillment.sourcing import LineNeed, OrderNeed, Plan, Site, Spot

DAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BRADFORD = Spot(53.795, -1.759, "GB")
LEEDS = Spot(53.801, -1.549, "GB")
LONDON = Spot(51.507, -0.128, "GB")
PARIS = Spot(48.857, 2.352, "FR")


def key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def site(name: str, *, spot: Spot | None = None, priority: int = 100, active: bool = True, ships: bool = True) -> Site:
    return Site(key(name), name, name.upper(), priority, active, ships, spot)


def stock(**by_location: Mapping[str, int]) -> dict[tuple[UUID, UUID], int]:
    """``stock(Leeds={"MUG": 3})``"""
    return {(key(sku), key(name)): units for name, items in by_location.items() for sku, units in items.items()}


def order(name: str, wants: Mapping[str, int], *, spot: Spot | None = None, minute: int = 0, pinned: str = ""):
    lines = tuple(LineNeed(key(f"{name}/{sku}"), key(sku), sku, units) for sku, units in wants.items())
    return OrderNeed(key(name), DAY + timedelta(minutes=minute), spot, lines, key(pinned) if pinned else None)


def where(plan: Plan, *sites: Site) -> dict[str, dict[str, int]]:
    """Location → SKU → units, by name."""
    names = {each.id: each.name for each in sites}
    skus = {key(sku): sku for sku in ("MUG", "PLATE", "CUP")}
    found: dict[str, dict[str, int]] = {}
    for each in plan.placed:
        at = found.setdefault(names[each.location_id], {})
        at[skus[each.item_id]] = at.get(skus[each.item_id], 0) + each.quantity
    return found


def short(plan: Plan) -> dict[str, int]:
    return {each.sku: each.quantity for each in plan.short}
