"""People, workers and carriers in real processes, all at the same parcel at the same moment.

``meet`` is where a control makes them wait for each other at the place that the lock protects.
"""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from tests.concurrency.forking import forked

PROCESSES = 4
TIMEOUT_SECONDS = 60


def all_at_once(acts: list[Callable], tenant_id: int, shipment_id: UUID) -> Counter:
    """Run each act in a process of its own, begun together; returns how many ended how."""
    context = forked()
    start, meet, outcomes = context.Barrier(len(acts)), context.Barrier(len(acts)), context.Queue()
    processes = [
        context.Process(target=_act, args=(act, tenant_id, shipment_id, start, meet, outcomes)) for act in acts
    ]
    for process in processes:
        process.start()
    found = Counter(outcomes.get(timeout=TIMEOUT_SECONDS) for _ in processes)
    for process in processes:
        process.join(TIMEOUT_SECONDS)
    return found


def _act(act, tenant_id, shipment_id, start, meet, outcomes) -> None:
    import django

    django.setup()
    from django.db import IntegrityError, connection

    from oms.core.errors import OmsError

    try:
        connection.ensure_connection()
        start.wait(TIMEOUT_SECONDS)
        outcomes.put(act(tenant_id, shipment_id, meet))
    except OmsError as refusal:
        outcomes.put(refusal.code)
    except IntegrityError as error:
        outcomes.put("stopped by the constraint" if "one_living" in str(error) else repr(error))
    except Exception as error:
        outcomes.put(repr(error))


def ask_and_work(tenant_id: int, shipment_id: UUID, meet) -> str:
    """Ask for the label, then be a worker that buys what is due."""
    from oms.core.tenancy import unit_of_work
    from shipping.actions.label import request_label
    from shipping.tasks import buy_due_labels
    from tests.shipping.parcels import PROCESS

    kind = _obedient()
    with unit_of_work(tenant_id, PROCESS):
        request_label(shipment_id=shipment_id)
    buy_due_labels(tenant_id=tenant_id)
    return f"asked the carrier {len(kind.asked)} times"


def ask_without_the_lock(tenant_id: int, shipment_id: UUID, meet) -> str:
    """What looks right and is not: is one owed? No, so write that one is."""
    from shipping.actions import label
    from shipping.models import Shipment

    def look(ids):
        return list(Shipment.objects.filter(id__in=ids))

    label.lock_shipments = look
    insert = label.insert_rows
    label.insert_rows = lambda *args: (meet.wait(TIMEOUT_SECONDS), insert(*args))
    return ask_and_work(tenant_id, shipment_id, meet)


def work_without_the_lock(tenant_id: int, shipment_id: UUID, meet) -> str:
    """Workers who read what is due, and all take it."""
    from shipping.actions import buying
    from shipping.models import LabelPurchase
    from shipping.tasks import buy_due_labels

    def look(now, limit):
        due = LabelPurchase.objects.select_related("shipment__account")
        found = list(due.filter(state__in=LabelPurchase.OPEN, due_at__lte=now)[:limit])
        meet.wait(TIMEOUT_SECONDS)
        return found

    kind = _obedient()
    buying.lock_due_purchases = look
    buy_due_labels(tenant_id=tenant_id)
    return f"asked the carrier {len(kind.asked)} times"


def scan(tenant_id: int, shipment_id: UUID, meet) -> str:
    """The same scan, from every side."""
    from oms.core.tenancy import unit_of_work
    from shipping.actions.track import Scanned, record_tracking
    from tests.shipping.parcels import MONDAY, PROCESS

    with unit_of_work(tenant_id, PROCESS):
        new = record_tracking(scans=[Scanned(shipment_id, "s-1", "delivered", MONDAY)])
    return "counted" if new else "known"


def hand_over(tenant_id: int, shipment_id: UUID, meet) -> str:
    from oms.core.tenancy import unit_of_work
    from shipping.actions import hand_over as handing
    from tests.shipping.parcels import PROCESS

    with unit_of_work(tenant_id, PROCESS):
        handing.hand_over(shipment_ids=[shipment_id])
    return "handed over"


def void(tenant_id: int, shipment_id: UUID, meet) -> str:
    from oms.core.tenancy import unit_of_work
    from shipping.actions.label import void_label
    from tests.shipping.parcels import PROCESS

    with unit_of_work(tenant_id, PROCESS):
        void_label(shipment_id=shipment_id)
    return "taken back"


def _obedient():
    from tests.shipping.parcels import obedient

    return obedient()
