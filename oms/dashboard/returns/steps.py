"""One step of a return each: a button that is carried out, or the page again with the reason why not."""

from collections.abc import Callable

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from oms.core.actors import require
from oms.core.errors import OmsError
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.returns.lists import render_return
from returns.actions.inspect import finish_return
from returns.actions.request import approve_return, cancel_return, decline_return, mark_sent
from returns.allowed import EDIT, WORK
from returns.models import Return
from returns.queries import return_by_number


class DeclineForm(PlainForm):
    reason = forms.CharField(
        label=gettext_lazy("Why can it not come back?"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The customer reads this, as you write it."),
    )  # fmt: skip


@require_POST
def approve(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _step(request, number, EDIT, lambda found: approve_return(return_id=found.id), _("Return approved."))


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """No, with the reason that the customer reads."""
    require(request.actor, EDIT)
    found, form = return_by_number(number), DeclineForm(posted(request))

    def act() -> object:
        return decline_return(return_id=found.id, reason=form.cleaned_data["reason"])

    if request.method == "POST" and attempt(form, act):
        return settled(request, return_url(request, number), _("Return declined."))
    context = {"form": form, "found": found, "url": return_url(request, number)}
    return page_of_form(request, "dashboard/returns/decline.html", context)


@require_POST
def cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _step(request, number, EDIT, lambda found: cancel_return(return_id=found.id), _("Return canceled."))


@require_POST
def sent(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    tracking = request.POST.get("tracking_number", "")
    return _step(
        request, number, EDIT, lambda found: mark_sent(return_id=found.id, tracking_number=tracking),
        _("The return is on its way."),
    )  # fmt: skip


@require_POST
def finish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _step(request, number, WORK, lambda found: finish_return(return_id=found.id), _("Return finished."))


def _step(request: HttpRequest, number: int, verb: str, act: Callable[[Return], object], done: str) -> HttpResponse:
    require(request.actor, verb)
    found = return_by_number(number)
    try:
        with transaction.atomic():
            act(found)
    except OmsError as refusal:
        return render_return(request, return_by_number(number), status=refusal.status, problem=refusal)
    return settled(request, return_url(request, number), done)


def return_url(request: HttpRequest, number: int) -> str:
    return reverse("dashboard:return", args=[request.merchant.slug, number])
