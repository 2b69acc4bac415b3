"""The same pages at two sizes: a list must cost the same however much there is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.ground import Ground, served, tree_cpu
from bench.http_load import Call, load
from bench.report import Result, latency

TURNS, ASKED = 4, 20
FLAT = 1.2
P95_MS = 100


@dataclass(frozen=True)
class Merchant:
    """One of a size; ``key`` is an API key."""

    id: int
    slug: str
    channel_id: str
    key: str


def merchant_of(word: str, size: int) -> Merchant:
    """A new one, owned by who runs the benchmark."""
    from oms.accounts import roles
    from oms.accounts.actions.channels import create_channel
    from oms.accounts.actions.keys import create_key
    from oms.accounts.models import Membership, User
    from oms.core.actors import system
    from oms.core.models import Tenant
    from oms.core.tenancy import unit_of_work

    tenant = Tenant.objects.create(slug=f"{word}-{size}", name=f"{size} {word}", currency="GBP", country="GB")
    Membership.objects.create(user=User.objects.get(email="bench@example.com"), tenant=tenant, role=roles.OWNER)
    with unit_of_work(tenant.id, system("bench")):
        channel = create_channel(code="web", name="Web", kind="shop")
        _, secret = create_key(name="bench", scopes=list(roles.VERBS))
    return Merchant(tenant.id, tenant.slug, str(channel.id), secret)


def compare_lists(
    ground: Ground,
    merchants: Mapping[int, Merchant],
    paths: Callable[[str], Mapping[str, str]],
    *,
    what: str,
    cpu_ms: int,
) -> list[Result]:
    """Each list that ``paths`` names for a merchant's slug, of the ``merchants`` by their size in ``what``."""
    with served() as (address, server):
        return [
            _compare(
                ground, address, server, name, {size: paths(each.slug)[name] for size, each in merchants.items()},
                merchants, what, cpu_ms,
            )
            for name in paths("")
        ]  # fmt: skip


def _compare(
    ground: Ground,
    address: str,
    server,
    name: str,
    paths: Mapping[int, str],
    merchants: Mapping[int, Merchant],
    what: str,
    cpu_ms: int,
) -> Result:
    """The sizes take turns, so that whatever else the machine does falls on both alike."""
    answers: dict[int, list] = {size: [] for size in merchants}
    cpu: dict[int, float] = dict.fromkeys(merchants, 0.0)
    for turn in range(TURNS + 1):
        for size, merchant in merchants.items():
            found, used = _ask(ground, address, server, paths[size], merchant)
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
    return _result(name, figures, tuple(merchants), what, cpu_ms)


def _ask(ground: Ground, address: str, server, path: str, merchant: Merchant) -> tuple[list, float]:
    """One client, one page after another: every answer, and the CPU seconds it all cost the machine."""
    headers = {"Cookie": ground.cookie(address)}
    if path.startswith("/api/"):
        headers = {"Authorization": f"Bearer {merchant.key}"}
    call = Call("GET", path, headers)
    cpu = tree_cpu(server.pid) + ground.database_cpu()
    _, answers = load(address, [[call] * ASKED])
    cpu = tree_cpu(server.pid) + ground.database_cpu() - cpu
    # An exact number opens its page at once.
    wrong = [each.status for each in answers if each.status not in (200, 302)]
    if wrong:
        raise RuntimeError(f"{path} answered {wrong[0]}")
    return answers, cpu


def _result(name: str, by_size: dict[int, dict], sizes: tuple[int, int], what: str, cpu_ms: int) -> Result:
    small, large = by_size[sizes[0]], by_size[sizes[1]]
    growth = large["p95_ms"] / small["p95_ms"]
    return Result(
        name=name,
        ours=f"p95 {small['p95_ms']:.0f} → {large['p95_ms']:.0f} ms, CPU {large['cpu_ms']:.0f} ms",
        floor=f"{sizes[0]:,} → {sizes[1]:,} {what}",
        ratio=growth,
        aim=f"p95 ≤ {P95_MS} ms, growth ≤ {FLAT}, ≤ {cpu_ms} CPU-ms",
        met=large["p95_ms"] <= P95_MS and growth <= FLAT and large["cpu_ms"] <= cpu_ms,
        figures={str(size): figures for size, figures in by_size.items()},
    )
