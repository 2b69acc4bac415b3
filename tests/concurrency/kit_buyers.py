"""Buyers of which every other wants a kit, and the rest its component alone."""

import time
from itertools import count
from uuid import UUID

from tests.concurrency.buyers import PAUSE_SECONDS, TIMEOUT_SECONDS

_turns = count()


def of_kits_and_components(tenant_id: int, item_id: UUID, meet, *, mug_id: UUID, locked: bool = True) -> str:
    """Reserve one kit, or one mug, all or nothing; ``locked=False`` takes only the row lock away."""
    from inventory import locks, queries
    from inventory.actions import reserve
    from inventory.stock import placing
    from inventory.stock.values import Demand, KitOf
    from oms.core.actors import system
    from oms.core.db.keys import uuid7
    from oms.core.tenancy import unit_of_work

    def place_slowly(*args):
        if locked:
            time.sleep(PAUSE_SECONDS)
        else:
            meet.wait(TIMEOUT_SECONDS)
        return placing.place(*args)

    reserve.place = place_slowly
    if not locked:
        locks._IN_ORDER = "ORDER BY b.item_id, b.location_id, b.state"
    order, kit_line, wants_kit = uuid7(), uuid7(), next(_turns) % 2 == 0
    with unit_of_work(tenant_id, system("buyer")):
        if wants_kit:
            kit = queries.kits_among([item_id])[item_id]
            demands = [
                Demand(order, uuid7(), leaf, units, refuse=True, kit=KitOf(kit_line, item_id, units))
                for leaf, units in kit.leaves.items()
            ]
        else:
            demands = [Demand(order, uuid7(), mug_id, 1, refuse=True)]
        outcome = reserve.reserve_stock(demands=demands)
    if outcome.refused:
        return "refused"
    return "kit" if wants_kit else "mug"
