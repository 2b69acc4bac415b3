"""Roles: what each may do, in words, and how much money it may decide about alone."""

from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oms.accounts import roles
from oms.accounts.actions.business import set_role_limits
from oms.accounts.models import Membership
from oms.accounts.queries import limits_of
from oms.core.actors import require
from oms.core.formatting import Formats, money_text
from oms.core.models import Tenant
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.settings.scope import LimitsForm


@require_safe
def role_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What each role may do, and its limits at this merchant."""
    require(request.actor, "team.view")
    context = {
        "labels": [roles.LABELS[role] for role in roles.ROLE_VERBS],
        "matrix": [
            (words, [verb in verbs for verbs in roles.ROLE_VERBS.values()]) for verb, words in roles.VERBS.items()
        ],
        "limited": [roles.VERBS[verb] for verb in roles.LIMITED_VERBS],
        "limits": [(role, label, _amounts(request.merchant, role)) for role, label in roles.LABELS.items()],
        "may_edit": request.actor.permits("team.edit"),
    }
    return render(request, "dashboard/settings/roles.html", context)


def _amounts(merchant: Tenant, role: str) -> list[tuple[str, Decimal | None]]:
    limits = limits_of(Membership(role=role, tenant=merchant))
    return [(roles.VERBS[verb], limits.get(verb)) for verb in roles.LIMITED_VERBS]


@require_http_methods(["GET", "POST"])
def role_limits(request: HttpRequest, slug: str, role: str) -> HttpResponse:
    """Set what people of one role may decide alone at this merchant."""
    require(request.actor, "team.edit")
    if role not in roles.LABELS:
        raise Http404
    form = LimitsForm(
        posted(request),
        stored=request.merchant.settings.get("limits", {}).get(role, {}),
        usual=in_words(request.merchant, roles.DEFAULT_LIMITS.get(role, {})),
    )
    if request.method == "POST" and attempt(form, lambda: set_role_limits(role=role, limits=form.limits())):
        return settled(request, reverse("dashboard:roles", args=[slug]), _("Limits saved."))
    return page_of_form(request, "dashboard/settings/role_limits.html", {"form": form, "role": roles.LABELS[role]})


def in_words(merchant: Tenant, limits: dict[str, Decimal]) -> dict[str, str]:
    """Verb → its amount in the merchant's money."""
    formats = Formats.of(merchant)
    return {verb: money_text(amount, merchant.currency, formats) for verb, amount in limits.items()}
