"""Buyers in real processes, each with a connection of its own, who all want the same item at the same moment."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from tests.concurrency.forking import forked

PROCESSES, BUYERS_EACH = 4, 4
BUYERS = PROCESSES * BUYERS_EACH
TIMEOUT_SECONDS = 60
PAUSE_SECONDS = 0.05


def race(buy: Callable, *, tenant_id: int, item_id: UUID, **options: object) -> Counter:
    """Let 16 buyers run ``buy(tenant_id, item_id, meet, **options)`` at once; returns how many ended how."""
    context = forked()
    start, meet = context.Barrier(BUYERS), context.Barrier(BUYERS)
    outcomes = context.Queue()
    processes = [
        context.Process(target=_shop, args=(buy, tenant_id, item_id, start, meet, outcomes, options))
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    found = Counter(outcomes.get(timeout=TIMEOUT_SECONDS) for _ in range(BUYERS))
    for process in processes:
        process.join(TIMEOUT_SECONDS)
    return found


def _shop(buy, tenant_id, item_id, start, meet, outcomes, options) -> None:
    import django

    django.setup()
    with ThreadPoolExecutor(BUYERS_EACH) as threads:
        for _ in range(BUYERS_EACH):
            threads.submit(_one, buy, tenant_id, item_id, start, meet, outcomes, options)


def _one(buy, tenant_id, item_id, start, meet, outcomes, options) -> None:
    from django.db import IntegrityError, connection

    try:
        connection.ensure_connection()
        start.wait(TIMEOUT_SECONDS)
        outcomes.put(buy(tenant_id, item_id, meet, **options))
    except IntegrityError as error:
        caught = "never_oversold" in str(error)
        outcomes.put("stopped by the constraint" if caught else repr(error))
    except Exception as error:
        outcomes.put(repr(error))
    finally:
        connection.close()


def through_the_product(tenant_id: int, item_id: UUID, meet, *, refuse: bool, locked: bool = True) -> str:
    """Reserve one unit with the product's own action; ``locked=False`` takes only the row lock away.

    Between its look at the shelf and its decision a buyer gives the others time to look, too: without
    the lock all of them do, with it they queue.
    """
    from inventory import locks
    from inventory.actions import reserve
    from inventory.stock import placing
    from inventory.stock.values import Demand
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
    demand = Demand(uuid7(), uuid7(), item_id, 1, refuse=refuse)
    with unit_of_work(tenant_id, system("buyer")):
        outcome = reserve.reserve_stock(demands=[demand])
    if outcome.refused:
        return "refused"
    return "reserved" if outcome.placed else "waiting"


def by_reading_and_writing_back(tenant_id: int, item_id: UUID, meet) -> str:
    """What looks right and is not: read, decide, write the new number. No lock, and nothing for a constraint to see."""
    from inventory import book
    from inventory.models import Balance
    from oms.core.actors import system
    from oms.core.db.keys import uuid7
    from oms.core.tenancy import unit_of_work

    with unit_of_work(tenant_id, system("buyer")):
        balance = Balance.objects.get(item_id=item_id)
        meet.wait(TIMEOUT_SECONDS)
        if balance.on_hand - balance.reserved < 1:
            return "refused"
        Balance.objects.filter(id=balance.id).update(reserved=balance.reserved + 1)
        book.hold([book.Hold("order_line", uuid7(), item_id, balance.location_id, 1)])
    return "reserved"
