"""Decide about value: prices for what came without one, the method, and working all out anew."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.actions.valuing import EDIT, VIEW
from inventory.actions.valuing.decide import REASON_MAX, price_goods, require_whole, set_value_policy
from inventory.actions.valuing.rebuild import start_rebuild
from inventory.models import ValueEvent, ValueLayer
from inventory.queries import valuation as queries
from inventory.valuing.deciding import FIFO, MOVING_AVERAGE
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.dashboard.forms import PlainForm, SeeOther, attempt, page_of_form, posted, settled
from oms.dashboard.lists import list_page

METHOD_WORDS = [
    (FIFO, gettext_lazy("First in, first out")),
    (MOVING_AVERAGE, gettext_lazy("Moving average")),
]


class PriceForm(PlainForm):
    unit_cost = forms.DecimalField(
        label=gettext_lazy("One unit costs"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Enter an amount like 12.50.")},
        help_text=gettext_lazy("0 for goods that are not yours."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=REASON_MAX)


class PolicyForm(PlainForm):
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=METHOD_WORDS)
    damaged_percent = forms.IntegerField(
        label=gettext_lazy("A damaged return is worth so many percent less"), min_value=0, max_value=100
    )
    from_day = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Enter a day like 2026-11-24.")},
        help_text=gettext_lazy("A day to come. Empty, the first time: from the first entry."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=REASON_MAX)


@require_safe
def unpriced_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What came in and nobody has said the cost of."""
    require(request.actor, VIEW)
    context = {
        "page": list_page(request, queries.unpriced(), order=("-id",)),
        "may_edit": request.actor.permits(EDIT) and queries.sees_all(),
    }
    return page_of_form(request, "dashboard/inventory/value_unpriced.html", context)


@require_http_methods(["GET", "POST"])
def price(request: HttpRequest, slug: str, movement_id: int) -> HttpResponse:
    """Say what the goods of one entry cost."""
    require_whole(EDIT)
    layer = ValueLayer.objects.select_related("item").filter(movement_id=movement_id).first()
    if layer is None:
        raise NotFound("There is no such receipt, or it has not been valued yet.")
    form = PriceForm(posted(request), initial={"unit_cost": layer.priced_at or layer.unit_cost or ""})

    def act() -> ValueEvent:
        return price_goods(movement_id=movement_id, **form.cleaned_data)

    if request.method == "POST" and attempt(form, act):
        message = _("Noted. It counts within a minute.")
        return settled(request, reverse("dashboard:value_unpriced", args=[slug]), message)
    return page_of_form(request, "dashboard/inventory/value_price.html", {"form": form, "layer": layer})


@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """How stock is valued, since when, and why."""
    require(request.actor, EDIT if request.method == "POST" else VIEW)
    state = queries.valuation()
    now = {"method": state.method, "damaged_percent": state.damaged_percent}
    form = PolicyForm(posted(request), initial=now)
    if request.method == "POST" and attempt(form, lambda: set_value_policy(**form.cleaned_data)):
        return settled(request, reverse("dashboard:value_policy", args=[slug]), _("The decision is recorded."))
    context = {
        "form": form, "state": state, "method": dict(METHOD_WORDS)[state.method],
        "page": list_page(request, queries.policies(), order=("-id",)), "methods": dict(METHOD_WORDS),
        "may_edit": request.actor.permits(EDIT) and queries.sees_all(),
    }  # fmt: skip
    return page_of_form(request, "dashboard/inventory/value_policy.html", context)


@require_POST
def rebuild(request: HttpRequest, slug: str) -> HttpResponse:
    """Work all out anew, as a job, whose page is shown."""
    require_whole(EDIT)
    return SeeOther(reverse("dashboard:job", args=[slug, start_rebuild().id]))
