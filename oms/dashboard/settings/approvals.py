"""Approvals: what is above one person's limit and waits for another to decide."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from oms.accounts.actions.approvals import decide
from oms.accounts.models import Approval
from oms.core.actors import require
from oms.dashboard.forms import PlainForm, attempt, page_of_form, settled
from oms.dashboard.lists import list_page

VIEWS = (Approval.WAITING, Approval.APPROVED, Approval.DECLINED)


class DecisionForm(PlainForm):
    decision = forms.ChoiceField(choices=[("approve", gettext_lazy("Approve")), ("decline", gettext_lazy("Decline"))])
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)


@require_safe
def approval_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits, and what was decided."""
    require(request.actor, "settings.view")
    return _page(request)


@require_POST
def approval_decide(request: HttpRequest, slug: str, approval_id: UUID) -> HttpResponse:
    """Approve, which carries it out at once, or decline."""
    require(request.actor, "approvals.decide")
    form = DecisionForm(request.POST)
    done = attempt(
        form,
        lambda: decide(
            approval_id=approval_id,
            approve=form.cleaned_data["decision"] == "approve",
            note=form.cleaned_data["note"],
        ),
    )
    if done is None:
        return _page(request, form, approval_id)
    words = {Approval.APPROVED: _("Approved and carried out."), Approval.DECLINED: _("Declined.")}
    return settled(request, reverse("dashboard:approvals", args=[slug]), words[done.value.state])


def _page(request: HttpRequest, form: DecisionForm | None = None, refused: UUID | None = None) -> HttpResponse:
    view = request.GET.get("view", Approval.WAITING)
    view = view if view in VIEWS else Approval.WAITING
    words = {Approval.WAITING: _("Waiting"), Approval.APPROVED: _("Approved"), Approval.DECLINED: _("Declined")}
    context = {
        "form": form,
        "refused": refused,
        "views": [{"url": f"?view={code}", "name": words[code], "current": code == view} for code in VIEWS],
        "view": view,
        "page": list_page(request, Approval.objects.filter(state=view), order=("-requested_at", "-id")),
        "may_decide": request.actor.permits("approvals.decide"),
    }
    return page_of_form(request, "dashboard/settings/approvals.html", context)
