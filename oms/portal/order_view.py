"""One order as its customer sees it: a fixed number of statements, whatever is in it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from fulfillment.models import ParcelContent
from oms.accounts.actions.business import REMORSE_MINUTES
from oms.core.formatting import Formats
from oms.core.models import Tenant
from oms.core.tenancy import unit
from oms.portal.telling import Box, Scan, Told, ToldBox, tell_box, tell_order
from orders.kit_lines import Bought, bought
from orders.models import Hold, Order, OrderLine, OrderRating
from orders.queries import lines_of
from orders.queries.money import OrderMoney, money_of
from returns.models import Return
from returns.queries import Returnable, lines_of_returns, returnable
from shipping.models import Shipment, TrackingEvent

# Holds that are the shop's affair; the customer's own change window is none.
TOLD_HOLDS = ("address", "payment", "risk", "verification", "unknown_sku", "manual")


@dataclass(frozen=True)
class OrderView:
    """``cancel_until`` is the end of the time to change one's mind, None when that is over or nothing is left."""

    order: Order
    told: Told
    boxes: list[ToldBox]
    lines: list[Bought]
    money: OrderMoney
    returns: list[Return]
    can_return: Returnable
    cancel_until: datetime | None
    cancel_why_not: str
    rating: OrderRating | None
    may_rate: bool = False
    return_lines: dict[UUID, list] = field(default_factory=dict)


def view_of(order: Order, tenant: Tenant) -> OrderView:
    """Everything on the page of one order."""
    formats, now = Formats.of(tenant), unit().now
    lines, boxes = lines_of([order.id]).get(order.id, []), boxes_of(order)
    held = list(
        Hold.objects.filter(order_id=order.id, lifted_at=None, kind__in=TOLD_HOLDS).values_list("kind", flat=True)
    )
    told = tell_order(
        state=order.state, fulfillment=order.fulfillment_state, held=held, boxes=boxes,
        ship_by=order.ship_by, formats=formats, now=now,
    )  # fmt: skip
    found = list(Return.objects.filter(order_id=order.id).select_related("refund").order_by("-id"))
    until, why_not = cancelable(order, lines, tenant)
    rating = OrderRating.objects.filter(order_id=order.id).first()
    return OrderView(
        order, told, [tell_box(box, formats=formats, now=now) for box in boxes if box.state not in ("draft", "voided")],
        bought(lines), money_of(order.id), found, returnable(order, lines=lines), until, why_not, rating,
        may_rate=rating is None and told.step == "delivered",
        return_lines=lines_of_returns([each.id for each in found]) if found else {},
    )  # fmt: skip


def cancelable(order: Order, lines: list[OrderLine], tenant: Tenant) -> tuple[datetime | None, str]:
    """Until when it can be canceled at once, or why it cannot."""
    goods = [line for line in lines if line.kind == "goods"]
    until = order.placed_at + timedelta(minutes=int(tenant.settings.get("remorse_minutes", REMORSE_MINUTES)))
    if order.state not in ("checking", "open"):
        return None, ""
    if any(line.shipped for line in goods):
        return None, "It cannot be canceled any more: it has left us. You can send it back when it is there."
    if any(line.in_work for line in goods) or until <= unit().now:
        return None, "The time to cancel is over: the warehouse may have begun. You can still ask us to stop it."
    return until, ""


def boxes_of(order: Order) -> list[Box]:
    """The order's parcels with their scans and what is in them; three statements."""
    shipments = list(
        Shipment.objects.filter(subject_id=order.id, subject_kind="order")
        .select_related("account")
        .order_by("created_at", "id")
    )
    ids = [each.id for each in shipments]
    scans: dict[UUID, list[Scan]] = defaultdict(list)
    for each in TrackingEvent.objects.filter(shipment_id__in=ids).order_by("-occurred_at", "-id")[:200] if ids else ():
        scans[each.shipment_id].append(Scan(each.occurred_at, each.place, each.code, each.description))
    contents: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    packed = ParcelContent.objects.filter(parcel__shipment_id__in=ids).select_related(
        "parcel", "fulfillment_line__order_line"
    )
    for each in packed if ids else ():
        line = each.fulfillment_line.order_line
        contents[each.parcel.shipment_id].append((line.title or line.sku, each.quantity))
    return [
        Box(
            each.state, each.account.name, each.tracking_number, each.promised_at, each.delivered_at,
            each.labelled_at, scans[each.id], contents[each.id],
        )
        for each in shipments
    ]  # fmt: skip
