"""Receive and inspect by scan: scan the thing, then say what it is like and what becomes of it."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oms.core.actors import require
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, OmsError
from oms.dashboard.forms import settled
from oms.dashboard.returns.steps import return_url
from oms.dashboard.returns.words import DISPOSITION_WORDS, GRADE_WORDS
from returns.actions.inspect import InspectionDraft, inspect_return
from returns.actions.receive import ReceiptDraft, line_of_code, receive_return, serial_in
from returns.allowed import WORK
from returns.models import Return, ReturnLine
from returns.queries import lines_of_returns, return_by_number

# The usual fate of what was seen: one tap, which a person may change.
USUAL = {"as_new": "restock", "opened": "restock", "damaged": "damaged", "wrong_item": "send_back"}


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Each scan is one unit that arrived. Sent twice (a reload), it counts once."""
    require(request.actor, WORK)
    found = return_by_number(number)
    if request.method == "GET":
        return _show(request, found)
    try:
        with transaction.atomic():
            code = request.POST.get("code", "")
            line = line_of_code(found, code)
            draft = ReceiptDraft(_id(request), line.id, _quantity(request), serial_in(line, code))
            receive_return(return_id=found.id, receipts=[draft])
    except OmsError as refusal:
        return _show(request, return_by_number(number), problem=refusal)
    return _show(request, return_by_number(number), booked=line)


@require_http_methods(["GET", "POST"])
def inspect(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What is it like? Three taps for a unit at most."""
    require(request.actor, WORK)
    found = return_by_number(number)
    if request.method == "GET":
        return _show(request, found, inspecting=True)
    try:
        with transaction.atomic():
            done = inspect_return(return_id=found.id, inspections=[_seen(request)])
    except OmsError as refusal:
        return _show(request, return_by_number(number), inspecting=True, problem=refusal)
    if done.closed_at:
        return settled(request, return_url(request, number), _("All of it is inspected. The return is done."))
    return _show(request, return_by_number(number), inspecting=True)


def _show(
    request: HttpRequest,
    found: Return,
    *,
    inspecting: bool = False,
    problem: OmsError | None = None,
    booked: ReturnLine | None = None,
) -> HttpResponse:
    lines = lines_of_returns([found.id])[found.id]
    context = {
        "found": found, "lines": lines, "problem": problem, "booked": booked, "next_id": uuid7(),
        "url": return_url(request, found.number), "waiting": sum(line.to_inspect for line in lines),
        "expected": sum(line.quantity - line.received for line in lines),
        "next": next((line for line in lines if line.to_inspect), None),
        "grades": [(code, words, USUAL[code]) for code, words in GRADE_WORDS.items()],
        "dispositions": DISPOSITION_WORDS.items(),
    }  # fmt: skip
    page = "inspect" if inspecting else "receive"
    return render(request, f"dashboard/returns/{page}.html", context, status=problem.status if problem else 200)


def _seen(request: HttpRequest) -> InspectionDraft:
    grade = request.POST.get("grade", "")
    return InspectionDraft(
        _id(request), _uuid(request, "line"), _quantity(request), grade,
        request.POST.get("disposition", "") or USUAL.get(grade, ""), request.POST.get("note", ""),
    )  # fmt: skip


def _id(request: HttpRequest) -> UUID:
    return _uuid(request, "scan_id")


def _uuid(request: HttpRequest, field: str) -> UUID:
    try:
        return UUID(request.POST.get(field, ""))
    except ValueError:
        raise Invalid.field(field, _("This page is out of date. Load it again."), "bad_id") from None


def _quantity(request: HttpRequest) -> int:
    text = request.POST.get("quantity", "1")
    if not text.isdecimal() or len(text) > 6:
        raise Invalid.field("quantity", _("Enter a whole number of units."), "out_of_range")
    return int(text)
