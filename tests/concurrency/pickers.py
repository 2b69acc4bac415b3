"""Pickers who take the same lot at the same moment, and the clock that takes it off sale.

``meet`` is where a control makes them wait for each other at the place that the lock protects.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from uuid import UUID

from tests.concurrency.forking import forked

TIMEOUT_SECONDS = 60
UNITS = 4


def all_at_once(acts: Sequence[Callable], tenant_id: int, item_id: UUID, location_id: UUID) -> Counter:
    """Run each act in a process of its own, begun together; returns how many ended how."""
    context = forked()
    start, meet, outcomes = context.Barrier(len(acts)), context.Barrier(len(acts)), context.Queue()
    given = (tenant_id, item_id, location_id, start, meet, outcomes)
    processes = [context.Process(target=_act, args=(act, *given)) for act in acts]
    for process in processes:
        process.start()
    found = Counter(outcomes.get(timeout=TIMEOUT_SECONDS) for _ in processes)
    for process in processes:
        process.join(TIMEOUT_SECONDS)
    return found


def _act(act, tenant_id, item_id, location_id, start, meet, outcomes) -> None:
    import django

    django.setup()
    from django.db import connection

    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    try:
        connection.ensure_connection()
        start.wait(TIMEOUT_SECONDS)
        with unit_of_work(tenant_id, system("race")):
            said = act(item_id, location_id, meet)
        outcomes.put(said)
    except Exception as error:
        outcomes.put(repr(error))


def pick(item_id: UUID, location_id: UUID, meet) -> str:
    """Some units leave, of whatever expires first."""
    from inventory.actions.commit import Commit, commit_stock
    from oms.core.db.keys import uuid7

    commit_stock(commits=[Commit(uuid7(), item_id, location_id, UNITS, uuid7())], cause_kind="parcel")
    return "picked"


def expire(item_id: UUID, location_id: UUID, meet) -> str:
    from inventory.actions.tracing.expiring import expire_lots

    expire_lots()
    return "expired"


def pick_without_the_lock(item_id: UUID, location_id: UUID, meet) -> str:
    """The same, but the balance is only looked at, and changed last: nothing covers its lots any more."""
    from inventory import book, locks, quants

    locks._IN_ORDER = locks._IN_ORDER.replace("FOR NO KEY UPDATE OF b", "")
    look, enter, change, later = quants._rows, book.enter, book.change_balances, []

    def look_together(accounts):
        found = look(accounts)
        meet.wait(TIMEOUT_SECONDS)
        return found

    def enter_first(*args, **options):
        enter(*args, **options)
        for each in later:
            change(each)

    quants._rows, book.enter, book.change_balances = look_together, enter_first, later.append
    return pick(item_id, location_id, meet)
