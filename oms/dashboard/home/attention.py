"""The counted links of the home page: what needs a person, worst first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import ngettext

from channels.queries.connections import failing_messages, refused_connections
from inventory.billing.lifecycle import WAITS
from inventory.queries import stock_alerts
from inventory.queries.billing import bills
from inventory.queries.counts import counts
from inventory.queries.supplier_returns import credit_overdue
from inventory.queries.tracing import EXPIRED, EXPIRING, lots, tracks_any_lots
from inventory.queries.valuation import unpriced
from inventory.stock.alerting import OUT
from oms.accounts.models import Approval, SalesChannel
from oms.core.jobs import visible_jobs
from oms.core.models import Delivery, Job
from oms.core.paging import capped_count
from oms.core.tenancy import unit
from oms.dashboard.vocabulary import HOLD
from oms.notifications.models import CustomerMessage
from oms.notifications.queries import messages
from oms.webhooks.models import Message
from orders.filtering import apply_query
from orders.queries import overview
from returns.queries import returns

RECENTLY = timedelta(days=7)
Permits = Callable[[str], bool]


@dataclass(frozen=True)
class Attention:
    """One line of the list: how many, of what, and the page that shows exactly those."""

    count: int
    words: str
    url: str
    tone: str = "warning"
    icon: str = "triangle-alert"


def attention_of(permits: Permits, slug: str) -> list[Attention]:
    """What is late or blocked, then what waits, then our own machinery; what counts nought is left out."""
    found = _orders_first(reverse("dashboard:orders", args=[slug])) if permits("orders.view") else []
    if permits("returns.view"):
        found += _returns()
    if permits("stock.view"):
        found += [_out_of_stock(), _to_count(), *_lots()]
    found += _suppliers(permits)
    return [each for each in found + _machinery(permits) if each.count]


def _returns() -> list[Attention]:
    """What waits on us, and what should have come by now."""
    asked, inspect, overdue = (capped_count(returns(view=view)) for view in ("to_approve", "to_inspect", "overdue"))
    return [
        Attention(asked, ngettext("return is asked for", "returns are asked for", asked),
                  "returns/?view=to_approve", icon="undo-2"),
        Attention(inspect, ngettext("return waits to be inspected", "returns wait to be inspected", inspect),
                  "returns/?view=to_inspect", icon="package-search"),
        Attention(overdue, ngettext("return has not come in time", "returns have not come in time", overdue),
                  "returns/?view=overdue", icon="hourglass"),
    ]  # fmt: skip


def _out_of_stock() -> Attention:
    count = capped_count(stock_alerts(kind=OUT))
    words = ngettext("item is out of stock", "items are out of stock", count)
    return Attention(count, words, f"inventory/alerts/?kind={OUT}", icon="package-x")


def _lots() -> list[Attention]:
    """Nothing is asked where nothing is tracked by lot."""
    if not tracks_any_lots():
        return []
    expired, expiring = (capped_count(lots(view=view)[0]) for view in (EXPIRED, EXPIRING))
    return [
        Attention(expired, ngettext("lot is past its date", "lots are past their date", expired),
                  f"inventory/lots/?view={EXPIRED}", icon="hourglass"),
        Attention(expiring, ngettext("lot expires soon", "lots expire soon", expiring),
                  f"inventory/lots/?view={EXPIRING}", icon="hourglass"),
    ]  # fmt: skip


def _to_count() -> Attention:
    """Shelves that do not hold what the book says."""
    count = capped_count(counts(view="tasks"))
    words = ngettext("shelf should be counted: the book is off", "shelves should be counted: the book is off", count)
    return Attention(count, words, "inventory/counts/?view=tasks", icon="scan-barcode")


def _suppliers(permits: Permits) -> list[Attention]:
    """Bills that nobody has decided about, credit notes that take long, and goods that count as worth nothing."""
    found = []
    if permits("billing.view"):
        count = capped_count(bills(state=WAITS))
        words = ngettext("supplier's bill does not match", "suppliers' bills do not match", count)
        found.append(Attention(count, words, f"inventory/bills/?state={WAITS}", icon="stamp"))
    if permits("purchasing.view"):
        count = capped_count(credit_overdue())
        words = ngettext("credit note is overdue", "credit notes are overdue", count)
        found.append(Attention(count, words, "inventory/supplier-returns/?state=overdue", icon="hourglass"))
    if permits("value.view"):
        count = capped_count(unpriced())
        words = ngettext("receipt has no price", "receipts have no price", count)
        found.append(Attention(count, words, "inventory/value/unpriced/", icon="coins"))
    return found


def _orders_first(orders: str) -> list[Attention]:
    """Each count is of the very list its link opens."""
    found = [_listed(orders, "is:late", _late, "critical", "circle-alert")]
    for kind, count in overview.open_holds_by_kind().items():
        words = ngettext("order stopped by: %(kind)s", "orders stopped by: %(kind)s", count)
        words %= {"kind": HOLD[kind].word if kind in HOLD else kind}
        icon = HOLD[kind].icon if kind in HOLD else "circle-pause"
        found.append(Attention(count, words, f"{orders}exceptions/?{urlencode({'kind': kind})}", icon=icon))
    return [
        *found,
        _listed(orders, "is:refund_failed", _refund_failed, "critical", "banknote"),
        _listed(orders, "is:open fulfillment:not_allocated -is:held", _not_allocated, icon="split"),
        _listed(orders, "is:open fulfillment:backordered", _backordered, icon="hourglass"),
        _listed(orders, "is:open fulfillment:part_allocated", _part_allocated, icon="hourglass"),
    ]


def _listed(orders: str, query: str, words: Callable[[int], str], tone: str = "warning", icon: str = "") -> Attention:
    count = capped_count(apply_query(query))
    return Attention(count, words(count), f"{orders}?{urlencode({'q': query})}", tone, icon)


def _late(count: int) -> str:
    return ngettext("order is past its ship-by time", "orders are past their ship-by time", count)


def _refund_failed(count: int) -> str:
    return ngettext("order has a refund that failed", "orders have refunds that failed", count)


def _not_allocated(count: int) -> str:
    return ngettext("order has no location yet", "orders have no location yet", count)


def _backordered(count: int) -> str:
    return ngettext("order waits for stock", "orders wait for stock", count)


def _part_allocated(count: int) -> str:
    return ngettext("order waits for part of its stock", "orders wait for part of their stock", count)


def _channels() -> list[Attention]:
    """A channel that cannot get through comes before what only waits."""
    refused, failed = capped_count(refused_connections()), capped_count(failing_messages())
    words = ngettext("connection was refused its last message", "connections were refused their last message", refused)
    failures = ngettext("message of a sales channel failed", "messages of sales channels failed", failed)
    return [
        Attention(refused, words, "channels/", "critical", "unplug"),
        Attention(failed, failures, "channels/failures/", icon="plug"),
    ]


def _mail(permits: Permits) -> list[Attention]:
    """What did not reach a customer, and the shops whose customers nobody tells anything."""
    found = []
    if permits("messages.view"):
        count = capped_count(messages(state=CustomerMessage.FAILED).filter(created_at__gte=unit().now - RECENTLY))
        words = ngettext("mail did not reach its customer", "mails did not reach their customers", count)
        found.append(Attention(count, words, "messages/?state=failed", icon="mail-x"))
    if permits("settings.edit"):
        count = capped_count(SalesChannel.objects.filter(kind="shop", told_by="nobody", active=True))
        words = ngettext("shop has nobody who tells its customers", "shops have nobody who tells customers", count)
        found.append(Attention(count, words, "settings/channels/", icon="mail-warning"))
    return found


def _machinery(permits: Permits) -> list[Attention]:
    found = (_channels() if permits("channels.view") else []) + _mail(permits)
    if permits("approvals.decide"):
        count = capped_count(Approval.objects.filter(state=Approval.WAITING))
        words = ngettext("approval waits for a decision", "approvals wait for a decision", count)
        found.append(Attention(count, words, "settings/approvals/", icon="stamp"))
    if permits("jobs.view"):
        count = capped_count(visible_jobs().filter(state=Job.FAILED, created_at__gte=unit().now - RECENTLY))
        words = ngettext("job gave up in the last week", "jobs gave up in the last week", count)
        found.append(Attention(count, words, "jobs/?view=failed", icon="list-checks"))
    if permits("events.view"):
        count = capped_count(Delivery.objects.filter(state=Delivery.PARKED))
        words = ngettext("event is parked", "events are parked", count)
        found.append(Attention(count, words, "settings/events/", icon="circle-pause"))
    if permits("webhooks.edit"):
        count = capped_count(Message.objects.filter(state=Message.FAILED))
        words = ngettext("webhook could not be delivered", "webhooks could not be delivered", count)
        found.append(Attention(count, words, "settings/webhooks/", icon="webhook"))
    return found
