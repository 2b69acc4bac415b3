"""For how long things can come back, and what a customer of a given order would be told."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from oms.accounts.actions.business import update_business
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from orders.queries import order_by_number
from returns.allowed import VIEW
from returns.queries import Returnable, return_days, returnable


class PolicyForm(PlainForm):
    days = forms.IntegerField(
        label=gettext_lazy("Days to send something back"), min_value=0, max_value=365,
        help_text=gettext_lazy("Counted from the delivery. Items marked “final sale” cannot be sent back at all."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules, and a box to try them."""
    require(request.actor, "settings.edit" if request.method == "POST" else VIEW)
    form = PolicyForm(posted(request), initial={"days": return_days()})
    if request.method == "POST" and attempt(form, lambda: update_business(return_days=form.cleaned_data["days"])):
        return settled(request, reverse("dashboard:return_policy", args=[slug]), _("Return policy saved."))
    number = request.GET.get("order", "").strip().lstrip("#")
    context = {
        "form": form, "may_edit": request.actor.permits("settings.edit"), "tried": number, "can": _tried(number),
    }  # fmt: skip
    return page_of_form(request, "dashboard/returns/policy.html", context)


def _tried(number: str) -> Returnable | None:
    if not number.isdecimal() or len(number) > 18:
        return None
    try:
        return returnable(order_by_number(int(number)))
    except NotFound:
        return None
