"""Cashiers in real processes who all refund the same order at the same moment."""

from collections import Counter
from uuid import UUID

from tests.concurrency.forking import forked

CASHIERS = 6
TIMEOUT_SECONDS = 60


def race(*, tenant_id: int, order_id: UUID, line_id: UUID, locked: bool = True) -> Counter:
    """Each gives all units of the line back; returns how many ended how. ``locked=False`` takes the lock away."""
    context = forked()
    meet, outcomes = context.Barrier(CASHIERS), context.Queue()
    processes = [
        context.Process(target=_refund, args=(tenant_id, order_id, line_id, locked, meet, outcomes))
        for _ in range(CASHIERS)
    ]
    for process in processes:
        process.start()
    found = Counter(outcomes.get(timeout=TIMEOUT_SECONDS) for _ in range(CASHIERS))
    for process in processes:
        process.join(TIMEOUT_SECONDS)
    return found


def try_again(tenant_id: int, refund: tuple[UUID, UUID], meet) -> str:
    """Press the button; ``refund`` is its order and itself."""
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work
    from orders.actions.retry_refund import retry_refund

    order_id, refund_id = refund
    with unit_of_work(tenant_id, system("cashier")):
        retry_refund(order_id=order_id, refund_id=refund_id)
    return "tried again"


def try_again_without_the_lock(tenant_id: int, refund: tuple[UUID, UUID], meet) -> str:
    """Everybody sees that it failed before anybody writes that it is on its way."""
    from orders.actions import retry_refund
    from orders.models import Order

    fits = retry_refund._fits
    retry_refund.lock_order = lambda order_id: Order.objects.get(id=order_id)
    retry_refund._fits = lambda *asked: (fits(*asked), meet.wait(TIMEOUT_SECONDS))[0]
    return try_again(tenant_id, refund, meet)


def _refund(tenant_id: int, order_id: UUID, line_id: UUID, locked: bool, meet, outcomes) -> None:
    import django

    django.setup()
    from django.db import IntegrityError, connection

    from oms.core.actors import system
    from oms.core.errors import OmsError
    from oms.core.tenancy import unit_of_work
    from orders.actions import refund
    from orders.models import Order
    from orders.refunding import RefundDraft

    if not locked:
        decide = refund.refund_plan
        # Everybody has looked before anybody writes, each a number of its own so that no constraint tells them apart.
        refund.lock_orders = lambda ids: list(Order.objects.filter(id__in=ids))
        refund._numbers = lambda drafts: [100 + meet.wait(TIMEOUT_SECONDS) for _ in drafts]
        refund.refund_plan = lambda *asked: (decide(*asked), meet.wait(TIMEOUT_SECONDS))[0]
    try:
        connection.ensure_connection()
        if locked:
            meet.wait(TIMEOUT_SECONDS)
        with unit_of_work(tenant_id, system("cashier")):
            made = refund.refund_order(draft=RefundDraft(order_id, {line_id: 2}))
        outcomes.put(f"gave back {made.amount}")
    except OmsError as refusal:
        outcomes.put(refusal.code)
    except IntegrityError:
        outcomes.put("stopped by the constraint")
    except Exception as error:
        outcomes.put(repr(error))
    finally:
        connection.close()
