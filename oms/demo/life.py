"""The life of many orders, from release to delivery: real actions in batches, each at a moment of one's choosing.

Nothing is remembered between two calls: what is due is asked of the database, so that a life that was
interrupted goes on where it stopped.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from fulfillment import lifecycle
from fulfillment.actions.complete import pack_works, pick_works, start_works
from fulfillment.actions.dispatch import dispatch_parcels
from fulfillment.actions.label import request_labels
from fulfillment.actions.release import ASKED, release_due_orders, release_orders
from fulfillment.models import FulfillmentOrder, Parcel
from oms.core.actors import Actor, system
from oms.core.events.delivery import drain
from oms.core.tenancy import unit_of_work
from oms.demo.journeys import Leg, Trip, legs_of
from orders.actions.refund_parts import claim_parts, settle_parts
from orders.tasks import ask_gateway
from shipping.actions.booking import book_due_labels
from shipping.actions.track import Scanned, record_tracking
from shipping.lifecycle import LABELLED, MOVING
from shipping.models import Shipment

BATCH = 500
# Who is not at the door by then is lost, and nobody looks any more.
FOLLOWED = timedelta(days=30)
Plan = Callable[[Trip], list[Leg]]


@dataclass(frozen=True)
class Life:
    """One merchant's orders, all of them or ``only`` some. ``floor`` picks and packs, ``seed`` decides journeys."""

    tenant_id: int
    floor: Actor = field(default_factory=lambda: system("floor"))
    only: frozenset[UUID] | None = None
    scanned: bool = True
    seed: int = 0

    @contextmanager
    def at(self, now: datetime, actor: Actor | None = None) -> Iterator[None]:
        """One unit of work at this moment, and then whatever follows from it."""
        with unit_of_work(self.tenant_id, actor or self.floor, now=now):
            yield
        self.settle(now)

    @contextmanager
    def quietly(self, now: datetime) -> Iterator[None]:
        """A unit of work of the floor whose news can wait for the next one that `settle` follows."""
        with unit_of_work(self.tenant_id, self.floor, now=now):
            yield

    def settle(self, now: datetime) -> None:
        """Let everybody hear of what has happened."""
        drain(self.tenant_id, now=now)

    def release(self, now: datetime) -> None:
        """What is due, or of some orders all that has a place."""
        with self.quietly(now):
            if self.only is None:
                while release_due_orders(limit=BATCH) == BATCH:
                    pass
            else:
                for batch in _batches(sorted(self.only)):
                    release_orders(order_ids=batch, trigger=ASKED)

    def start(self, now: datetime, wanted: Callable[[FulfillmentOrder], bool] = lambda work: True) -> None:
        with self.quietly(now):
            for batch in _batches([work.id for work in self._works(lifecycle.RELEASED) if wanted(work)]):
                start_works(fulfillment_order_ids=batch)

    def pick(self, now: datetime) -> None:
        with self.quietly(now):
            for batch in _batches([work.id for work in self._works(lifecycle.PICKING)]):
                pick_works(fulfillment_order_ids=batch)

    def pack(self, now: datetime) -> None:
        """Into boxes; their labels are asked for, and bought."""
        with self.quietly(now):
            for batch in _batches([work.id for work in self._works(lifecycle.PICKED)]):
                pack_works(fulfillment_order_ids=batch, scanned=self.scanned)
                parcels = Parcel.objects.filter(fulfillment_order_id__in=batch, shipment__isnull=True)
                request_labels(parcel_ids=list(parcels.values_list("id", flat=True)))
            while book_due_labels(limit=BATCH) == BATCH:
                pass

    def dispatch(self, now: datetime, *, without_label: bool = False) -> None:
        """Everything that is packed and labelled; ``without_label`` for what is fetched."""
        with self.at(now):
            for batch in _batches(self._leaving(without_label)):
                dispatch_parcels(parcel_ids=batch, without_label=without_label)

    def to_the_door(self, now: datetime, *, without_label: bool = False) -> None:
        """Released, picked, packed, labelled and handed over, all at once."""
        self.release(now)
        self.start(now)
        self.pick(now)
        self.pack(now)
        self.dispatch(now, without_label=without_label)

    def carry(self, now: datetime, plan: Plan = legs_of) -> int:
        """The scans of parcels under way, up to now; returns how many."""
        with self.at(now):
            moving = Shipment.objects.filter(state__in=MOVING, handed_over_at__gt=now - FOLLOWED)
            scans = [scan for each in self._mine(moving, "subject_id") for scan in self._scans(each, now, plan)]
            return sum(record_tracking(scans=batch) for batch in _batches(scans))

    def pay_back(self, now: datetime) -> None:
        """Send the money of refunds that were decided."""
        while True:
            with self.at(now):
                claimed = claim_parts()
                settle_parts(answers=[(ask, ask_gateway(ask)) for ask in claimed])
            if not claimed:
                return

    def _scans(self, shipment: Shipment, now: datetime, plan: Plan) -> list[Scanned]:
        seen = shipment.last_scan_at or shipment.handed_over_at
        trip = Trip(shipment.handed_over_at, shipment.promised_at, f"{self.seed}:{shipment.reference}")
        return [
            Scanned(shipment.id, f"{leg.code}-{leg.at:%Y%m%d%H%M}", leg.code, leg.at, leg.place, leg.words)
            for leg in plan(trip)
            if seen < leg.at <= now
        ]

    def _leaving(self, without_label: bool) -> list[UUID]:
        rows = Parcel.objects.filter(
            dispatched_at__isnull=True, fulfillment_order__state=lifecycle.PACKED,
            fulfillment_order__cancel_requested_at__isnull=True,
        )  # fmt: skip
        rows = rows if without_label else rows.filter(shipment__state=LABELLED)
        return list(self._mine(rows, "fulfillment_order__order_id").values_list("id", flat=True))

    def _works(self, state: str) -> list[FulfillmentOrder]:
        rows = FulfillmentOrder.objects.filter(
            state=state, cancel_requested_at__isnull=True, order__open_holds=0
        ).select_related("order")
        return list(self._mine(rows, "order_id").order_by("due_at", "id"))

    def _mine(self, rows: QuerySet, name: str) -> QuerySet:
        return rows if self.only is None else rows.filter(**{f"{name}__in": self.only})


def _batches(things: Collection) -> Iterator[list]:
    things = list(things)
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]
