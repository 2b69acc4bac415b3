"""The order page: where is this order, why, and what may I do? One reading of every room's facts about it."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from fulfillment.queries import why_here
from inventory.queries import Held
from inventory.queries.catalogue import Standin, substitutes_of
from oms.core.actors import require
from oms.core.allowed import Allowed
from oms.core.errors import Invalid, OmsError
from oms.core.formatting import Formats
from oms.dashboard.orders.money import panel_of
from oms.dashboard.orders.timeline import timeline
from oms.desk.actions_allowed import allowed_actions
from oms.desk.order_facts import OrderFacts, facts_of_one
from oms.desk.privacy import hold_reason, may_know_customers
from orders.filtering import apply_query
from orders.models import Hold, Order, OrderLine, Screening
from orders.queries import order_by_number, screening_of, visible_orders
from returns.queries import returns

OTHERS_MAX = 100
# What the page offers as its one big button, while there is something to be won by it.
WORTH_ALLOCATING = ("not_allocated", "part_allocated", "backordered")
# What people look for on the page: where it is refused, the menu says why.
EXPECTED = ("hold", "allocate", "edit", "cancel")


@dataclass
class LineView:
    """A line with where its units are: reserved at locations, waiting, or of a kind that needs no stock.

    ``instead``: what may be offered in place of what waits.
    """

    line: OrderLine
    held: list[Held] = field(default_factory=list)
    waiting: int = 0
    instead: list[Standin] = field(default_factory=list)

    @property
    def is_goods(self) -> bool:
        return self.line.kind == "goods"

    @property
    def of_kit(self) -> bool:
        """A component, told beneath the line of its kit."""
        return self.line.kit_line_id is not None

    @property
    def unplaced(self) -> int:
        """Units owed that are neither reserved nor counted as waiting yet."""
        if not self.is_goods:
            return 0
        return max(self.line.to_ship - sum(each.quantity for each in self.held) - self.waiting, 0)

    @property
    def needs_match(self) -> bool:
        return self.is_goods and self.line.item_id is None


@dataclass(frozen=True)
class HoldView:
    """A hold with the line it is about, and the fix that is offered beside it."""

    hold: Hold
    line: OrderLine | None
    fix: str
    reason: str | Promise


@require_safe
def order(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    require(request.actor, "orders.view")
    return render_order(request, order_by_number(number))


@require_safe
def fresh(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Whether the order has moved on since the page was read: 204, or a bar that says so and moves nothing."""
    require(request.actor, "orders.view")
    found = order_by_number(number)
    if request.GET.get("seen") == seen_of(found):
        return HttpResponse(status=204)
    url = reverse("dashboard:order", args=[slug, number])
    return render(request, "dashboard/orders/order_fresh.html", {"order": found, "order_url": url, "moved": True})


def seen_of(order: Order) -> str:
    """Changes with everything the page shows in its head."""
    parts = (order.state, order.fulfillment_state, order.payment_state, order.open_holds, order.version)
    return ".".join(map(str, parts))


def render_order(
    request: HttpRequest, order: Order, *, status: int = 200, problem: OmsError | None = None, **extra: object
) -> HttpResponse:
    """The page of one order; ``problem`` says why a button on it was refused, ``extra`` what was typed then."""
    facts = facts_of_one(order)
    allowed = {each.verb: each for each in allowed_actions(order, request.actor, facts.counts)}
    instead = substitutes_of({line.item_id for line in facts.lines if facts.waiting.get(line.id)})
    lines = [
        LineView(line, facts.reserved.get(line.id, []), facts.waiting.get(line.id, 0), instead.get(line.item_id, []))
        for line in facts.lines
    ]
    personal, screening = may_know_customers(request.actor), screening_of(order.id)
    context = {
        "order": order,
        "order_url": reverse("dashboard:order", args=[request.merchant.slug, order.number]),
        "orders_url": reverse("dashboard:orders", args=[request.merchant.slug]),
        "lines": lines,
        "panel": panel_of(facts.money, facts.lines, Formats.of(request.merchant)),
        "columns": _columns(facts.lines),
        "works": facts.works,
        "returns": list(returns(order_id=order.id).order_by("-id")) if _may_have_returns(request, facts) else [],
        "holds": _holds(facts, allowed, personal),
        "tags": facts.tags,
        "screening": screening,
        "verdicts": _verdicts(screening, personal),
        "decision": why_here(order.id),
        "allowed": allowed,
        "primary": allowed["allocate"] if _worth_allocating(order, allowed) else None,
        "refused": [each for each in allowed.values() if each.verb in EXPECTED and not each.permitted],
        "timeline": timeline(request, order, personal=personal),
        "why": "why" in request.GET,
        "personal": personal,
        "others": _other_orders(order) if personal else 0,
        "list_url": _list_url(request),
        "discount": -order.discount_total,
        "seen": seen_of(order),
        "problem": problem,
        **_neighbours(request, order),
    }
    return render(request, "dashboard/orders/order.html", context | extra, status=status)


def _may_have_returns(request: HttpRequest, facts: OrderFacts) -> bool:
    return facts.counts.shipped > 0 and request.actor.permits("returns.view")


def _worth_allocating(order: Order, allowed: dict[str, Allowed]) -> bool:
    return order.fulfillment_state in WORTH_ALLOCATING and allowed["allocate"].permitted


def _columns(lines: list[OrderLine]) -> dict[str, bool]:
    """Columns that would say nothing on any line are left out."""
    return {
        "cancelled": any(line.cancelled for line in lines),
        "shipped": any(line.shipped for line in lines),
        "discount": any(line.discount for line in lines),
        "tax": any(line.tax for line in lines),
    }


def _holds(facts: OrderFacts, allowed: dict[str, Allowed], personal: bool) -> list[HoldView]:
    lines = {line.id: line for line in facts.lines}
    return [
        HoldView(hold, line := lines.get(hold.line_id), _fix(hold, line, allowed), _heading(hold, personal))
        for hold in facts.holds
    ]


def _heading(hold: Hold, personal: bool) -> str | Promise:
    """The reason, or where signals are listed one by one below it, how many they are."""
    signals = hold.evidence.get("signals")
    if not signals:
        return hold_reason(hold, personal=personal)
    return ngettext("%d signal of risk", "%d signals of risk", len(signals)) % len(signals)


def _fix(hold: Hold, line: OrderLine | None, allowed: dict[str, Allowed]) -> str:
    """What cures the cause, where this person may do it here: ``address``, ``match``, or nothing."""
    if hold.kind == "address" and allowed["edit"].permitted:
        return "address"
    if hold.kind == "unknown_sku" and line is not None and allowed["match"].permitted:
        return "match"
    return ""


def _verdicts(screening: Screening | None, personal: bool) -> list[dict]:
    """What each check said, but for what it says of an address that this person may not see."""
    said = screening.verdicts if screening else []
    return [each for each in said if personal or each["passed"] or each["check"] != "address"]


def _other_orders(order: Order) -> int:
    """Other orders of the same customer, a hundred and one at most."""
    if order.customer_id is None:
        return 0
    others = visible_orders().filter(customer_id=order.customer_id).exclude(id=order.id)
    return others.order_by()[: OTHERS_MAX + 1].count()


def _list_url(request: HttpRequest) -> str:
    """Back to the list its reader came from."""
    orders, query = reverse("dashboard:orders", args=[request.merchant.slug]), request.GET.get("from")
    return f"{orders}?{urlencode({'q': query})}" if query else orders


def _neighbours(request: HttpRequest, order: Order) -> dict[str, str]:
    """Addresses of the orders before and after this one in the list its reader came from (``?from=``, its query)."""
    query = request.GET.get("from")
    if query is None:
        return {}
    try:
        matching = apply_query(query).filter(number__isnull=False)
    except Invalid:
        return {}
    here = order.placed_at
    newer = matching.filter(placed_at__gte=here).exclude(placed_at=here, id__lte=order.id)
    older = matching.filter(placed_at__lte=here).exclude(placed_at=here, id__gte=order.id)
    before = newer.order_by("placed_at", "id").values_list("number", flat=True).first()
    after = older.order_by("-placed_at", "-id").values_list("number", flat=True).first()
    return {
        name: f"{reverse('dashboard:order', args=[request.merchant.slug, number])}?{urlencode({'from': query})}"
        for name, number in (("previous", before), ("next", after))
        if number is not None
    }
