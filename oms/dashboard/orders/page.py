"""The order page: where is this order, why, and what may I do? One reading of every room's facts about it."""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from fulfillment.queries import backorders_of, why_here
from inventory.models import Location
from inventory.queries import reservations_of
from oms.core.actors import require
from oms.core.models import AuditEntry
from oms.desk.actions_allowed import allowed_actions
from orders.models import Order, OrderLine
from orders.queries import holds_of, lines_of, notes_of, order_by_number, screening_of, tags_of, visible_orders

TIMELINE_LENGTH = 100
VERB_ICONS = {
    "orders.place": "inbox", "orders.screen": "shield-check", "orders.hold": "circle-pause", "orders.lift": "circle-play",
    "orders.cancel": "ban", "orders.allocate": "split", "orders.edit": "pencil", "orders.note": "message-square",
    "orders.match": "link",
}  # fmt: skip
FILTERS = {"people": _("People"), "all": _("All")}


@dataclass
class LineView:
    """A line with where its units are: reserved at locations, waiting, or of a kind that needs no stock."""

    line: OrderLine
    held: list = field(default_factory=list)
    waiting: int = 0

    @property
    def is_goods(self) -> bool:
        return self.line.kind == "goods"

    @property
    def unplaced(self) -> int:
        """Units owed that are neither reserved nor counted as waiting yet."""
        if not self.is_goods:
            return 0
        return max(self.line.to_ship - sum(each.quantity for each in self.held) - self.waiting, 0)


def order(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    require(request.actor, "orders.view")
    return render_order(request, order_by_number(number))


def render_order(request: HttpRequest, order: Order, *, status: int = 200, **extra: object) -> HttpResponse:
    """The page of one order; ``extra`` carries a refused form back to it."""
    lines = lines_of([order.id]).get(order.id, [])
    held = reservations_of([line.id for line in lines])
    waiting = backorders_of(order.id)
    decision = why_here(order.id)
    context = {
        "order": order,
        "lines": [LineView(line, held.get(line.id, []), waiting.get(line.id, 0)) for line in lines],
        "holds": holds_of([order.id]).get(order.id, []),
        "tags": tags_of([order.id]).get(order.id, []),
        "notes": notes_of(order.id),
        "screening": screening_of(order.id),
        "decision": decision,
        "allowed": {each.verb: each for each in allowed_actions(order, request.actor)},
        "timeline": _timeline(request, order),
        "timeline_filter": request.GET.get("show", "all"),
        "why": "why" in request.GET,
        "locations": Location.objects.filter(active=True, ships=True).order_by("priority", "code"),
        "others": _other_orders(order) if request.actor.permits("customers.view") else 0,
        "neighbours": request.GET.get("from", ""),
    }
    return render(request, "dashboard/orders/order.html", context | extra, status=status)


def _timeline(request: HttpRequest, order: Order) -> list[AuditEntry]:
    entries = AuditEntry.objects.filter(subject_id=order.id)
    if request.GET.get("show") == "people":
        entries = entries.filter(actor_kind="user")
    found = list(entries.order_by("-id")[:TIMELINE_LENGTH])
    for entry in found:
        entry.icon = VERB_ICONS.get(entry.verb, "dot")
    return found


def _other_orders(order: Order) -> int:
    """Other orders of the same customer, at most a hundred counted."""
    if order.customer_id is None:
        return 0
    return visible_orders().filter(customer_id=order.customer_id).exclude(id=order.id).order_by()[:101].count()
