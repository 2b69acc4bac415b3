"""One step of a supplier's bill each."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.actions.billing import APPROVE, EDIT
from inventory.actions.billing.matching import match_again
from inventory.actions.billing.settle import approve_bill, dispute_bill, withdraw_bill
from inventory.billing.lifecycle import POSTED
from inventory.queries.billing import bill_by_id
from oms.accounts.models import Approval
from oms.core.actors import require
from oms.core.errors import OmsError
from oms.dashboard.forms import settled
from oms.dashboard.inventory.bills import render_bill


@require_POST
def approve(request: HttpRequest, slug: str, supplierbill_id: UUID) -> HttpResponse:
    """As it is; above one's limit a second person is asked."""
    require(request.actor, APPROVE)
    note = request.POST.get("note", "")
    return _step(request, supplierbill_id, lambda: approve_bill(bill_id=supplierbill_id, note=note), _("Posted."))


@require_POST
def match(request: HttpRequest, slug: str, supplierbill_id: UUID) -> HttpResponse:
    """More may have come since."""
    require(request.actor, EDIT)
    return _step(request, supplierbill_id, lambda: match_again(bill_id=supplierbill_id), _("Matched again."))


@require_POST
def dispute(request: HttpRequest, slug: str, supplierbill_id: UUID) -> HttpResponse:
    """With what is wrong."""
    require(request.actor, EDIT)
    note = request.POST.get("note", "")
    return _step(request, supplierbill_id, lambda: dispute_bill(bill_id=supplierbill_id, note=note), _("Disputed."))


@require_POST
def withdraw(request: HttpRequest, slug: str, supplierbill_id: UUID) -> HttpResponse:
    """Its number is free again."""
    require(request.actor, EDIT)
    note = request.POST.get("note", "")
    return _step(request, supplierbill_id, lambda: withdraw_bill(bill_id=supplierbill_id, note=note), _("Withdrawn."))


def _step(request: HttpRequest, bill_id: UUID, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        with transaction.atomic():
            answer = act()
    except OmsError as refusal:
        problem = refusal.fields[0].message if refusal.fields else refusal.message
        return render_bill(request, bill_by_id(bill_id), status=refusal.status, problem=problem)
    if isinstance(answer, Approval):
        done = _("This is above your limit. It waits under Settings, Approvals.")
    elif answer.state == POSTED:
        done = _("Posted: it is owed now.")
    return settled(request, reverse("dashboard:bill", args=[request.merchant.slug, bill_id]), done)
