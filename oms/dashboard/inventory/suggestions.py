"""What to order now, with its arithmetic; a button makes drafts by supplier."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from inventory.actions.purchasing import EDIT, VIEW
from inventory.actions.purchasing.reorder import Wanted, lift_reorder_rule, order_suggested, set_reorder_rule
from inventory.models import Location, PurchaseOrder, ReorderRule
from inventory.queries import reorder_rules, replenishing_settings, resolve_skus, suggestions
from inventory.queries.suggestions import Suggestion
from oms.core.actors import require
from oms.core.errors import Invalid
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.stock import chosen_location, locations_in_order

SHOWN, RULES_SHOWN = 200, 200


class OrderForm(PlainForm):
    """A tick and a number per suggestion, named after its item and location."""

    def __init__(self, *args, rows: list[Suggestion], **options) -> None:
        super().__init__(*args, **options)
        self.rows = rows
        for each in rows:
            names = {"sku": each.item.sku, "place": each.location.name}
            self.fields[f"pick_{_key(each)}"] = forms.BooleanField(
                label=_("Order %(sku)s for %(place)s") % names, required=False
            )
            self.fields[f"units_{_key(each)}"] = forms.IntegerField(
                label=_("Units of %(sku)s for %(place)s") % names, min_value=1, initial=each.arithmetic.quantity,
                required=False,
            )  # fmt: skip

    def lines(self) -> list[tuple[Suggestion, forms.BoundField, forms.BoundField]]:
        return [(each, self[f"pick_{_key(each)}"], self[f"units_{_key(each)}"]) for each in self.rows]

    def wanted(self) -> list[Wanted]:
        given = self.cleaned_data
        return [
            Wanted(each.item.id, each.location.id, given[f"units_{_key(each)}"] or each.arithmetic.quantity)
            for each in self.rows
            if given[f"pick_{_key(each)}"]
        ]


class RuleForm(PlainForm):
    sku = forms.CharField(
        label=gettext_lazy("Item"), max_length=100, help_text=gettext_lazy("SKU or barcode."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    location = forms.TypedChoiceField(label=gettext_lazy("Location"), coerce=UUID)
    minimum = forms.IntegerField(label=gettext_lazy("Order at so many or fewer"), min_value=0)
    maximum = forms.IntegerField(label=gettext_lazy("Order up to"), min_value=1)

    def __init__(self, *args, locations: list[Location], **options) -> None:
        super().__init__(*args, auto_id="rule_%s", **options)
        self.fields["location"].choices = [(each.id, each.name) for each in locations]


@require_http_methods(["GET", "POST"])
def suggestion_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The suggestions, the rules set by hand, and a form for each."""
    require(request.actor, EDIT if request.method == "POST" else VIEW)
    locations, sent = locations_in_order(), posted(request)
    location = chosen_location(request, locations)
    rows = suggestions(location_id=location and location.id)
    of_rule = sent is not None and "rule" in sent
    order = OrderForm(None if of_rule else sent, rows=[each for each in rows if each.buyable][:SHOWN])
    rule = RuleForm(sent if of_rule else None, locations=locations)
    if of_rule and attempt(rule, lambda: _set_rule(rule), names={"item_id": "sku", "location_id": "location"}):
        return settled(request, reverse("dashboard:suggestions", args=[slug]), _("Rule set."))
    if sent is not None and not of_rule and (done := attempt(order, lambda: order_suggested(lines=order.wanted()))):
        return _ordered(request, slug, done.value)
    context = {
        "order": order,
        "rule": rule,
        "form": rule if of_rule else order,
        "unbuyable": [each for each in rows if not each.buyable][:SHOWN],
        "rules": reorder_rules().order_by("-created_at", "-id")[:RULES_SHOWN],
        "settings": replenishing_settings(),
        "locations": locations,
        "location": location,
        "may_edit": request.actor.permits(EDIT),
    }
    return page_of_form(request, "dashboard/inventory/suggestions.html", context)


@require_POST
def rule_lift(request: HttpRequest, slug: str, reorderrule_id: UUID) -> HttpResponse:
    """Demand decides again."""
    require(request.actor, EDIT)
    lift_reorder_rule(rule_id=reorderrule_id)
    return settled(request, reverse("dashboard:suggestions", args=[slug]), _("Demand decides again."))


def _ordered(request: HttpRequest, slug: str, orders: list[PurchaseOrder]) -> HttpResponse:
    count = len(orders)
    text = ngettext("%d purchase order drafted.", "%d purchase orders drafted.", count) % count
    if count == 1:
        return settled(request, reverse("dashboard:purchase_order", args=[slug, orders[0].number]), text)
    url = f"{reverse('dashboard:purchase_orders', args=[slug])}?state=draft"
    return settled(request, url, text, level=messages.SUCCESS)


def _key(each: Suggestion) -> str:
    return f"{each.item.id.hex}_{each.location.id.hex}"


def _set_rule(form: RuleForm) -> ReorderRule:
    given = form.cleaned_data
    item = resolve_skus([given["sku"]]).get(given["sku"])
    if item is None:
        raise Invalid.field("sku", _("No item is called “%s”.") % given["sku"], "unknown_item")
    return set_reorder_rule(
        item_id=item.id, location_id=given["location"], minimum=given["minimum"], maximum=given["maximum"]
    )
