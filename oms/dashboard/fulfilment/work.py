"""What may be done with one piece of work besides scanning; each view is one action."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.actions.dispatch import dispatch_parcels
from fulfillment.actions.label import request_labels
from fulfillment.actions.pack import ParcelDraft, pack, unpack
from fulfillment.actions.picking import start_picking
from fulfillment.actions.short import short_pick
from fulfillment.actions.stopping import answer_cancel
from fulfillment.floor.queries import parcels_of, work_by_number
from fulfillment.floor.views import HAND_OVER, LABEL, WORK, view_of
from fulfillment.models import FulfillmentOrder
from oms.core.actors import require
from oms.core.errors import NotFound, OmsError
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.fulfilment import station
from oms.dashboard.fulfilment.forms import SHORT_WORDS, AnswerForm, BoxForm, ShortForm

# So many may be tapped; more are typed.
TAPPED_MAX = 12


@require_safe
def open_work(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Whatever comes next with it."""
    require(request.actor, "fulfillment.view")
    work = work_by_number(number)
    return redirect("dashboard:work_pick" if work.state in station.PICKING else "dashboard:work_pack", slug, number)


@require_POST
def start(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    require(request.actor, WORK)
    take_over = "take_over" in request.POST
    return _step(
        request, number, lambda work: start_picking(fulfillment_order_id=work.id, take_over=take_over),
        _("You pick this now."),
    )  # fmt: skip


@require_POST
def box(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Close the box with all that was picked."""
    require(request.actor, WORK)
    work, form = work_by_number(number), BoxForm(request.POST)

    def act() -> object:
        given = form.cleaned_data
        draft = ParcelDraft(given["weight_g"], given["box"])
        return pack(fulfillment_order_id=work.id, parcels=[draft], confirm_weight=given["confirm_weight"])

    if attempt(form, act, names={"parcels.0.weight_g": "weight_g", "parcels.0.box": "box"}):
        return settled(request, _url(request, number), _("Packed."))
    return station.show(request, work_by_number(number), form=form)


@require_POST
def unpack_work(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    require(request.actor, WORK)
    return _step(request, number, lambda work: unpack(fulfillment_order_id=work.id), _("Unpacked. Pack it anew."))


@require_POST
def labels(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Buy the labels of the parcels that are here."""
    require(request.actor, LABEL)
    return _step(
        request, number, lambda work: _all_or_none(request_labels(parcel_ids=_here(work))),
        _("The label is being bought."),
    )  # fmt: skip


@require_POST
def hand_over(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    require(request.actor, HAND_OVER)
    without = "without_label" in request.POST
    return _step(
        request, number,
        lambda work: _all_or_none(dispatch_parcels(parcel_ids=_here(work), without_label=without)),
        _("Handed over."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def short(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """How many are here, and why not more: two taps."""
    require(request.actor, WORK)
    view = view_of(work_by_number(number))
    line = _line(view, request.GET.get("line", ""))
    form = ShortForm(posted(request))

    def act() -> object:
        return short_pick(fulfillment_order_id=view.work.id, fulfillment_line_id=line.id, **form.cleaned_data)

    if request.method == "POST" and (done := attempt(form, act)):
        return settled(request, _url(request, number), done.value.sentence)
    wanted = line.quantity - line.short
    context = {
        "form": form, "work": view.work, "line": line, "wanted": wanted, "url": _url(request, number),
        "counts": range(line.picked, wanted) if wanted - line.picked <= TAPPED_MAX else None,
        "reasons": SHORT_WORDS.items(),
    }  # fmt: skip
    return page_of_form(request, "dashboard/fulfilment/short.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Can it still be canceled? Yes ends the work; no needs a reason."""
    require(request.actor, WORK)
    work = work_by_number(number)
    if "accept" in request.POST:
        done = _("Stopped. Put what was picked back on the shelf.")
        return _step(request, number, lambda each: answer_cancel(fulfillment_order_id=each.id, accept=True), done)
    form = AnswerForm(posted(request))

    def act() -> object:
        return answer_cancel(fulfillment_order_id=work.id, accept=False, reason=form.cleaned_data["reason"])

    if request.method == "POST" and attempt(form, act):
        return settled(request, _url(request, number), _("The order is kept. Go on."))
    context = {"form": form, "work": work, "url": _url(request, number)}
    return page_of_form(request, "dashboard/fulfilment/answer.html", context)


def _step(request: HttpRequest, number: int, act: Callable[[FulfillmentOrder], object], done: str) -> HttpResponse:
    """A button: done and back to the work, or the work again with the reason why not."""
    work = work_by_number(number)
    try:
        with transaction.atomic():
            act(work)
    except OmsError as refusal:
        return station.show(request, work_by_number(number), problem=refusal)
    return settled(request, _url(request, number), done, level=messages.SUCCESS)


def _url(request: HttpRequest, number: int) -> str:
    return reverse("dashboard:work", args=[request.merchant.slug, number])


def _here(work: FulfillmentOrder) -> list[UUID]:
    return [parcel.id for parcel in parcels_of([work.id])[work.id] if parcel.dispatched_at is None]


def _all_or_none(answers: dict[UUID, object]) -> None:
    for each in answers.values():
        if isinstance(each, OmsError):
            raise each


def _line(view, text: str):
    found = next((line for line in view.lines if str(line.id) == text), None)
    if found is None:
        raise NotFound(_("This work has no such line."))
    return found
