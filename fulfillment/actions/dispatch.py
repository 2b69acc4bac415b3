"""Parcels leave: stock is committed, lines are shipped, orders told; a batch in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.picking import name_of
from fulfillment.actions.telling import tell_orders
from fulfillment.events import FulfillmentDispatched
from fulfillment.floor.going_on import check_goes_on
from fulfillment.floor.queries import contents_of
from fulfillment.floor.shelf_life import good_until, units_of_lines
from fulfillment.locks import lock_works
from fulfillment.models import FulfillmentOrder, Parcel, ParcelContent
from inventory.actions.commit import Commit, commit_stock
from inventory.stock.serials import take_units
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.errors import Conflict, NotAllowed, NotFound, OmsError
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.work import close_orders, lines_in_work, ship_units
from orders.models import Order
from shipping.actions.hand_over import hand_over
from shipping.lifecycle import next_state as next_shipment_state
from shipping.locks import lock_shipments

# Raises what stands against a parcel's leaving.
Against = Callable[[Parcel, FulfillmentOrder, Order], None]


class NoLabel(Conflict):
    """Nothing on the parcel says where it goes."""

    code = "no_label"
    title = "This parcel has no label"


def dispatch_parcels(*, parcel_ids: Collection[UUID], without_label: bool = False) -> dict[UUID, OmsError | None]:
    """Hand each parcel over, or say why not: unknown, gone already, not packed, no label, on hold, to be canceled.

    A label is not a departure; this is. Holds are read again under the orders' locks. ``without_label`` is for
    what the customer collects.
    """

    def against(parcel: Parcel, work: FulfillmentOrder, order: Order) -> None:
        lifecycle.next_state(work.state, "dispatch")
        check_goes_on(order, work, "dispatch")
        _check_label(parcel, without_label)

    return _dispatch(parcel_ids, against)


def dispatch_taken(*, shipment_ids: Collection[UUID]) -> None:
    """The carrier has these parcels, whoever handed them over: that has happened, whatever stands against it."""
    parcels = Parcel.objects.filter(shipment_id__in=shipment_ids, dispatched_at__isnull=True)
    _dispatch(list(parcels.values_list("id", flat=True)), lambda parcel, work, order: _check_packed(work))


def _check_packed(work: FulfillmentOrder) -> None:
    lifecycle.next_state(work.state, "dispatch")


def _check_label(parcel: Parcel, without_label: bool) -> None:
    if parcel.shipment is not None:
        next_shipment_state(parcel.shipment.state, "hand_over")
    elif not without_label:
        raise NoLabel("This parcel has no label. Buy one, or say that it goes without (the customer collects it).")


def _dispatch(parcel_ids: Collection[UUID], against: Against) -> dict[UUID, OmsError | None]:
    seen = dict(Parcel.objects.filter(id__in=parcel_ids).values_list("id", "fulfillment_order_id"))
    orders, works = lock_works(set(seen.values()))
    of_work = {work.id: work for work in works}
    shipments = Parcel.objects.filter(id__in=seen, shipment__isnull=False).values_list("shipment_id", flat=True)
    lock_shipments(set(shipments))
    # Read again, now that nobody else can hand them over.
    parcels = [
        each
        for each in Parcel.objects.filter(id__in=seen).select_related("shipment").order_by("id")
        if each.fulfillment_order_id in of_work
    ]
    answers: dict[UUID, OmsError | None] = {key: NotFound("There is no such parcel.") for key in parcel_ids}
    leaving = []
    for parcel in parcels:
        work = of_work[parcel.fulfillment_order_id]
        answers[parcel.id] = _refusal(parcel, work, orders[work.order_id], against)
        if answers[parcel.id] is None:
            leaving.append(parcel)
    if leaving:
        _carry_out(leaving, of_work, orders)
    return answers


def dispatch_parcel(*, parcel_id: UUID, without_label: bool = False) -> None:
    """Hand one parcel over. Raises what stands against it."""
    answer = dispatch_parcels(parcel_ids=[parcel_id], without_label=without_label)[parcel_id]
    if answer is not None:
        raise answer


def _refusal(parcel: Parcel, work: FulfillmentOrder, order: Order, against: Against) -> OmsError | None:
    try:
        if parcel.dispatched_at is not None:
            raise NotAllowed("gone", "dispatch", "This parcel was handed over already. Nothing was changed.")
        against(parcel, work, order)
    except OmsError as refusal:
        return refusal
    return None


def _carry_out(leaving: Sequence[Parcel], works: dict[UUID, FulfillmentOrder], orders: dict[UUID, Order]) -> None:
    contents = contents_of([parcel.id for parcel in leaving])
    update_rows(Parcel, [{"id": parcel.id, "dispatched_at": unit().now} for parcel in leaving])
    by_work: dict[UUID, list[Parcel]] = defaultdict(list)
    for parcel in leaving:
        by_work[parcel.fulfillment_order_id].append(parcel)
    complete = _complete(works, by_work)
    _ship(leaving, contents)
    hand_over(shipment_ids=[parcel.shipment_id for parcel in leaving if parcel.shipment_id])
    commit_stock(commits=_commits(leaving, contents, works, orders), cause_kind="parcel")
    touched = list({works[key].order_id: orders[works[key].order_id] for key in by_work}.values())
    tell_orders(touched)
    _close(touched)
    _tell(by_work, contents, works, complete)


def _complete(works: dict[UUID, FulfillmentOrder], by_work: dict[UUID, list[Parcel]]) -> set[UUID]:
    """Work of which the last parcel leaves now is over."""
    left = set(
        Parcel.objects.filter(fulfillment_order_id__in=by_work, dispatched_at__isnull=True).values_list(
            "fulfillment_order_id", flat=True
        )
    )
    done = set(by_work) - left
    update_rows(
        FulfillmentOrder,
        [
            {
                "id": key, "state": lifecycle.next_state(works[key].state, "dispatch"), "dispatched_at": unit().now,
                "version": works[key].version + 1,
            }
            for key in done
        ],
    )  # fmt: skip
    return done


def _ship(leaving: Sequence[Parcel], contents: dict[UUID, list[ParcelContent]]) -> None:
    units: dict[UUID, int] = defaultdict(int)
    for parcel in leaving:
        for each in contents[parcel.id]:
            units[each.fulfillment_line.order_line_id] += each.quantity
    ship_units(units=units)


def _commits(leaving, contents: dict[UUID, list[ParcelContent]], works, orders) -> list[Commit]:
    """One for each line of a parcel, and of traced items for each lot that was scanned into it."""
    traced = {
        parcel.fulfillment_order_id
        for parcel in leaving
        if any(each.fulfillment_line.item.is_traced for each in contents[parcel.id])
    }
    scanned, good_on = units_of_lines(traced), good_until([orders[works[key].order_id] for key in traced])
    return [
        Commit(
            each.fulfillment_line.reservation_id, each.fulfillment_line.item_id,
            works[parcel.fulfillment_order_id].location_id, units, parcel.id, each.fulfillment_line.order_line_id,
            lot_id, good_on.get(works[parcel.fulfillment_order_id].order_id), serial_ids,
        )
        for parcel in leaving
        for each in contents[parcel.id]
        for lot_id, units, serial_ids in take_units(scanned[each.fulfillment_line_id], each.quantity)
    ]  # fmt: skip


def _close(orders: Sequence[Order]) -> None:
    """An order of which nothing is left to ship is closed."""
    owed: dict[UUID, int] = defaultdict(int)
    for line in lines_in_work([order.id for order in orders]):
        owed[line.order_id] += line.to_ship
    close_orders([order for order in orders if not owed[order.id]])


def _tell(
    by_work: dict[UUID, list[Parcel]], contents, works: dict[UUID, FulfillmentOrder], complete: set[UUID]
) -> None:
    changes, facts = [], []
    for key, parcels in by_work.items():
        work, units = works[key], sum(each.quantity for parcel in parcels for each in contents[parcel.id])
        count = "1 parcel" if len(parcels) == 1 else f"{len(parcels)} parcels"
        sentence = f"{count} of {name_of(work)} handed over at {work.location.name}"
        changes.append(
            Change("fulfillment.dispatch", sentence, (("order", work.order_id), ("fulfillment_order", work.id)))
        )
        ids = tuple(str(parcel.id) for parcel in parcels)
        facts.append(FulfillmentDispatched(work.id, work.order_id, work.location_id, ids, units, key in complete))
    record(changes)
    publish(facts)
