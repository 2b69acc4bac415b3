"""The order list, filtered and searched, over HTTP, at two sizes: it must cost the same."""

from bench.ground import Ground
from bench.growing import compare_lists, merchant_of
from bench.load import FIRST_NUMBER, load_orders
from bench.report import Result


def measure(ground: Ground, *, small: bool) -> list[Result]:
    sizes = (10_000, 100_000) if small else (10_000, 1_000_000)
    merchants = {size: merchant_of("lists", size) for size in sizes}
    with ground.admin() as admin:
        for size, merchant in merchants.items():
            load_orders(admin, merchant.id, merchant.channel_id, size)
        admin.execute("CHECKPOINT")
    return compare_lists(ground, merchants, _paths, what="orders", cpu_ms=30)


def _paths(slug: str) -> dict[str, str]:
    page, api = f"/m/{slug}/orders/", "/api/v1/orders"
    return {
        "order list page": page,
        "order list page, filtered": f"{page}?q=fulfillment:backordered+country:DE",
        "order list page, searched by name": f"{page}?q=castillo",
        "order list page, searched by SKU": f"{page}?q=sku:SKU-777",
        "order list page, searched by number": f"{page}?q={FIRST_NUMBER + 5000}",
        "order list API": api,
        "order list API, filtered": f"{api}?q=fulfillment:backordered",
    }
