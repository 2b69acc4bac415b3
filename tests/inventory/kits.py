"""Kits the tests share: a gift box of mugs and tea, and a hamper with boxes in it."""

from decimal import Decimal

from inventory.actions.items import ItemDraft, create_item
from inventory.actions.kits.contents import Contents, set_contents
from inventory.models import Item


def kit_of(sku: str, components: dict, *, ships_in_parts: bool = False, price: str = "30.00") -> Item:
    """A new kit; ``components`` is item id → units."""
    item = create_item(draft=ItemDraft(sku=sku, name=f"{sku.title()} kit", price=Decimal(price)))
    return set_contents(item_id=item.id, contents=Contents(ships_in_parts=ships_in_parts, components=components))


def gift_box(catalog, **more) -> Item:
    """One blue mug and two teas."""
    return kit_of("BOX", {catalog.id("MUG-BLU"): 1, catalog.id("TEA"): 2}, **more)
