"""Questions about returns, and about what could be returned."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from inventory.models import Item, Location
from oms.accounts.actions.business import RETURN_DAYS
from oms.accounts.queries import kept_setting
from oms.core.errors import NotFound
from oms.core.tenancy import unit
from orders.models import Order, OrderLine
from orders.queries import lines_of
from returns import lifecycle
from returns.eligibility import Bought, Verdict, is_returnable, verdicts, window_ends
from returns.models import Return, ReturnLine
from shipping.models import Shipment

VIEWS = ("to_approve", "expected", "overdue", "to_inspect", "refund_due", "done")


@dataclass(frozen=True)
class ReturnableLine:
    """One line with what can still be sent back, and each rule's verdict."""

    line: OrderLine
    left: int
    verdicts: tuple[Verdict, ...]
    returnable: bool


@dataclass(frozen=True)
class Returnable:
    """What of an order can be sent back; ``ends_at`` is when the time for it is over, None before it left."""

    lines: tuple[ReturnableLine, ...]
    ends_at: datetime | None
    days: int

    @property
    def anything(self) -> bool:
        return any(each.returnable for each in self.lines)


def visible_returns() -> QuerySet[Return]:
    """Those of the channels and, for who is limited to some, the locations of the actor."""
    actor = unit().actor
    rows = Return.objects.all()
    if actor.channels is not None:
        rows = rows.filter(order__channel_id__in=actor.channels)
    return rows if actor.locations is None else rows.filter(location_id__in=actor.locations)


def returns(*, view: str = "", state: str = "", order_id: UUID | None = None) -> QuerySet[Return]:
    """For lists, newest first by ``-id``; with their orders and locations."""
    rows = visible_returns().select_related("order", "location", "refund")
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(_in_view(view)) if view in VIEWS else rows


def return_by_number(number: int) -> Return:
    """Raises `NotFound`."""
    return _found(visible_returns().filter(number=number))


def return_by_id(return_id: UUID) -> Return:
    return _found(visible_returns().filter(id=return_id))


def lines_of_returns(ids: Collection[UUID]) -> dict[UUID, list[ReturnLine]]:
    """Return → its lines in the order of the order's lines, with items, photos and inspections."""
    found: dict[UUID, list[ReturnLine]] = defaultdict(list)
    rows = ReturnLine.objects.filter(return_request_id__in=ids).select_related("item", "order_line", "exchange_item")
    for line in rows.prefetch_related("photos", "inspections").order_by("order_line__position", "id"):
        found[line.return_request_id].append(line)
    return found


def returnable(order: Order, *, lines: Sequence[OrderLine] | None = None) -> Returnable:
    """What of the order can be sent back now, line by line."""
    lines = lines_of([order.id]).get(order.id, []) if lines is None else lines
    goods = [line for line in lines if line.kind == "goods" and line.item_id]
    taken, final = units_in_returns([line.id for line in goods]), _final_sale({line.item_id for line in goods})
    arrived, days, now = arrived_at([order.id]).get(order.id), return_days(), unit().now
    rows = []
    for line in goods:
        bought = Bought(line.shipped, taken.get(line.id, 0), line.item_id in final, arrived)
        rows.append(
            ReturnableLine(
                line, max(bought.left, 0), tuple(verdicts(bought, days=days, now=now)),
                is_returnable(bought, days=days, now=now),
            )
        )  # fmt: skip
    return Returnable(tuple(rows), window_ends(arrived, days), days)


def return_days() -> int:
    """For how many days after they arrive goods can be sent back: the merchant's setting."""
    return int(kept_setting("return_days", RETURN_DAYS))


def units_in_returns(line_ids: Collection[UUID]) -> dict[UUID, int]:
    """Order line → units that are in an open return, or came back in one that is over."""
    rows = ReturnLine.objects.filter(order_line_id__in=line_ids)
    over = Q(return_request__state=lifecycle.CLOSED)
    sums = rows.values("order_line_id").annotate(
        spoken_for=Coalesce(Sum("quantity", filter=Q(return_request__state__in=lifecycle.OPEN)), 0),
        came=Coalesce(Sum("received", filter=over) - Sum("sent_back", filter=over), 0),
    )
    return {row["order_line_id"]: int(row["spoken_for"] + row["came"]) for row in sums}


def arrived_at(order_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Order → when the last of its parcels arrived, or left where nobody knows that it arrived."""
    rows = (
        Shipment.objects.filter(subject_id__in=order_ids, subject_kind="order", handed_over_at__isnull=False)
        .values("subject_id")
        .annotate(at=Max(Coalesce("delivered_at", "handed_over_at")))
    )
    return {row["subject_id"]: row["at"] for row in rows}


def receiving_location(orders: Sequence[Order]) -> dict[UUID, Location]:
    """Order → where its goods come back to: the location that did most of it, else the first of all."""
    places = {each.code: each for each in Location.objects.filter(active=True).order_by("priority", "id")}
    first = next(iter(places.values()), None)
    if first is None:
        raise NotFound("There is no location that could take goods back. Make one first.")
    return {order.id: next((places[code] for code in order.locations if code in places), first) for order in orders}


def _in_view(view: str) -> Q:
    return {
        "to_approve": Q(state=lifecycle.REQUESTED),
        "expected": Q(state__in=[lifecycle.APPROVED, lifecycle.IN_TRANSIT]),
        "overdue": Q(state__in=[lifecycle.APPROVED, lifecycle.IN_TRANSIT], send_by__lt=unit().now),
        "to_inspect": Q(state=lifecycle.RECEIVED),
        "refund_due": Q(state=lifecycle.INSPECTED),
        "done": Q(state__in=[lifecycle.CLOSED, lifecycle.DECLINED, lifecycle.CANCELLED]),
    }[view]


def _found(rows: QuerySet[Return]) -> Return:
    found = rows.select_related("order", "location", "refund", "exchange_order").first()
    if found is None:
        raise NotFound("There is no such return.")
    return found


def _final_sale(item_ids: Collection[UUID]) -> set[UUID]:
    return set(Item.objects.filter(id__in=item_ids, final_sale=True).values_list("id", flat=True))
