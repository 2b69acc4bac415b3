"""The order list, filtered and searched, over HTTP, at two sizes: it must cost the same."""

from bench.ground import Ground, served, tree_cpu
from bench.http_load import Call, load
from bench.load import FIRST_NUMBER, load_orders
from bench.report import Result, latency

WARM, ASKED = 10, 60
FLAT = 1.2


def measure(ground: Ground, *, small: bool) -> list[Result]:
    sizes = (10_000, 100_000) if small else (10_000, 1_000_000)
    measured: dict[str, dict[int, dict]] = {}
    for size in sizes:
        tenant = _tenant(ground, size)
        with ground.admin() as admin:
            load_orders(admin, tenant["id"], tenant["channel"], size)
        with served() as (address, server):
            for name, path in _paths(tenant["slug"]).items():
                measured.setdefault(name, {})[size] = _ask(ground, address, server, path, tenant)
    return [_result(name, by_size, sizes) for name, by_size in measured.items()]


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


def _tenant(ground: Ground, size: int) -> dict:
    from oms.accounts import roles
    from oms.accounts.actions.channels import create_channel
    from oms.accounts.actions.keys import create_key
    from oms.accounts.models import Membership, User
    from oms.core.actors import system
    from oms.core.models import Tenant
    from oms.core.tenancy import unit_of_work

    tenant = Tenant.objects.create(slug=f"lists-{size}", name=f"{size} orders", currency="GBP", country="GB")
    Membership.objects.create(user=User.objects.get(email="bench@example.com"), tenant=tenant, role=roles.OWNER)
    with unit_of_work(tenant.id, system("bench")):
        channel = create_channel(code="web", name="Web", kind="shop")
        _, secret = create_key(name="bench", scopes=list(roles.VERBS))
    return {"id": tenant.id, "slug": tenant.slug, "channel": str(channel.id), "key": secret}


def _ask(ground: Ground, address: str, server, path: str, tenant: dict) -> dict:
    """One client, one page after another: what one person waits, and what it costs the machine."""
    headers = {"Cookie": ground.cookie(address)}
    if path.startswith("/api/"):
        headers = {"Authorization": f"Bearer {tenant['key']}"}
    call = Call("GET", path, headers)
    load(address, [[call] * WARM])
    cpu = tree_cpu(server.pid) + ground.database_cpu()
    _, answers = load(address, [[call] * ASKED])
    cpu = tree_cpu(server.pid) + ground.database_cpu() - cpu
    # An exact number opens the order at once.
    wanted = (200, 302) if path.endswith(str(FIRST_NUMBER + 5000)) else (200,)
    wrong = [each.status for each in answers if each.status not in wanted]
    if wrong:
        raise RuntimeError(f"{path} answered {wrong[0]}")
    return {
        **latency([each.seconds for each in answers]),
        "cpu_ms": round(cpu / ASKED * 1000, 1),
        "bytes": max(each.size for each in answers),
    }


def _result(name: str, by_size: dict[int, dict], sizes: tuple[int, int]) -> Result:
    small, large = by_size[sizes[0]], by_size[sizes[1]]
    growth = large["p95_ms"] / small["p95_ms"]
    return Result(
        name=name,
        ours=f"p95 {small['p95_ms']:.0f} → {large['p95_ms']:.0f} ms, CPU {large['cpu_ms']:.0f} ms",
        floor=f"{sizes[0]:,} → {sizes[1]:,} orders",
        ratio=growth,
        aim=f"p95 ≤ 100 ms, growth ≤ {FLAT}, ≤ 30 CPU-ms",
        met=large["p95_ms"] <= 100 and growth <= FLAT and large["cpu_ms"] <= 30,
        figures={str(size): figures for size, figures in by_size.items()},
    )
