"""One member of the team: role, scope, money limits, and leaving."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oms.accounts import roles
from oms.accounts.actions.team import change_limits, change_role, change_scope, remove_member
from oms.accounts.models import Membership
from oms.accounts.queries import limits_of, team_members
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.dashboard.forms import attempt, page_of_form, settled
from oms.dashboard.settings.confirming import Question, confirmed
from oms.dashboard.settings.roles import in_words
from oms.dashboard.settings.scope import LimitsForm, Places, RoleForm, ScopeForm

PARTS = ("role", "scope", "limits")


@require_http_methods(["GET", "POST"])
def member_page(request: HttpRequest, slug: str, user_id: UUID) -> HttpResponse:
    """See and change what this person may do; ``part`` says which of the three forms was sent."""
    require(request.actor, "team.edit" if request.method == "POST" else "team.view")
    member, places = _member(user_id), Places.read()
    sent = request.POST.get("part", "") if request.method == "POST" else ""
    sheets = _forms(member, places, request.POST, sent)
    if sent in PARTS and attempt(sheets[sent], _change(sent, user_id, sheets[sent])):
        url = reverse("dashboard:member", args=[slug, user_id])
        return settled(request, url, _("%s saved.") % member.user)
    context = {
        **{f"{part}_form": sheet for part, sheet in sheets.items()},
        "form": sheets.get(sent),
        "member": member,
        "role": roles.LABELS[member.role],
        "is_oneself": str(user_id) == request.actor.id,
        "may_edit": request.actor.permits("team.edit"),
    }
    return page_of_form(request, "dashboard/settings/member.html", context)


def _member(user_id: UUID) -> Membership:
    member = team_members().filter(user_id=user_id).first()
    if member is None:
        raise NotFound("There is no such person in this team.")
    return member


def _forms(member: Membership, places: Places, data: object, sent: str) -> dict[str, forms.Form]:
    """The three forms; only the one that was sent is filled from the request."""
    given = {part: data if part == sent else None for part in PARTS}
    scope = {"locations": member.locations, "channels": member.channels}
    return {
        "role": RoleForm(given["role"], initial={"role": member.role}),
        "scope": ScopeForm(given["scope"], initial=scope, places=places),
        "limits": LimitsForm(given["limits"], stored=member.limits, usual=_limits_of_role(member)),
    }


def _limits_of_role(member: Membership) -> dict[str, str]:
    """Verb → the amount that people of this role may decide alone, in words."""
    return in_words(member.tenant, limits_of(Membership(role=member.role, tenant=member.tenant)))


def _change(part: str, user_id: UUID, form: forms.Form) -> Callable[[], Membership]:
    if part == "role":
        return lambda: change_role(user_id=user_id, **form.cleaned_data)
    if part == "scope":
        return lambda: change_scope(user_id=user_id, **form.cleaned_data)
    return lambda: change_limits(user_id=user_id, limits=form.limits())


@require_http_methods(["GET", "POST"])
def member_remove(request: HttpRequest, slug: str, user_id: UUID) -> HttpResponse:
    """Take this person out of the team, after asking."""
    require(request.actor, "team.edit")
    member = _member(user_id)
    name = str(member.user)
    question = Question(
        title=_("Remove %s?") % name,
        consequence=_(
            "%(name)s loses access to %(merchant)s at once. What they did stays in the activity log, and API keys "
            "they created go on working."
        )
        % {"name": name, "merchant": request.merchant.name},
        act=_("Remove %s") % name,
        keep=_("Keep %s") % name,
        keep_url=reverse("dashboard:team", args=[slug]),
        back_label=_("Team"),
    )
    return confirmed(request, question, lambda: remove_member(user_id=user_id), _("%s removed.") % name)
