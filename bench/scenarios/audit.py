"""The stock book proved, from the last checkpoint and in full, against the sum that somebody would write by hand."""

import statistics
import time

from bench.ground import Ground
from bench.ledger import write_movements, write_reservations
from bench.report import Result

SMALL, FULL = 200_000, 10_000_000
AIM_SECONDS = 5
ROUNDS = 3
# What comes in between two audits: a share of what there is.
SHARE = 100
# Only balances against movements, of all that came after an entry; no policy, no other check, nothing kept.
BY_HAND = """
SELECT count(*) FROM (
  SELECT item_id, location_id, state, sum(units) AS units FROM (
    SELECT t.item_id, a.location_id, a.state, a.units FROM inventory_checkpointtotal t,
      unnest(t.locations, t.states, t.units) AS a (location_id, state, units)
    WHERE t.tenant_id = %(tenant)s AND t.checkpoint_id = %(checkpoint)s AND a.location_id IS NOT NULL
    UNION ALL SELECT item_id, to_location_id, to_state, quantity FROM inventory_movement
    WHERE tenant_id = %(tenant)s AND id > %(after)s AND to_location_id IS NOT NULL
    UNION ALL SELECT item_id, from_location_id, from_state, -quantity FROM inventory_movement
    WHERE tenant_id = %(tenant)s AND id > %(after)s AND from_location_id IS NOT NULL
  ) sides GROUP BY item_id, location_id, state
) m FULL JOIN (SELECT item_id, location_id, state, on_hand FROM inventory_balance WHERE tenant_id = %(tenant)s) b
USING (item_id, location_id, state) WHERE coalesce(units, 0) <> coalesce(on_hand, 0)
"""


def measure(ground: Ground, *, small: bool) -> list[Result]:
    size = SMALL if small else FULL
    tenant = _tenant(items=2_000 if small else 20_000)
    with ground.admin() as admin:
        write_movements(admin, tenant, first=0, last=size - 1)
        write_reservations(admin, tenant)
    _settle(ground)
    first, _ = _audit(tenant, full=True)
    in_full = [(_audit(tenant, full=True)[0], _by_hand(ground, tenant, None)) for _ in range(ROUNDS)]
    since = []
    for number in range(ROUNDS):
        start = size + number * (size // SHARE)
        with ground.admin() as admin:
            write_movements(admin, tenant, first=start, last=start + size // SHARE - 1)
        floor = _by_hand(ground, tenant, _checkpoint(tenant))
        seconds, read = _audit(tenant, full=False)
        if read != size // SHARE:
            raise RuntimeError(f"The audit read {read} movements instead of {size // SHARE}.")
        since.append((seconds, floor))
    name = f"audit of {size:,} movements from the last checkpoint, {size // SHARE:,} of them since"
    first_time = {"first_with_its_checkpoint_s": round(first, 2)}
    return [
        _result(name, since, AIM_SECONDS, {}),
        _result(f"audit of {size:,} movements in full", in_full, None, first_time),
    ]


def _result(name: str, runs: list[tuple[float, float]], aim: float | None, more: dict) -> Result:
    ours, floor = (statistics.median(each) for each in zip(*runs, strict=True))
    return Result(
        name=name, ours=f"{ours:.2f} s", floor=f"{floor:.2f} s (SUM)", ratio=floor / ours,
        aim=f"≤ {aim} s" if aim else "", met=ours <= aim if aim else None,
        figures={"seconds": round(ours, 3), "floor_seconds": round(floor, 3), **more},
    )  # fmt: skip


def _tenant(*, items: int) -> int:
    from bench.stock import fill
    from oms.core.models import Tenant

    tenant = Tenant.objects.create(slug="ledger", name="Ledger", currency="GBP", country="GB")
    fill(tenant.id, items=items, prefix="LEDGER", quantity=10)
    return tenant.id


def _settle(ground: Ground) -> None:
    """Once per load, as a server that runs all day would have done by itself."""
    with ground.admin() as admin:
        admin.autocommit = True
        admin.execute("VACUUM ANALYZE inventory_movement, inventory_balance, inventory_reservation")
        admin.execute("CHECKPOINT")


def _audit(tenant_id: int, *, full: bool) -> tuple[float, int]:
    """Seconds and movements read, the run kept and its checkpoint made."""
    from inventory.actions.audit import audit_stock
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    started = time.perf_counter()
    with unit_of_work(tenant_id, system("bench")):
        run = audit_stock(full=full)
    seconds = time.perf_counter() - started
    if run.broken:
        raise RuntimeError(f"The generated book is broken: {run.breaks[0]['sentence']}")
    return seconds, run.movements


def _checkpoint(tenant_id: int):
    from inventory.checkpoints import latest_checkpoint
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    with unit_of_work(tenant_id, system("bench")):
        return latest_checkpoint()


def _by_hand(ground: Ground, tenant_id: int, checkpoint) -> float:
    given = {
        "tenant": tenant_id, "checkpoint": checkpoint and checkpoint.id,
        "after": checkpoint.last_movement if checkpoint else 0,
    }  # fmt: skip
    with ground.admin() as admin:
        started = time.perf_counter()
        admin.execute(BY_HAND, given).fetchone()
        return time.perf_counter() - started
