"""API keys: create one (its secret is shown once), see when each was used, revoke."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from oms.accounts.actions.keys import create_key, revoke_key
from oms.accounts.models import ApiKey
from oms.accounts.queries import api_keys
from oms.accounts.roles import VERBS
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.core.tenancy import unit
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.settings import once
from oms.dashboard.settings.confirming import Question, confirmed

LIFETIMES = [
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("A year")),
    ("always", gettext_lazy("Until it is revoked")),
]
SHOWN = 200


class KeyForm(PlainForm):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80,
        help_text=gettext_lazy("The program that will use it, like “Web shop” or “Accounting”."),
    )  # fmt: skip
    days = forms.ChoiceField(label=gettext_lazy("Works for"), choices=LIFETIMES, initial="365")
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=list(VERBS.items()), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one thing the key may do.")},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def key_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The keys of this merchant, and a form for another."""
    require(request.actor, "keys.edit")
    form = KeyForm(posted(request))
    if request.method == "POST" and (done := attempt(form, lambda: _create(form))):
        key, secret = done.value
        once.show_next(request, "key", secret)
        return settled(request, reverse("dashboard:keys", args=[slug]), _("API key “%s” created.") % key.name)
    keys = api_keys().order_by("revoked_at", "-created_at")[:SHOWN]
    secret = once.take(request, "key") if request.method == "GET" else ""
    context = {"form": form, "keys": keys, "secret": secret, "now": unit().now}
    return page_of_form(request, "dashboard/settings/keys.html", context)


def _create(form: KeyForm) -> tuple[ApiKey, str]:
    days = form.cleaned_data["days"]
    expires_at = unit().now + timedelta(days=int(days)) if days.isdecimal() else None
    return create_key(name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"], expires_at=expires_at)


@require_http_methods(["GET", "POST"])
def key_revoke(request: HttpRequest, slug: str, key_id: UUID) -> HttpResponse:
    """Stop a key at once, after asking."""
    require(request.actor, "keys.edit")
    key = api_keys().filter(id=key_id).first()
    if key is None:
        raise NotFound("There is no such API key here.")
    question = Question(
        title=_("Revoke “%s”?") % key.name,
        consequence=_("The program that uses it is refused from now on. A revoked key cannot be brought back."),
        act=_("Revoke key"),
        keep=_("Keep key"),
        keep_url=reverse("dashboard:keys", args=[slug]),
        back_label=_("API keys"),
    )
    return confirmed(request, question, lambda: revoke_key(key_id=key_id), _("API key “%s” revoked.") % key.name)
