"""What an item is made of: its section on the item's page, and changing it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from inventory.actions.kits.contents import VERB, Contents, set_contents
from inventory.models import Item, KitComponent
from inventory.queries import (
    Availability,
    components_of,
    kits_among,
    made_of_and_part_of,
    units_at,
    with_stock,
)
from inventory.stock.kits import GOODS, KIT, Kit, tightest
from oms.core.actors import require
from oms.core.errors import NotFound, OmsError
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import LineForm
from oms.dashboard.inventory.lines import (
    empty_sheet,
    filled_lines,
    items_of,
    line_errors,
    readable,
    refusals_beside,
    sheet_of,
    with_more,
)

Lines = sheet_of(LineForm)
LOCATIONS_SHOWN = 20


@dataclass(frozen=True)
class Limit:
    """``place`` (empty for all together) has no more ``kits`` because of its ``sku``."""

    place: str
    kits: int
    sku: str
    item_id: UUID


@dataclass(frozen=True)
class KitSection:
    """``components`` with what of each is available; ``limits`` says why there are no more kits, per location."""

    components: list[tuple[KitComponent, Availability]]
    part_of: list[KitComponent]
    limits: list[Limit]


class ContentsForm(PlainForm):
    """Whether it is a kit, and how its components may travel."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), widget=forms.RadioSelect,
        choices=[
            (KIT, gettext_lazy("A kit: its components are picked when it is sold, and it has no stock of its own")),
            (GOODS, gettext_lazy("Goods: assembled from these components and put on a shelf")),
        ],
    )  # fmt: skip
    ships_in_parts = forms.BooleanField(
        label=gettext_lazy("May ship in parts"), required=False,
        help_text=gettext_lazy("A kit's components may come from several locations. Otherwise one sends all of them."),
    )  # fmt: skip


def kit_section(item: Item) -> KitSection:
    """What the item is made of and is part of."""
    components, part_of = made_of_and_part_of(item.id)
    if not components:
        return KitSection([], part_of, [])
    items = {each.component_id: each.component for each in components}
    kit = kits_among([item.id])[item.id] if item.kind == KIT else None
    if kit and (inner := kit.leaves.keys() - items.keys()):
        items |= Item.objects.in_bulk(inner)
    stock = {row.id: row.stock for row in with_stock(items.values())}
    limits = _limits(kit, items, stock) if kit else []
    return KitSection([(each, stock[each.component_id]) for each in components], part_of, limits)


def _limits(kit: Kit, items: Mapping[UUID, Item], stock: Mapping[UUID, Availability]) -> list[Limit]:
    names = {key: each.location_name for its in stock.values() for key, each in its.by_location.items()}
    skus = {key: each.sku for key, each in items.items()}
    found = sorted(tightest(kit, units_at(stock), skus), key=lambda each: -each.kits)[:LOCATIONS_SHOWN]
    return [Limit(names.get(each.location_id, ""), each.kits, skus[each.item_id], each.item_id) for each in found]


@require_http_methods(["GET", "POST"])
def item_contents(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    """Say what an item is made of: typed or scanned, a line for each component."""
    require(request.actor, VERB)
    item = Item.objects.filter(id=item_id).first()
    if item is None:
        raise NotFound("There is no such item here. It may belong to another merchant.")
    if request.method == "GET":
        return _page(request, item, ContentsForm(initial=_values(item)), empty_sheet(Lines, begun=_begun(item)))
    if "more" in request.POST:
        return _page(request, item, ContentsForm(initial=request.POST), with_more(Lines, request))
    form, lines = ContentsForm(posted(request)), Lines(request.POST)
    complete = form.is_valid() and (_emptied(form, lines) or readable(form, lines))
    if not complete or not attempt(form, lambda: _save(item, form, lines)):
        return _page(request, item, form, lines)
    return settled(request, reverse("dashboard:item", args=[slug, item_id]), _("What it is made of is saved."))


def _emptied(form: ContentsForm, lines: forms.BaseFormSet) -> bool:
    """Goods that are made of nothing else any more: the only sheet that may be empty."""
    return form.cleaned_data["kind"] == GOODS and lines.is_valid() and not filled_lines(lines)


def _values(item: Item) -> dict:
    made = item.kind == GOODS and item.components.exists()
    return {"kind": GOODS if made else KIT, "ships_in_parts": item.ships_in_parts}


def _begun(item: Item) -> list[dict]:
    return [{"code": each.component.sku, "quantity": each.quantity} for each in components_of(item.id)]


def _page(request: HttpRequest, item: Item, form: forms.Form, lines: forms.BaseFormSet) -> HttpResponse:
    errors = line_errors(lines)
    context = {"item": item, "form": form, "lines": lines, "line_errors": errors, "has_errors": bool(errors)}
    return page_of_form(request, "dashboard/inventory/kit_form.html", context)


def _save(item: Item, form: ContentsForm, lines: forms.BaseFormSet) -> Item:
    given, items, components = form.cleaned_data, items_of(lines), {}
    for line in filled_lines(lines):
        component = items[line.cleaned_data["code"]].id
        components[component] = components.get(component, 0) + line.cleaned_data["quantity"]
    with refusals_beside(lines):
        try:
            return set_contents(item_id=item.id, contents=Contents(given["kind"], given["ships_in_parts"], components))
        except OmsError as refusal:
            refusal.fields = tuple(
                replace(each, field=each.field.replace("components.", "lines.")) for each in refusal.fields
            )
            raise
