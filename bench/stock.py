"""Items and stock for a scenario, and drafts that order them."""

import random
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

ITEMS, LOCATIONS, PLENTY = 2_000, 4, 10_000_000


def fill(tenant_id: int, *, items: int = ITEMS, prefix: str = "B", quantity: int = PLENTY) -> list[str]:
    """Make items with opening stock at every location (made on the first call); returns their SKUs."""
    from inventory.actions.items import ItemDraft, create_items
    from inventory.actions.locations import create_location
    from inventory.actions.receive import Receipt, set_opening_stock
    from inventory.models import Location
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    skus = [f"{prefix}-{number:05d}" for number in range(items)]
    with unit_of_work(tenant_id, system("bench")):
        if not Location.objects.exists():
            for number in range(LOCATIONS):
                create_location(code=f"L{number}", name=f"Location {number}", priority=number + 1)
        made = create_items(items=[ItemDraft(sku=sku, name=f"Item {sku}", price=Decimal("9.50")) for sku in skus])
        places = list(Location.objects.order_by("priority").values_list("id", flat=True))
        receipts = [
            Receipt(item_id=item.id, location_id=place, quantity=quantity) for item in made for place in places[:2]
        ]
        for start in range(0, len(receipts), 1000):
            set_opening_stock(receipts=receipts[start : start + 1000], reason="Generated for a benchmark")
    return skus


def catalogue(tenant_id: int, skus: Sequence[str]) -> list[tuple[str, str]]:
    """The same items as the floor draws them: by id and SKU."""
    from inventory.models import Item
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    with unit_of_work(tenant_id, system("bench")):
        return [(str(key), sku) for key, sku in Item.objects.filter(sku__in=skus).values_list("id", "sku")]


def drafts(count: int, skus: Sequence[str], channel_id: str, *, lines: int = 3, seed: int = 1, tag: str = "b") -> list:
    """``count`` orders of ``lines`` different items each."""
    from oms.core.addresses import Address
    from orders.placing.drafts import LineDraft, OrderDraft

    rng = random.Random(seed)
    return [
        OrderDraft(
            channel_id=UUID(channel_id),
            external_id=f"{tag}-{seed}-{number}",
            currency="GBP",
            email=f"buyer{seed}-{number}@example.com",
            customer_name="Bench Buyer",
            ship_to=Address(name="Bench Buyer", line1="1 High Street", city="Leeds", postcode="LS1 4DY", country="GB"),
            lines=tuple(LineDraft(sku=sku, quantity=1, unit_price=Decimal("9.50")) for sku in rng.sample(skus, lines)),
            payment_state="paid",
        )
        for number in range(count)
    ]
