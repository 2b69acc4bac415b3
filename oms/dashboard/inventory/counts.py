"""Counts: what is due, which are under way, opening one, and how this merchant counts."""

from dataclasses import replace
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory import queries
from inventory.actions.counts.opening import NOTE_MAX, open_count
from inventory.actions.counts.plan import set_counting_policy
from inventory.models import CLASSES, Location, StockCount
from inventory.queries.counts import DUE, NEWEST, VERB, VIEWS
from inventory.stock.counting import BOUNDS
from oms.core.actors import require
from oms.core.errors import FieldError, Invalid
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import LinesField
from oms.dashboard.inventory.stock import addresses_without, chosen_location, locations_in_order
from oms.dashboard.lists import list_page

TABS = {
    "due": gettext_lazy("Due"), "tasks": gettext_lazy("Called for"), "open": gettext_lazy("Open"),
    "finished": gettext_lazy("Finished"),
}  # fmt: skip
CHOICES = [
    ("items", gettext_lazy("These items")),
    ("due", gettext_lazy("What is due there, the longest first")),
    ("A", gettext_lazy("Class A: what sells most")),
    ("B", gettext_lazy("Class B")),
    ("C", gettext_lazy("Class C: what sells least")),
    ("everything", gettext_lazy("Everything that lies there")),
]
WHY = {
    "manual": gettext_lazy("By hand"), "abc": gettext_lazy("By plan"),
    "unexplained": gettext_lazy("Units nobody can explain"), "short_pick": gettext_lazy("Short pick"),
}  # fmt: skip


class CountForm(PlainForm):
    """What to count, and where."""

    location = forms.TypedChoiceField(label=gettext_lazy("Location"), coerce=UUID)
    chosen = forms.ChoiceField(label=gettext_lazy("Count"), choices=CHOICES, widget=forms.RadioSelect, initial="items")
    skus = LinesField(
        label=gettext_lazy("Items"), required=False,
        help_text=gettext_lazy("One SKU or barcode per line; only for “these items”."),
    )  # fmt: skip
    blind = forms.BooleanField(
        label=gettext_lazy("Blind"), required=False,
        help_text=gettext_lazy("Who counts does not see how many the book expects."),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=NOTE_MAX)

    def __init__(self, *args, locations: list[Location], **options) -> None:
        super().__init__(*args, **options)
        self.fields["location"].choices = [(each.id, each.name) for each in locations]


class PolicyForm(PlainForm):
    """Eight whole numbers; what each means is beside it on the page."""

    LABELS = {
        "abc_days": gettext_lazy("Days of sales that classes are made from"),
        "a_percent": gettext_lazy("Class A ends at this percentage of the value sold"),
        "b_percent": gettext_lazy("Class B ends at this percentage"),
        "a_days": gettext_lazy("Count class A every so many days"),
        "b_days": gettext_lazy("Count class B every so many days"),
        "c_days": gettext_lazy("Count class C every so many days"),
        "recount_units": gettext_lazy("Count again when more units are off than"),
        "recount_percent": gettext_lazy("and more than this percentage of what was expected"),
    }

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        for name, label in self.LABELS.items():
            least, most = BOUNDS[name]
            widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
            self.fields[name] = forms.IntegerField(
                label=label, min_value=least, max_value=most, widget=widget,
                error_messages={"required": _("Fill this in."), "invalid": _("Enter a whole number, like 12.")},
            )  # fmt: skip


@require_safe
def count_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What is due to be counted, what calls for a count, what is being counted, and what was found."""
    require(request.actor, "stock.view")
    view = request.GET.get("view", "due")
    view = view if view in TABS else "due"
    locations = locations_in_order()
    location = chosen_location(request, locations)
    page = list_page(request, _rows(view, location), order=DUE if view == "due" else NEWEST)
    progress = {} if view == "due" else queries.counts.progress_of([each.id for each in page.rows])
    context = {
        "page": page,
        "rows": [(each, progress[each.id], WHY[each.why]) for each in page.rows] if view != "due" else [],
        "view": view,
        "views": [{"url": f"?view={name}", "name": word, "current": name == view} for name, word in TABS.items()],
        "locations": locations,
        "location": location,
        "without": addresses_without(request, ("location",)),
        "may_count": request.actor.permits(VERB),
        "may_set": request.actor.permits("settings.edit"),
    }
    return page_of_form(request, "dashboard/inventory/counts.html", context)


def _rows(view: str, location: Location | None) -> QuerySet:
    location_id = location and location.id
    if view == "due":
        return queries.counts.due_items(location_id=location_id)
    return queries.counts.counts(view=view if view in VIEWS else "", location_id=location_id)


@require_http_methods(["GET", "POST"])
def count_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose what to count; the address may say it already (``?location=…&chosen=due`` or ``&item=SKU``)."""
    require(request.actor, VERB)
    initial = {name: request.GET[name] for name in ("location", "chosen") if name in request.GET}
    initial["skus"] = request.GET.getlist("item")
    form = CountForm(posted(request), initial=initial, locations=locations_in_order())
    if request.method == "POST":
        done = attempt(form, lambda: _open(form.cleaned_data), names={"location_id": "location"})
        if done:
            url = reverse("dashboard:count", args=[slug, done.value.number])
            return settled(request, url, _("Count %d opened.") % done.value.number)
    return page_of_form(request, "dashboard/inventory/count_new.html", {"form": form})


def _open(given: dict) -> StockCount:
    chosen = given["chosen"]
    item_ids = _items(given["skus"]) if chosen == "items" else []
    try:
        return open_count(
            location_id=given["location"], item_ids=item_ids, abc_class=chosen if chosen in CLASSES else "",
            due=chosen == "due", everything=chosen == "everything", blind=given["blind"], note=given["note"],
        )  # fmt: skip
    except Invalid as refusal:
        fields = [replace(each, field="skus") if each.field == "item_ids" else each for each in refusal.fields]
        raise Invalid(refusal.message, fields=fields) from refusal


def _items(codes: list[str]) -> list[UUID]:
    found = queries.resolve_skus(codes)
    unknown = [each for each in codes if each not in found]
    if unknown:
        sentences = [_("No item has this SKU or barcode: %s") % each for each in unknown[:20]]
        raise Invalid("", fields=[FieldError("skus", "unknown_item", each) for each in sentences])
    if not codes:
        raise Invalid.field("skus", _("Scan or type at least one item."), "required")
    return [found[each].id for each in codes]


@require_http_methods(["GET", "POST"])
def count_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """How counts are planned, and what is worth a second look."""
    require(request.actor, "settings.edit")
    policy = queries.counts.policy()
    form = PolicyForm(posted(request), initial=policy.to_json())
    if request.method == "POST" and attempt(
        form, lambda: set_counting_policy(policy=replace(policy, **form.cleaned_data))
    ):
        return settled(request, reverse("dashboard:counts", args=[slug]), _("Settings of counting saved."))
    return page_of_form(request, "dashboard/inventory/count_settings.html", {"form": form})


@require_safe
def count_open(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Whatever comes next with it: counting, or what it found."""
    require(request.actor, "stock.view")
    stock_count = queries.counts.count_by(number=number)
    at_work = request.actor.permits(VERB) and stock_count.state in ("draft", "open")
    return redirect("dashboard:count_station" if at_work else "dashboard:count_review", slug=slug, number=number)
