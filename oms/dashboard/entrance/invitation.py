"""The page behind an invitation's link: join the team with a new account, or as who is signed in."""

from django import forms
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from oms.accounts import roles
from oms.accounts.actions.invitations import accept_invitation
from oms.accounts.models import Invitation, Membership, User
from oms.accounts.queries import actor_who_joins, invitation_of
from oms.core.tenancy import unit_of_work
from oms.dashboard.forms import Done, PlainForm, SeeOther, attempt, page_of_form, posted

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class JoinForm(PlainForm):
    """For somebody who is signed in already: nothing to fill in."""


class AccountForm(JoinForm):
    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
        help_text=gettext_lazy("At least 10 characters. A few words are easier to remember than signs."),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation. Its link works once, for the address it was sent to."""
    found = invitation_of(token)
    if found is None:
        return render(request, "dashboard/entrance/no_invitation.html", status=404)
    user = request.user if request.user.is_authenticated else None
    if user and Membership.objects.filter(user=user, tenant=found.tenant).exists():
        return SeeOther(f"/m/{found.tenant.slug}/")
    form = (JoinForm if user else AccountForm)(posted(request))
    if request.method == "POST" and (done := _accept(form, found, token, user)):
        if user is None:
            login(request, done.value.user, backend=BACKEND)
        return SeeOther(f"/m/{found.tenant.slug}/")
    context = {
        "form": form,
        "invitation": found,
        "role": roles.LABELS[found.role],
        "problem": _problem(found, user),
        "has_account": user is None and User.objects.filter(email=found.email).exists(),
    }
    return page_of_form(request, "dashboard/entrance/invitation.html", context)


def _accept(form: forms.Form, found: Invitation, token: str, user: User | None) -> Done[Membership] | None:
    def act() -> Membership:
        with unit_of_work(found.tenant_id, actor_who_joins(found)):
            return accept_invitation(token=token, user=user, **form.cleaned_data)

    return attempt(form, act)


def _problem(found: Invitation, user: User | None) -> str:
    """Why this person cannot accept, if they cannot."""
    if found.accepted_at is not None:
        return _("This invitation has been used already. Sign in instead.")
    if user is not None and user.email != found.email:
        return _("It is for %(invited)s, and you are signed in as %(user)s. Sign out, then open the link again.") % {
            "invited": found.email,
            "user": user.email,
        }
    return ""
