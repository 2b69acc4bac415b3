"""One step of goods sent back to a supplier each."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.actions.billing import EDIT as BILLING
from inventory.actions.purchasing import EDIT
from inventory.actions.supplier_returns.credit import CreditNote, chase_credit, end_waiting, record_credit
from inventory.actions.supplier_returns.send import cancel_supplier_return
from inventory.models import SupplierReturn
from inventory.queries.supplier_returns import supplier_return_by_number
from oms.core.actors import require
from oms.core.errors import OmsError
from oms.dashboard.forms import attempt, settled
from oms.dashboard.inventory.supplier_returns import CreditForm, render_return


@require_POST
def chase(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask the supplier by mail."""
    require(request.actor, EDIT)
    return _step(request, number, lambda found: chase_credit(return_id=found.id), _("The mail is on its way."))


@require_POST
def credit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Record the credit note."""
    require(request.actor, BILLING)
    found, form = supplier_return_by_number(number), CreditForm(request.POST)

    def act() -> SupplierReturn:
        given = form.cleaned_data
        note = CreditNote(given["number"], given["credited_on"], given["amount"], given["currency"].strip().upper(),
                          given["rate"])  # fmt: skip
        return record_credit(return_id=found.id, credit=note)

    if not attempt(form, act):
        return render_return(request, found, status=422, form=form)
    return settled(request, _url(request, number), _("Credited."))


@require_POST
def end(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """No credit note comes."""
    require(request.actor, BILLING)
    how, note = request.POST.get("how", ""), request.POST.get("note", "")
    return _step(request, number, lambda found: end_waiting(return_id=found.id, how=how, note=note), _("Noted."))


@require_POST
def cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """They never left, or came back."""
    require(request.actor, EDIT)
    note = request.POST.get("note", "")
    done = _("Canceled. They lie where they lay before.")
    return _step(request, number, lambda found: cancel_supplier_return(return_id=found.id, note=note), done)


def _step(request: HttpRequest, number: int, act: Callable[[SupplierReturn], object], done: str) -> HttpResponse:
    found = supplier_return_by_number(number)
    try:
        with transaction.atomic():
            act(found)
    except OmsError as refusal:
        problem = refusal.fields[0].message if refusal.fields else refusal.message
        return render_return(request, supplier_return_by_number(number), status=refusal.status, problem=problem)
    return settled(request, _url(request, number), done)


def _url(request: HttpRequest, number: int) -> str:
    return reverse("dashboard:supplier_return", args=[request.merchant.slug, number])
