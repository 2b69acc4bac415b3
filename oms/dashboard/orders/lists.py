"""The order list: tabs, search, filters, saved views. The address is the whole state of the page."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from oms.accounts.queries import sales_channels
from oms.core.actors import require
from oms.core.errors import Invalid, NotFound
from oms.core.paging import capped_count
from oms.dashboard.forms import attempt, settled
from oms.dashboard.lists import ListPage, list_page
from oms.dashboard.orders.filters import address, chips, examples, offered
from oms.dashboard.orders.forms import ViewForm
from oms.desk.bulk import PERMISSIONS
from oms.desk.privacy import may_know_customers
from orders.actions.views import VIEWS_MAX, remove_saved_view, save_saved_view
from orders.filtering import apply_query
from orders.models import SavedView
from orders.queries import holds_of
from orders.queries.overview import newest_number

ORDER = ("-placed_at", "-id")
ITEM_MAX, STEP_MAX = 32, 80
ENDED = ("cancelled", "closed")
NEW_MAX = 100
BULK = (
    ("hold", gettext_lazy("Hold…")), ("tag", gettext_lazy("Tag…")), ("allocate", gettext_lazy("Allocate…")),
    ("cancel", gettext_lazy("Cancel…")),
)  # fmt: skip

BUILT_IN = (
    ("all", gettext_lazy("All"), ""),
    ("held", gettext_lazy("On hold"), "is:held"),
    ("allocate", gettext_lazy("To allocate"), "is:open fulfillment:not_allocated -is:held"),
    ("ready", gettext_lazy("Ready to ship"), "is:open fulfillment:allocated -is:held"),
    ("due", gettext_lazy("Due today"), "shipby:today"),
    ("late", gettext_lazy("Late"), "is:late"),
    ("backordered", gettext_lazy("Backordered"), "is:open fulfillment:backordered"),
    ("cancelled", gettext_lazy("Canceled"), "is:cancelled"),
    ("drafts", gettext_lazy("Drafts"), "is:draft"),
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


@require_safe
def order_list(request: HttpRequest, slug: str) -> HttpResponse:
    """A query that cannot be read keeps the page, says which word is wrong and what to try."""
    require(request.actor, "orders.view")
    added = request.GET.get("add", "").strip()
    if added:
        terms = [request.GET.get("q", "").strip(), added]
        url = request.path + address(request.GET.get("view", "all"), [each for each in terms if each])
        return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)
    return _list(request, request.GET.get("q", "").strip())


def _list(request: HttpRequest, text: str, view_form: ViewForm | None = None) -> HttpResponse:
    tabs = _tabs(request)
    tab = next((each for each in tabs if each.current), tabs[0])
    query = f"{tab.query} {text}".strip()
    try:
        page, found, problem = list_page(request, apply_query(query), order=ORDER), chips(text, tab.key), ""
    except Invalid as refusal:
        page, found, problem = ListPage([], "", ""), [], refusal.message
    if problem and request.htmx:
        return _only_the_problem(request, problem)
    channels = list(sales_channels())
    _prepare(page, {each.id: each.name for each in channels})
    base = reverse("dashboard:orders", args=[request.merchant.slug])
    context = {
        "page": page, "tabs": tabs, "tab": tab, "text": text, "query": query, "problem": problem, "chips": found,
        "base": base, "counts_url": f"{base}counts/?{urlencode({'view': tab.key})}", "all_url": address(tab.key, []),
        "came_from": urlencode({"from": query}), "personal": may_know_customers(request.actor),
        "offered": offered(channels), "examples": examples(tab.key),
        "arrived_url": f"{base}arrived/?{urlencode({'since': newest_number(), 'query': query})}",
        "bulk": [(verb, words) for verb, words in BULK if request.actor.permits(PERMISSIONS[verb])],
        "many_pages": bool(page.next or page.previous), "paged": "cursor" in request.GET,
        "view_form": view_form or ViewForm(initial={"query": query}),
        "may_share": request.actor.permits("orders.edit"),
        "has_errors": bool(problem) or bool(view_form and view_form.errors),
    }  # fmt: skip
    return _answer(request, context)


def _answer(request: HttpRequest, context: dict) -> HttpResponse:
    """The page, or for htmx the part of it that moves."""
    template = "dashboard/orders/list.html"
    if request.htmx and not request.htmx.history_restore_request:
        template += "#results"
    response = render(request, template, context, status=422 if context["has_errors"] else 200)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _only_the_problem(request: HttpRequest, problem: str) -> HttpResponse:
    """Beside the rows as they were: a search that cannot be read takes nothing away."""
    response = render(request, "dashboard/orders/list.html#problem", {"problem": problem}, status=422)
    response["HX-Retarget"], response["HX-Reswap"], response["HX-Push-Url"] = "#problem", "innerHTML", "false"
    return response


def _prepare(page: ListPage, channels: dict[UUID, str]) -> None:
    """What a row shows beyond its own columns: one more query for the whole page.

    Sentences are translated once and cut here, because the same in the template costs a third of the page.
    """
    holds = holds_of([row.id for row in page.rows if row.open_holds])
    select, more = _("Select order %(number)s"), _("and %(count)s more")
    for row in page.rows:
        row.channel_name = channels.get(row.channel_id, "")
        row.hold_kinds = list(dict.fromkeys(hold.kind for hold in holds.get(row.id, [])))
        row.ended = row.state in ENDED
        row.item_text, row.step_text = _cut(row.first_item, ITEM_MAX), _cut(row.next_step, STEP_MAX)
        row.more_text = more % {"count": row.line_count - 1} if row.line_count > 1 else ""
        row.select_text = select % {"number": row.number}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


@require_safe
def counts(request: HttpRequest, slug: str) -> HttpResponse:
    """The tabs with their counts, fetched after the page so that counting never keeps anybody waiting."""
    require(request.actor, "orders.view")
    tabs = [replace(tab, count=_count(tab.query)) for tab in _tabs(request)]
    return render(request, "dashboard/orders/list.html#tabs", {"tabs": tabs})


def _count(query: str) -> int | None:
    try:
        return capped_count(apply_query(query))
    except Invalid:
        # A saved view may name a channel or location that is gone.
        return None


@require_safe
def new_orders(request: HttpRequest, slug: str) -> HttpResponse:
    """How many orders of this list have come in since it was read: a bar that moves no rows, or 204."""
    require(request.actor, "orders.view")
    since = request.GET.get("since", "")
    try:
        matching = apply_query(request.GET.get("query", ""))
    except Invalid:
        return HttpResponse(status=204)
    arrived = matching.filter(number__gt=int(since)) if since.isdecimal() and len(since) < 18 else matching.none()
    count = capped_count(arrived, NEW_MAX)
    if not count:
        return HttpResponse(status=204)
    return render(request, "dashboard/orders/list.html#arrived", {"arrived": count, "cap": NEW_MAX})


def _tabs(request: HttpRequest) -> list[Tab]:
    chosen = request.GET.get("view", "all")
    base = reverse("dashboard:orders", args=[request.merchant.slug])
    mine = SavedView.objects.filter(Q(owner_id__isnull=True) | Q(owner_id=request.user.id))
    every = [(key, str(name), query, False) for key, name, query in BUILT_IN]
    every += [
        (str(view.id), view.name, view.query, view.owner_id is not None or request.actor.permits("orders.edit"))
        for view in mine.order_by("position", "created_at")[: 2 * VIEWS_MAX]
    ]
    return [
        Tab(key, name, query, f"{base}?{urlencode({'view': key})}", key == chosen, removable)
        for key, name, query, removable in every
    ]


@require_POST
def save_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Save the list as it is now under a name: for oneself, or for everybody."""
    require(request.actor, "orders.view")
    form = ViewForm(request.POST)

    def save() -> SavedView:
        given = form.cleaned_data
        if given["shared"]:
            require(request.actor, "orders.edit")
        owner = None if given["shared"] else request.user.id
        return save_saved_view(name=given["name"], query=given["query"], owner_id=owner)

    done = attempt(form, save)
    if done is None:
        return _list(request, form["query"].value() or "", form)
    return settled(
        request, f"{reverse('dashboard:orders', args=[slug])}{address(str(done.value.id), [])}", _("View saved.")
    )


@require_POST
def remove_view(request: HttpRequest, slug: str, view_id: UUID) -> HttpResponse:
    """One's own, or a shared one."""
    require(request.actor, "orders.view")
    view = SavedView.objects.filter(id=view_id).first()
    if view is None:
        raise NotFound("There is no such view. Somebody may have removed it.")
    if view.owner_id is None:
        require(request.actor, "orders.edit")
    remove_saved_view(view_id=view_id, owner_id=request.user.id)
    return settled(request, reverse("dashboard:orders", args=[slug]), _("View removed."))
