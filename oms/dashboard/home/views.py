"""Home: what needs me now. Counted links, worst first; no chart wall."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.accounts.models import Approval
from oms.core.models import Delivery, Job
from oms.core.paging import capped_count
from oms.core.tenancy import unit
from oms.dashboard.charts import bar_chart
from oms.dashboard.vocabulary import HOLD
from oms.webhooks.models import Message
from orders.models import Order
from orders.queries import overview

DAYS = 14


@dataclass(frozen=True)
class Attention:
    """One line of the list: how many, of what, and the page that shows exactly those."""

    count: int
    words: str
    url: str
    tone: str = "warning"


def home(request: HttpRequest, slug: str) -> HttpResponse:
    permits = request.actor.permits
    attention = [each for each in _attention(permits) if each.count]
    context = {"attention": attention, "empty": not Order.objects.exists()}
    if permits("orders.view"):
        context |= _today(request.merchant.timezone)
    return render(request, "dashboard/home/home.html", context)


def _attention(permits) -> list[Attention]:
    """Worst first: what is late or blocked, then what waits, then our own machinery."""
    found = []
    if permits("orders.view"):
        late = overview.late_orders(unit().now)
        found.append(Attention(late, ngettext("order is past its ship-by time", "orders are past their ship-by time", late), "orders/?q=is:late", "critical"))
        for kind, count in sorted(overview.open_holds_by_kind().items()):
            words = ngettext("order on hold: %(kind)s", "orders on hold: %(kind)s", count)
            found.append(Attention(count, words % {"kind": HOLD[kind].word if kind in HOLD else kind}, f"orders/exceptions/?kind={kind}"))
        waiting = overview.orders_by_fulfillment(("backordered", "part_allocated"))
        for state, count in waiting.items():
            words = {
                "backordered": ngettext("order waits for stock", "orders wait for stock", count),
                "part_allocated": ngettext("order waits for part of its stock", "orders wait for part of their stock", count),
            }[state]
            found.append(Attention(count, words, f"orders/?q=fulfillment:{state}"))
    if permits("approvals.decide"):
        count = capped_count(Approval.objects.filter(state=Approval.WAITING))
        found.append(Attention(count, ngettext("approval waits for a decision", "approvals wait for a decision", count), "settings/approvals/"))
    if permits("jobs.view"):
        count = capped_count(Job.objects.filter(state=Job.FAILED))
        found.append(Attention(count, ngettext("job failed", "jobs failed", count), "jobs/?state=failed"))
    if permits("events.view"):
        count = capped_count(Delivery.objects.filter(state=Delivery.PARKED))
        found.append(Attention(count, ngettext("event is parked", "events are parked", count), "settings/events/"))
    if permits("webhooks.edit"):
        count = capped_count(Message.objects.filter(state=Message.FAILED))
        found.append(Attention(count, ngettext("webhook could not be delivered", "webhooks could not be delivered", count), "settings/webhooks/"))
    return found


def _today(zone: str) -> dict:
    days = overview.orders_by_day(days=DAYS, until=unit().now, zone=zone)
    total = sum(each.orders for each in days)
    summary = _("%(total)s orders in the last %(days)s days, %(today)s of them today so far.") % {
        "total": total, "days": DAYS, "today": days[-1].orders,
    }  # fmt: skip
    labelled = [(date_format(each.day, "j M"), each.orders) for each in days]
    states = overview.orders_by_fulfillment(("not_allocated", "allocated", "backordered"))
    return {
        "chart": bar_chart(labelled, summary=summary, last_is_unfinished=True),
        "today": days[-1].orders,
        "states": states,
        "cap": overview.CAP,
    }
