"""The stock list, filtered and searched, over HTTP, at two sizes: it must cost the same."""

from bench.ground import Ground
from bench.growing import Merchant, compare_lists, merchant_of
from bench.report import Result

LOCATIONS, ITEMS_AT_ONCE = 20, 1_000

_BALANCES = """
INSERT INTO inventory_balance (tenant_id, item_id, location_id, state, on_hand, reserved)
SELECT i.tenant_id, i.id, l.id, 'sellable', 40, 3 FROM inventory_item i
JOIN inventory_location l ON l.tenant_id = i.tenant_id WHERE i.tenant_id = %(tenant)s
"""


def measure(ground: Ground, *, small: bool) -> list[Result]:
    sizes = (10_000, 100_000) if small else (10_000, 1_000_000)
    merchants = {size: merchant_of("stock", size) for size in sizes}
    for size, merchant in merchants.items():
        _fill(ground, merchant, size)
    return compare_lists(ground, merchants, _paths, what="item-locations", cpu_ms=50)


def _paths(slug: str) -> dict[str, str]:
    page, api = f"/m/{slug}/inventory/", "/api/v1/stock"
    return {
        "stock list page": page,
        "stock list page, searched by a word of many": f"{page}?q=shown",
        "stock list page, searched by SKU": f"{page}?q=SKU-77",
        "stock list API": api,
    }


def _fill(ground: Ground, merchant: Merchant, size: int) -> None:
    """Items named by number, so that one word finds few and another finds all; each lies at every location.

    The balances as the database's owner: a benchmark of lists need not wait for a million receipts.
    """
    from inventory.actions.items import ItemDraft, create_items
    from inventory.actions.locations import create_location
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    with unit_of_work(merchant.id, system("bench")):
        for number in range(LOCATIONS):
            create_location(code=f"L{number}", name=f"Shelf {number}", priority=50 + number)
    numbers = range(size // LOCATIONS)
    for start in range(0, len(numbers), ITEMS_AT_ONCE):
        drafts = [ItemDraft(sku=f"SKU-{n}", name=f"Shown thing {n}") for n in numbers[start : start + ITEMS_AT_ONCE]]
        with unit_of_work(merchant.id, system("bench")):
            create_items(items=drafts)
    with ground.admin() as admin:
        admin.execute(_BALANCES, {"tenant": merchant.id})
        admin.execute("ANALYZE inventory_item, inventory_itemword, inventory_balance")
