"""Sixteen people at one shelf in real processes: some count, some receive, some reserve and ship."""

import random
import time
from uuid import UUID

from tests.concurrency.buyers import TIMEOUT_SECONDS

ROUNDS, COUNTERS, RECEIVERS = 4, 1, 5
PAUSE_SECONDS = 0.3
HAD, FOUND = 10, 4


def count_or_trade(tenant_id: int, item_id: UUID, meet) -> str:
    """One of the sixteen counts again and again, some receive, the others reserve and ship."""
    role = meet.wait(TIMEOUT_SECONDS)
    chance = random.Random(role)
    for _round in range(ROUNDS):
        if role < COUNTERS:
            _count(tenant_id, item_id, chance)
        elif role < COUNTERS + RECEIVERS:
            _receive(tenant_id, item_id, chance)
        else:
            _ship(tenant_id, item_id, chance)
    return "counted" if role < COUNTERS else "traded"


def count_against_a_buyer(tenant_id: int, item_id: UUID, meet, *, locked: bool = True) -> str:
    """One books that only `FOUND` are there while another reserves all `HAD`; the rest watch.

    Between its look at the shelf and its decision the count gives the buyer time to reserve: with the lock the
    buyer queues, without it (``locked=False`` takes only the row lock away) they get what is not there.
    """
    from inventory import locks

    role = meet.wait(TIMEOUT_SECONDS)
    if not locked:
        locks._IN_ORDER = "ORDER BY b.item_id, b.location_id, b.state"
    if role == 0:
        return _finish_slowly(tenant_id, item_id, meet, locked)
    meet.wait(TIMEOUT_SECONDS)
    outcome = _reserve_all(tenant_id, item_id) if role == 1 else "watched"
    if not locked:
        meet.wait(TIMEOUT_SECONDS)
    return outcome


def _finish_slowly(tenant_id: int, item_id: UUID, meet, locked: bool) -> str:
    from inventory.actions.counts import booking
    from inventory.stock import correcting

    def correct_slowly(**shelf):
        meet.wait(TIMEOUT_SECONDS)
        if locked:
            time.sleep(PAUSE_SECONDS)
        else:
            meet.wait(TIMEOUT_SECONDS)
        return correcting.correct(**shelf)

    booking.correct = correct_slowly
    _count_to(tenant_id, item_id, lambda book: FOUND)
    return "counted"


def _reserve_all(tenant_id: int, item_id: UUID) -> str:
    from inventory.actions.reserve import reserve_stock
    from inventory.stock.values import Demand
    from oms.core.actors import system
    from oms.core.db.keys import uuid7
    from oms.core.tenancy import unit_of_work

    demand = Demand(uuid7(), uuid7(), item_id, HAD)
    with unit_of_work(tenant_id, system("buyer")):
        placed = reserve_stock(demands=[demand]).placed.get(demand.demand_id, {})
    return f"reserved {sum(placed.values())}"


def _count(tenant_id: int, item_id: UUID, chance: random.Random) -> None:
    _count_to(tenant_id, item_id, lambda book: max(0, book + chance.randint(-20, 10)))


def _count_to(tenant_id: int, item_id: UUID, found) -> None:
    """Open, enter and finish in transactions of their own, as people do."""
    from inventory.actions.counts.finishing import finish_count
    from inventory.actions.counts.opening import open_count
    from inventory.actions.counts.recording import CountEntry, record_counts
    from inventory.models import Balance
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    with unit_of_work(tenant_id, system("counter")):
        shelf = Balance.objects.get(item_id=item_id, state="sellable")
        count = open_count(location_id=shelf.location_id, item_ids=[item_id])
    with unit_of_work(tenant_id, system("counter")):
        record_counts(count_id=count.id, entries=[CountEntry(item_id, found(shelf.on_hand))])
    time.sleep(0.02)
    with unit_of_work(tenant_id, system("counter")):
        finish_count(count_id=count.id)


def _receive(tenant_id: int, item_id: UUID, chance: random.Random) -> None:
    from inventory.actions.receive import Receipt, receive_stock
    from inventory.models import Balance
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    with unit_of_work(tenant_id, system("receiver")):
        location_id = Balance.objects.get(item_id=item_id, state="sellable").location_id
        receive_stock(receipts=[Receipt(item_id, location_id, chance.randint(1, 5))])


def _ship(tenant_id: int, item_id: UUID, chance: random.Random) -> None:
    """Reserve, and once that is committed ship: between the two a count may have taken the promise away."""
    from inventory.actions.commit import Commit, commit_stock
    from inventory.actions.reserve import reserve_stock
    from inventory.models import Reservation
    from inventory.stock.values import Demand
    from oms.core.actors import system
    from oms.core.db.keys import uuid7
    from oms.core.tenancy import unit_of_work

    demand = Demand(uuid7(), uuid7(), item_id, chance.randint(1, 4))
    with unit_of_work(tenant_id, system("buyer")):
        reserve_stock(demands=[demand])
    with unit_of_work(tenant_id, system("shipper")):
        held = list(Reservation.objects.filter(demand_id=demand.demand_id, open__gt=0))
        commits = [Commit(each.id, item_id, each.location_id, each.open, uuid7()) for each in held]
        commit_stock(commits=commits, cause_kind="parcel")
