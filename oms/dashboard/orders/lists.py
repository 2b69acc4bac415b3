"""The order list: tabs, search, filters, saved views. The address is the whole state of the page."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from oms.accounts.models import SalesChannel
from oms.core.actors import require
from oms.core.errors import Invalid
from oms.core.paging import capped_count
from oms.dashboard.forms import settled
from oms.dashboard.lists import ListPage, list_page
from orders.actions.views import remove_saved_view, save_saved_view
from orders.filtering import apply_query
from orders.models import SavedView
from orders.queries import holds_of

ORDER = ("-placed_at", "-id")
ENDED = ("cancelled", "closed")

BUILT_IN = (
    ("attention", gettext_lazy("Needs attention"), "is:held"),
    ("allocate", gettext_lazy("To allocate"), "is:open fulfillment:not_allocated"),
    ("ready", gettext_lazy("Ready to ship"), "is:open fulfillment:allocated"),
    ("late", gettext_lazy("Late"), "is:late"),
    ("backordered", gettext_lazy("Backordered"), "fulfillment:backordered"),
    ("cancelled", gettext_lazy("Canceled"), "is:cancelled"),
    ("drafts", gettext_lazy("Drafts"), "is:draft"),
    ("all", gettext_lazy("All"), ""),
)


@dataclass(frozen=True)
class Tab:
    """``count`` is None until it has been counted, which the page does not wait for."""

    key: str
    name: str
    query: str
    url: str
    current: bool
    removable: bool = False
    count: int | None = None


def order_list(request: HttpRequest, slug: str) -> HttpResponse:
    """A query that cannot be read keeps the page, says which word is wrong and what to try."""
    require(request.actor, "orders.view")
    tabs = _tabs(request)
    tab = next((each for each in tabs if each.current), tabs[-1])
    text = request.GET.get("q", "").strip()
    problem, page = "", ListPage([], "", "")
    try:
        page = list_page(request, apply_query(f"{tab.query} {text}".strip()), order=ORDER)
    except Invalid as refusal:
        problem = refusal.message
    holds = holds_of([row.id for row in page.rows if row.open_holds])
    channels = dict(SalesChannel.objects.values_list("id", "name"))
    for row in page.rows:
        row.channel_name = channels.get(row.channel_id, "")
        row.hold_kinds = [hold.kind for hold in holds.get(row.id, [])]
        row.ended = row.state in ENDED
    context = {
        "page": page, "tabs": tabs, "tab": tab, "query": text, "problem": problem, "channels": channels,
        "counts_url": f"counts/?{urlencode({'view': tab.key})}", "filters": _examples(tab.key),
        "can_hold": request.actor.permits("orders.hold"), "can_cancel": request.actor.permits("orders.cancel"),
        "can_tag": request.actor.permits("orders.edit"), "can_allocate": request.actor.permits("orders.allocate"),
    }  # fmt: skip
    template = "dashboard/orders/list.html"
    if request.htmx and not request.htmx.history_restore_request:
        template += "#results"
    return render(request, template, context, status=422 if problem else 200)


def counts(request: HttpRequest, slug: str) -> HttpResponse:
    """The tabs with their counts, fetched after the page so that counting never keeps anybody waiting."""
    require(request.actor, "orders.view")
    tabs = [replace(tab, count=_count(tab.query)) for tab in _tabs(request)]
    return render(request, "dashboard/orders/list.html#tabs", {"tabs": tabs})


def _count(query: str) -> int | None:
    try:
        return capped_count(apply_query(query))
    except Invalid:
        return None


def _tabs(request: HttpRequest) -> list[Tab]:
    chosen = request.GET.get("view", "all")
    saved = SavedView.objects.filter(owner_id__isnull=True) | SavedView.objects.filter(owner_id=request.user.id)
    every = [(key, str(name), query, False) for key, name, query in BUILT_IN]
    every += [(str(view.id), view.name, view.query, True) for view in saved.order_by("position", "created_at")[:20]]
    base = request.path.removesuffix("counts/")
    return [
        Tab(key, name, query, f"{base}?{urlencode({'view': key})}", key == chosen, removable)
        for key, name, query, removable in every
    ]


def _examples(view: str) -> list[tuple[str, str, str]]:
    """Address, what to type, and what it finds: the syntax is learnt by clicking it."""
    examples = [
        ("is:late", _("past ship-by")),
        ("hold:address", _("held for one reason")),
        ("sku:MUG-BLU", _("containing an item")),
        ("tag:gift", _("with a tag")),
        ("placed:>2026-11-01", _("placed after a day")),
        ("country:DE,FR", _("going to a country")),
        ("-is:held", _("not on hold")),
    ]
    return [(f"?{urlencode({'view': view, 'q': text})}", text, words) for text, words in examples]


@require_POST
def save_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Save the list as it is now under a name: for oneself, or for everybody."""
    require(request.actor, "orders.view")
    owner = None if request.POST.get("shared") else request.user.id
    view = save_saved_view(name=request.POST.get("name", ""), query=request.POST.get("query", ""), owner_id=owner)
    return settled(request, f"/m/{slug}/orders/?{urlencode({'view': view.id})}", _("View saved."))


@require_POST
def remove_view(request: HttpRequest, slug: str, view_id: UUID) -> HttpResponse:
    require(request.actor, "orders.view")
    view = get_object_or_404(SavedView.objects.all(), id=view_id)
    remove_saved_view(view_id=view.id, owner_id=request.user.id)
    return settled(request, f"/m/{slug}/orders/", _("View removed."))
