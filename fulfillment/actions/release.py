"""Release orders to the floor: what is reserved becomes work of its locations."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.schedule import remorse_window
from fulfillment.actions.telling import tell_orders, unreleased
from fulfillment.events import FulfillmentReleased
from fulfillment.models import FulfillmentLine, FulfillmentOrder, Release
from fulfillment.sourcing.explanation import units as unit_words
from inventory.book import open_of_demands
from inventory.models import Location
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.db.sequences import take_numbers
from oms.core.errors import Conflict, NotAllowed, NotFound, OmsError
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.work import begin_work, lines_in_work
from orders.lifecycle import is_allowed, not_allowed
from orders.locks import lock_orders
from orders.models import Order

BATCH = 500
DUE, ASKED = "due", "asked"


class NothingToRelease(Conflict):
    """No unit of the order has a place that is not released already."""

    code = "nothing_to_release"
    title = "There is nothing to release"


@dataclass
class _Draft:
    """One location's work on one order, about to be written."""

    order: Order
    location_id: UUID
    id: UUID = field(default_factory=uuid7)
    lines: list[dict] = field(default_factory=list)

    @property
    def units(self) -> int:
        return sum(line["quantity"] for line in self.lines)


def release_due_orders(*, limit: int = BATCH) -> int:
    """Release the orders whose time has come, the longest due first; returns how many were looked at.

    Call again while it returns ``limit``. Orders that are not ready are forgotten until they are cleared or
    allocated again.
    """
    due = Release.objects.filter(due_at__lte=unit().now).order_by("due_at")
    order_ids = list(due.values_list("order_id", flat=True)[:limit])
    if order_ids:
        release_orders(order_ids=order_ids, trigger=DUE)
    return len(order_ids)


def release_orders(*, order_ids: Collection[UUID], trigger: str = ASKED) -> dict[UUID, list[UUID] | OmsError]:
    """Release each order, or say why not; returns the ids of the work made for each.

    A person may release an order before the customer's time to change their mind is over. Doing it twice makes
    nothing twice. The number of statements is the same for one order and for `BATCH`.
    """
    orders = lock_orders(order_ids)
    Release.objects.filter(order_id__in=[order.id for order in orders]).delete()
    answers: dict[UUID, list[UUID] | OmsError] = {
        order_id: NotFound("There is no such order.") for order_id in set(order_ids) - {each.id for each in orders}
    }
    refused = {order.id: problem for order in orders if (problem := _against(order))}
    drafts = _drafts([order for order in orders if order.id not in refused])
    made: dict[UUID, list[UUID]] = defaultdict(list)
    for draft in drafts:
        made[draft.order.id].append(draft.id)
    nothing = NothingToRelease("No unit of this order has a place that is not with the floor already.")
    for order in orders:
        answers[order.id] = refused.get(order.id) or made[order.id] or nothing
    if drafts:
        _write(drafts, trigger)
    return answers


def _against(order: Order) -> OmsError | None:
    if not is_allowed(order.state, "release"):
        return not_allowed(order.state, "release")
    if order.open_holds:
        return NotAllowed("on hold", "release", "Not released. This order is on hold. Release its holds first.")
    return None


def _drafts(orders: Sequence[Order]) -> list[_Draft]:
    lines = lines_in_work([order.id for order in orders])
    of_line = {line.id: line for line in lines}
    held = open_of_demands(of_line)
    begun = FulfillmentLine.objects.filter(order_line_id__in=of_line, fulfillment_order__state__in=lifecycle.OPEN)
    by_id = {order.id: order for order in orders}
    drafts: dict[tuple[UUID, UUID], _Draft] = {}
    owed = {line.id: line.to_ship - line.in_work for line in lines}
    for each, reserved in unreleased(held, list(begun)):
        # A cancellation that is not settled yet may have left more reserved than is owed.
        units = min(reserved, owed[each.demand_id])
        if units <= 0:
            continue
        owed[each.demand_id] -= units
        order = by_id[of_line[each.demand_id].order_id]
        draft = drafts.setdefault((order.id, each.location_id), _Draft(order, each.location_id))
        draft.lines.append(
            {
                "id": uuid7(), "fulfillment_order_id": draft.id, "order_line_id": each.demand_id,
                "item_id": each.item_id, "reservation_id": each.id, "quantity": units, "picked": 0, "packed": 0,
                "short": 0,
            }
        )  # fmt: skip
    return sorted(drafts.values(), key=lambda draft: (draft.order.placed_at, draft.order.id, draft.location_id))


def _write(drafts: Sequence[_Draft], trigger: str) -> None:
    window = remorse_window()
    places = dict(Location.objects.values_list("id", "name"))
    numbers = take_numbers("fulfillment_order", len(drafts))
    insert_rows(FulfillmentOrder, [_row(draft, number) for draft, number in zip(drafts, numbers, strict=True)])
    insert_rows(FulfillmentLine, [line for draft in drafts for line in draft.lines])
    begin_work(units=_units_by_line(drafts))
    tell_orders(list({draft.order.id: draft.order for draft in drafts}.values()))
    early = {draft.order.id for draft in drafts if draft.order.placed_at + window > unit().now}
    record([_change(draft, places, draft.order.id in early, trigger) for draft in drafts])
    publish(
        [
            FulfillmentReleased(draft.id, draft.order.id, draft.location_id, number, draft.units)
            for draft, number in zip(drafts, numbers, strict=True)
        ]
    )


def _row(draft: _Draft, number: int) -> dict:
    now = unit().now
    return {
        "id": draft.id, "number": number, "order_id": draft.order.id, "location_id": draft.location_id,
        "state": lifecycle.RELEASED, "units": draft.units, "line_count": len(draft.lines),
        "ship_by": draft.order.ship_by, "due_at": draft.order.ship_by or now, "picker_id": "", "picker_label": "",
        "released_at": now, "cancel_requested_by": "", "cancel_reason": "", "version": 1,
    }  # fmt: skip


def _units_by_line(drafts: Sequence[_Draft]) -> dict[UUID, int]:
    units: dict[UUID, int] = defaultdict(int)
    for draft in drafts:
        for line in draft.lines:
            units[line["order_line_id"]] += line["quantity"]
    return units


def _change(draft: _Draft, places: Mapping[UUID, str], early: bool, trigger: str) -> Change:
    sentence = f"{unit_words(draft.units)} released to {places[draft.location_id]}"
    if early and trigger != DUE:
        sentence += ", before the customer’s time to change their mind was over"
    return Change("fulfillment.release", sentence, (("order", draft.order.id), ("fulfillment_order", draft.id)))
