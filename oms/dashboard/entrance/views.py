"""The way in: from the root to a merchant, and between merchants."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from oms.accounts.models import Membership


@require_safe
@login_required
def front_door(request: HttpRequest) -> HttpResponse:
    """Straight to the only merchant, else to the choice of them."""
    slugs = list(Membership.objects.filter(user=request.user).values_list("tenant__slug", flat=True)[:2])
    return redirect(f"/m/{slugs[0]}/") if len(slugs) == 1 else redirect("dashboard:merchants")


@require_safe
@login_required
def merchants(request: HttpRequest) -> HttpResponse:
    """The merchants this person belongs to."""
    memberships = Membership.objects.filter(user=request.user).select_related("tenant").order_by("tenant__name")
    return render(request, "dashboard/entrance/merchants.html", {"memberships": memberships})
