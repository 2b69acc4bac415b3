"""The order list, filtered and searched, over HTTP, at two sizes: it must cost the same."""

from bench.ground import Ground, served, tree_cpu
from bench.http_load import Call, load
from bench.load import FIRST_NUMBER, load_orders
from bench.report import Result, latency

TURNS, ASKED = 4, 20
FLAT = 1.2


def measure(ground: Ground, *, small: bool) -> list[Result]:
    sizes = (10_000, 100_000) if small else (10_000, 1_000_000)
    tenants = {size: _tenant(ground, size) for size in sizes}
    with ground.admin() as admin:
        for size, tenant in tenants.items():
            load_orders(admin, tenant["id"], tenant["channel"], size)
        admin.execute("CHECKPOINT")
    with served() as (address, server):
        return [_compare(ground, address, server, name, tenants) for name in _paths("")]


def _compare(ground: Ground, address: str, server, name: str, tenants: dict[int, dict]) -> Result:
    """The sizes take turns, so that whatever else the machine does falls on both alike."""
    answers: dict[int, list] = {size: [] for size in tenants}
    cpu: dict[int, float] = dict.fromkeys(tenants, 0.0)
    for turn in range(TURNS + 1):
        for size, tenant in tenants.items():
            found, used = _ask(ground, address, server, _paths(tenant["slug"])[name], tenant)
            if turn:  # the first only warms up
                answers[size] += found
                cpu[size] += used
    figures = {
        size: {
            **latency([each.seconds for each in found]),
            "cpu_ms": round(cpu[size] / len(found) * 1000, 1),
            "bytes": max(each.size for each in found),
        }
        for size, found in answers.items()
    }
    return _result(name, figures, tuple(tenants))


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


def _ask(ground: Ground, address: str, server, path: str, tenant: dict) -> tuple[list, float]:
    """One client, one page after another: every answer, and the CPU seconds it all cost the machine."""
    headers = {"Cookie": ground.cookie(address)}
    if path.startswith("/api/"):
        headers = {"Authorization": f"Bearer {tenant['key']}"}
    call = Call("GET", path, headers)
    cpu = tree_cpu(server.pid) + ground.database_cpu()
    _, answers = load(address, [[call] * ASKED])
    cpu = tree_cpu(server.pid) + ground.database_cpu() - cpu
    # An exact number opens the order at once.
    wanted = (200, 302) if path.endswith(str(FIRST_NUMBER + 5000)) else (200,)
    wrong = [each.status for each in answers if each.status not in wanted]
    if wrong:
        raise RuntimeError(f"{path} answered {wrong[0]}")
    return answers, cpu


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
