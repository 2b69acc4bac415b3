"""The team: who belongs to it, inviting more, and taking an invitation back."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oms.accounts import roles
from oms.accounts.actions.invitations import invite_member, withdraw_invitation
from oms.accounts.queries import open_invitations, team_members
from oms.core.actors import require
from oms.core.tenancy import unit
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.settings.scope import InviteForm, Places

SHOWN = 500


@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """The people and open invitations, and a form to invite somebody."""
    require(request.actor, "team.edit" if request.method == "POST" else "team.view")
    places = Places.read()
    form = InviteForm(posted(request), places=places)
    if request.method == "POST" and attempt(form, lambda: invite_member(**form.cleaned_data)):
        message = _("Invitation sent to %s.") % form.cleaned_data["email"]
        return settled(request, reverse("dashboard:team", args=[slug]), message)
    context = {
        "form": form,
        "members": [
            (member, roles.LABELS[member.role], places.in_words(member.locations, member.channels))
            for member in team_members()[:SHOWN]
        ],
        "invitations": [(each, roles.LABELS[each.role]) for each in open_invitations()[:SHOWN]],
        "now": unit().now,
        "may_edit": request.actor.permits("team.edit"),
    }
    return page_of_form(request, "dashboard/settings/team.html", context)


@require_POST
def invitation_withdraw(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Make the link of an invitation worthless."""
    require(request.actor, "team.edit")
    withdraw_invitation(invitation_id=invitation_id)
    return settled(request, reverse("dashboard:team", args=[slug]), _("Invitation withdrawn."))
