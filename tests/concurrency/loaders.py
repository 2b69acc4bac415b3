"""Two people in real processes: one hands a parcel over while the other cancels its order."""

from collections import Counter
from uuid import UUID

from tests.concurrency.forking import forked

TIMEOUT_SECONDS = 60


def race(
    *, tenant_id: int, order_id: UUID, parcel_id: UUID, dispatchers: int, cancellers: int, locked: bool = True
) -> Counter:
    """Everybody at once; returns how many ended how. Without locks, everybody has looked before anybody writes."""
    context = forked()
    count = dispatchers + cancellers
    start, meet, outcomes = context.Barrier(count), context.Barrier(count), context.Queue()
    jobs = [(_dispatch, parcel_id)] * dispatchers + [(_cancel, order_id)] * cancellers
    processes = [
        context.Process(target=_one, args=(act, tenant_id, subject, start, outcomes, None if locked else meet))
        for act, subject in jobs
    ]
    for process in processes:
        process.start()
    found = Counter(outcomes.get(timeout=TIMEOUT_SECONDS) for _ in range(count))
    for process in processes:
        process.join(TIMEOUT_SECONDS)
    return found


def _one(act, tenant_id: int, subject: UUID, start, outcomes, meet) -> None:
    import django

    django.setup()
    from django.db import IntegrityError, connection

    from oms.core.actors import system
    from oms.core.errors import OmsError
    from oms.core.tenancy import unit_of_work

    if meet is not None:
        _take_the_locks_away(meet)
    try:
        connection.ensure_connection()
        start.wait(TIMEOUT_SECONDS)
        with unit_of_work(tenant_id, system("loader")):
            outcome = act(subject)
        outcomes.put(outcome)
    except OmsError as refusal:
        outcomes.put(f"{act.__name__.strip('_')} refused: {refusal.code}")
    except IntegrityError as error:
        outcomes.put("stopped by the constraint" if "orders_line_counters" in str(error) else repr(error))
    except Exception as error:
        outcomes.put(repr(error))
    finally:
        connection.close()


def _take_the_locks_away(meet) -> None:
    from fulfillment import locks
    from fulfillment.actions import dispatch
    from orders.queries import visible_orders

    carry_out = dispatch._carry_out

    def after_all_have_looked(*args) -> None:
        meet.wait(TIMEOUT_SECONDS)
        carry_out(*args)

    locks.lock_orders = lambda ids: list(visible_orders().filter(id__in=ids))
    locks._locked = lambda rows: list(rows.select_related("location"))
    dispatch._carry_out = after_all_have_looked


def _dispatch(parcel_id: UUID) -> str:
    from fulfillment.actions.dispatch import dispatch_parcel

    dispatch_parcel(parcel_id=parcel_id, without_label=True)
    return "dispatched"


def _cancel(order_id: UUID) -> str:
    from oms.desk.canceling import cancel_or_ask

    return "asked" if cancel_or_ask(order_id=order_id, reason="Changed my mind") is None else "canceled"
