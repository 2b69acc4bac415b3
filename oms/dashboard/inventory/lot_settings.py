"""How lots are dealt with: when one is said to expire soon, and how long goods must be good when they leave."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.actions.shelf_life import VERB, lift_shelf_life, set_shelf_life
from fulfillment.floor.shelf_life import shelf_life_rules
from inventory.actions.tracing.expiring import set_tracing
from inventory.queries.tracing import tracing_settings
from oms.accounts.models import SalesChannel
from oms.core.actors import require
from oms.core.errors import Invalid
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.offering import channels_of
from oms.desk.privacy import may_know_customers
from orders.models import Customer

SHOWN = 200
EDIT = "settings.edit"


class WarnForm(PlainForm):
    warn_days = forms.IntegerField(
        label=gettext_lazy("Say so many days before"), min_value=1,
        help_text=gettext_lazy("From then on a lot is listed as expiring, and programs hear of it."),
    )  # fmt: skip


class ShelfLifeForm(PlainForm):
    days = forms.IntegerField(label=gettext_lazy("Good for so many days more"), min_value=1)
    channel = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=UUID, empty_value=None, required=False)
    email = forms.EmailField(
        label=gettext_lazy("Customer"), required=False, help_text=gettext_lazy("E-mail address. Empty: every customer.")
    )

    def __init__(self, *args, channels: list[SalesChannel], may_know: bool, **options) -> None:
        super().__init__(*args, auto_id="rule_%s", **options)
        self.fields["channel"].choices = [("", _("Every channel")), *((each.id, each.name) for each in channels)]
        if not may_know:
            del self.fields["email"]

    def customer_id(self) -> UUID | None:
        """Raises `Invalid` for an address that nobody has bought with."""
        email = self.cleaned_data.get("email", "")
        found = Customer.objects.filter(email=email).values_list("id", flat=True).first() if email else None
        if email and found is None:
            raise Invalid.field("email", _("Nobody has bought with this address."), "unknown_customer")
        return found


@require_http_methods(["GET", "POST"])
def lot_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules, and a form for each kind; a form that is refused stands open with what is wrong."""
    sent, actor = posted(request), request.actor
    of_rule = sent is not None and "days" in sent
    require(actor, "stock.view" if sent is None else VERB if of_rule else EDIT)
    warn = WarnForm(None if of_rule else sent, initial={"warn_days": tracing_settings().warn_days})
    rule = ShelfLifeForm(sent if of_rule else None, channels=channels_of(actor), may_know=may_know_customers(actor))
    if sent is not None:
        done = (
            attempt(rule, lambda: _set(rule), names={"channel_id": "channel"})
            if of_rule
            else attempt(warn, lambda: set_tracing(warn_days=warn.cleaned_data["warn_days"]))
        )
        if done:
            return settled(request, reverse("dashboard:lot_settings", args=[slug]), _("Set."))
    context = {
        "rules": shelf_life_rules().order_by("-created_at", "-id")[:SHOWN],
        "warn": warn,
        "rule_form": rule,
        "form": rule if of_rule else warn,
        "may_set": actor.permits(VERB),
        "may_edit": actor.permits(EDIT),
        "may_know": may_know_customers(actor),
    }
    return page_of_form(request, "dashboard/inventory/lot_settings.html", context)


@require_POST
def shelf_life_lift(request: HttpRequest, slug: str, shelfliferule_id: UUID) -> HttpResponse:
    lift_shelf_life(rule_id=shelfliferule_id)
    return settled(request, reverse("dashboard:lot_settings", args=[slug]), _("The rule is lifted."))


def _set(form: ShelfLifeForm) -> object:
    given = form.cleaned_data
    return set_shelf_life(days=given["days"], channel_id=given["channel"], customer_id=form.customer_id())
