"""The business itself: its name, money, time and country."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from oms.accounts.actions.business import (
    NAME_LENGTH_MAX,
    REMORSE_MINUTES,
    REMORSE_MINUTES_MAX,
    update_business,
)
from oms.core.actors import require
from oms.dashboard.choices import countries, currencies, timezones, with_current
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled

FIELDS = ("name", "country", "currency", "timezone")


class BusinessForm(PlainForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH_MAX,
        help_text=gettext_lazy("On every page, and in what you send."),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Of new orders, limits and costs. Orders already placed keep their own."),
    )
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("Of the times on screen, and of where a day begins.")
    )

    remorse_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to change one’s mind"),
        min_value=0,
        max_value=REMORSE_MINUTES_MAX,
        required=False,
        help_text=gettext_lazy(
            "So long after it was placed an order goes to the floor. Until then it can be canceled at once."
        ),
    )
    support_email = forms.EmailField(
        label=gettext_lazy("E-mail address for customers"),
        required=False,
        help_text=gettext_lazy("Where customers reach a person: in mails and on the pages of their orders."),
    )

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        lists = {"country": countries(), "currency": currencies(), "timezone": timezones()}
        for name, choices in lists.items():
            self.fields[name].choices = with_current(choices, self.initial[name])


@require_http_methods(["GET", "POST"])
def business(request: HttpRequest, slug: str) -> HttpResponse:
    """See and change the business's own settings."""
    require(request.actor, "settings.edit" if request.method == "POST" else "settings.view")
    initial = {name: getattr(request.merchant, name) for name in FIELDS}
    initial["remorse_minutes"] = request.merchant.settings.get("remorse_minutes", REMORSE_MINUTES)
    initial["support_email"] = request.merchant.settings.get("support_email", "")
    form = BusinessForm(posted(request), initial=initial)
    if request.method == "POST" and attempt(form, lambda: update_business(**form.cleaned_data)):
        return settled(request, reverse("dashboard:settings", args=[slug]), _("Business settings saved."))
    context = {"form": form, "may_edit": request.actor.permits("settings.edit")}
    return page_of_form(request, "dashboard/settings/business.html", context)
