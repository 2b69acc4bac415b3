"""Counting by scan, on a station or a phone: each scan is one more, or a number is typed; a verdict for every scan."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fulfillment.floor.queries import picked_and_here
from inventory import queries
from inventory.actions.counts.recording import CountEntry, record_counts
from inventory.models import SELLABLE, STATES, StockCount, StockCountLine
from inventory.queries.counts import VERB, WALK, allowed_on, sees_expected
from inventory.stock import count_lifecycle as lifecycle
from oms.core.actors import require
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, OmsError
from oms.dashboard.inventory.forms import WHOLE_NUMBER
from oms.dashboard.lists import list_page

CODE_MAX = 200
LINES = 50


class EntryForm(forms.Form):
    """A number typed for one line."""

    item_id = forms.UUIDField()
    state = forms.ChoiceField(choices=[(each, each) for each in STATES])
    counted = forms.IntegerField(error_messages={"required": _("Type how many are there."), **WHOLE_NUMBER})
    entry_id = forms.UUIDField()


@dataclass(frozen=True)
class Verdict:
    """What the screen says to a scan; ``missing`` is an item that could be added to the count."""

    verdict: str
    sentence: str
    missing: queries.ItemRef | None = None


@require_safe
def count_station(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What to count next? Once it waits for approval or is over, only what was found is left to see."""
    require(request.actor, "stock.view")
    stock_count = queries.counts.count_by(number=number)
    if stock_count.state not in (lifecycle.DRAFT, lifecycle.OPEN, lifecycle.COUNTED):
        return redirect("dashboard:count_review", slug=slug, number=number)
    return show(request, stock_count, key=_key(request))


@require_POST
def count_scan(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One more, or a pack more. Sent twice (a reload, a lost answer), it counts once and looks the same."""
    require(request.actor, VERB)
    stock_count = queries.counts.count_by(number=number)
    code = request.POST.get("code", "").replace("\0", "").strip()[:CODE_MAX]
    item = queries.resolve_skus([code], packs=True).get(code) if code else None
    if item is None:
        sentence = _("No item has the code %s. Nothing was counted.") % code if code else _("Scan or type a code.")
        return show(request, stock_count, verdict=Verdict("unknown", sentence))
    add_missing = "add_missing" in request.POST
    try:
        entry = CountEntry(item.id, add=item.units, entry_id=_id(request.POST.get("scan_id", "")))
        lines = _record(stock_count, entry, add_missing)
    except OmsError as refusal:
        return _refused(request, stock_count, item, refusal)
    return _counted(request, number, lines[item.id, SELLABLE])


@require_POST
def count_record(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """So many are there: a number typed for one line."""
    require(request.actor, VERB)
    stock_count, form = queries.counts.count_by(number=number), EntryForm(request.POST)
    key = _key(request)
    if not form.is_valid():
        sentence = " ".join(form.errors.get("counted", [])) or _("Load the page again: this entry names no line of it.")
        return show(request, stock_count, problem=Invalid(sentence), key=key)
    given = form.cleaned_data
    entry = CountEntry(given["item_id"], given["counted"], state=given["state"], entry_id=given["entry_id"])
    try:
        lines = _record(stock_count, entry, "add_missing" in request.POST)
    except OmsError as refusal:
        return show(request, stock_count, problem=_in_words(refusal), key=key)
    return _counted(request, number, lines[entry.item_id, entry.state])


def show(
    request: HttpRequest,
    stock_count: StockCount,
    *,
    verdict: Verdict | None = None,
    problem: OmsError | None = None,
    key: tuple[UUID, str] | None = None,
) -> HttpResponse:
    """The station, or for its own script only what changes on it."""
    show_all = "all" in request.GET
    progress = queries.counts.progress_of([stock_count.id])[stock_count.id]
    page = list_page(request, queries.counts.lines_of(stock_count, left=not show_all), order=WALK, size=LINES)
    current = _current(stock_count, page.rows, key)
    open_book = sees_expected(stock_count, request.actor)
    seen = {each.item_id for each in (*page.rows, *([current] if current else []))}
    boxed = picked_and_here(location_id=stock_count.location_id, item_ids=seen)
    context = {
        "stock_count": stock_count,
        "progress": progress,
        "page": page,
        "rows": [(each, boxed.get(each.item_id, 0) if each.state == SELLABLE else 0) for each in page.rows],
        "current": current,
        "boxed": boxed.get(current.item_id, 0) if current and current.state == SELLABLE else 0,
        "expected": _expected(stock_count, current) if open_book and current else None,
        "allowed": {each.verb: each for each in allowed_on(stock_count, request.actor, progress)},
        "show_all": show_all,
        "verdict": verdict,
        "problem": problem,
        "next_scan_id": uuid7(),
        "next_entry_id": uuid7(),
    }
    name = "count_station_body" if request.headers.get("X-Station") else "count_station"
    return render(request, f"dashboard/inventory/{name}.html", context, status=problem.status if problem else 200)


def _current(stock_count: StockCount, rows: list[StockCountLine], key: tuple[UUID, str] | None):
    """The line in hand: the one that was scanned or chosen, else the next to be counted."""
    if key is None:
        return next(iter(rows), None)
    return queries.counts.lines_of(stock_count).filter(item_id=key[0], state=key[1]).first()


def _expected(stock_count: StockCount, line: StockCountLine) -> int:
    """What the book had when the line was counted, else what it has now."""
    if line.counted is not None:
        return line.expected
    account = (line.item_id, stock_count.location_id, line.state)
    return queries.counts.standing([account])[account][0]


def _record(stock_count: StockCount, entry: CountEntry, add_missing: bool) -> dict:
    with transaction.atomic():
        return record_counts(count_id=stock_count.id, entries=[entry], add_missing=add_missing)


def _counted(request: HttpRequest, number: int, line: StockCountLine) -> HttpResponse:
    verdict = Verdict("right", _("%(sku)s: %(counted)d") % {"sku": line.item.sku, "counted": line.counted})
    stock_count = queries.counts.count_by(number=number)
    return show(request, stock_count, verdict=verdict, key=(line.item_id, line.state))


def _refused(request: HttpRequest, stock_count: StockCount, item: queries.ItemRef, refusal: OmsError) -> HttpResponse:
    if any(each.code == "not_in_count" for each in refusal.fields):
        sentence = _("%s is not in this count. Nothing was counted.") % item.sku
        return show(request, stock_count, verdict=Verdict("wrong_item", sentence, item))
    return show(request, stock_count, problem=_in_words(refusal))


def _in_words(refusal: OmsError) -> OmsError:
    """What is wrong with the one entry that was sent."""
    if refusal.fields:
        refusal.message = refusal.fields[0].message
    return refusal


def _key(request: HttpRequest) -> tuple[UUID, str] | None:
    """The line that the address or the form chooses; none when it names none."""
    given = request.POST if request.method == "POST" else request.GET
    state = given.get("state", SELLABLE)
    try:
        wanted = given.get("item_id" if request.method == "POST" else "item", "")
        return (UUID(wanted), state) if wanted and state in STATES else None
    except ValueError:
        return None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("This scan carries no id of its own. Load the page again.")) from None
