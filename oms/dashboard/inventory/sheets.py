"""Files of items and stock: upload, say what the columns mean, see what would change, apply; and exports."""

import tempfile
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory import queries
from inventory.actions.sheets.exporting import CSV, FORMATS, check_export, start_export, write_table
from inventory.actions.sheets.limits import over_limit
from inventory.actions.sheets.steps import cancel_sheet, map_sheet, start_sheet_applying, start_sheet_check
from inventory.actions.sheets.uploading import start_sheet_import, verb_for
from inventory.models import SheetImport
from inventory.queries import SheetStanding
from inventory.queries.exports import WHAT, own_columns, table_of
from inventory.sheets.fields import COUNTED, SEEN, STOCK
from inventory.sheets.standing import APPLYING, CHECKED, CHECKING, DONE
from oms.core.actors import require
from oms.core.errors import NotAllowed, OmsError
from oms.core.paging import keyset_page
from oms.core.sheets.storing import first_rows
from oms.dashboard.downloads import csv_download
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.inventory.sheet_forms import CONTENTS, EXPORTS, OF_WHAT, SheetMappingForm, SheetUploadForm
from oms.dashboard.lists import SIZE, linked

VERB = "stock.view"
SAMPLES, BAD_SHOWN = 3, 20
OUTCOME_WORDS = {
    "new": gettext_lazy("New"), "changed": gettext_lazy("Changed"), "same": gettext_lazy("As it is already"),
    "bad": gettext_lazy("Left out, with a reason"),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def sheet_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a file, take one with you, and every file that was sent."""
    require(request.actor, VERB)
    form = SheetUploadForm(posted(request), request.FILES or None, actor=request.actor)
    if request.method == "POST" and (done := attempt(form, lambda: start_sheet_import(**form.values()))):
        return settled(request, _url(request, done.value.id), _("File read. Look at what its columns mean."))
    page = keyset_page(
        queries.visible_sheets(), order=("-created_at", "-id"), size=SIZE, cursor=request.GET.get("cursor", "")
    )
    standings = queries.standings_of(page.items)
    context = {
        "form": form, "page": linked(request, page), "small": queries.is_small(),
        "rows": [(each, CONTENTS[_content(each.found)]) for each in standings],
        "exports": [(job, queries.export_link(job)) for job in queries.own_exports()],
        "choices": [
            (what, format, EXPORTS[what]) for what in WHAT if request.actor.permits(SEEN[what]) for format in FORMATS
        ],
    }  # fmt: skip
    return page_of_form(request, "dashboard/inventory/sheets.html", context)


@require_safe
def sheet_page(request: HttpRequest, slug: str, sheetimport_id: UUID) -> HttpResponse:
    """The step this file is at; ``?step=map`` goes back to its columns while that is possible."""
    require(request.actor, VERB)
    standing = queries.standing_of(queries.sheet_by_id(sheetimport_id))
    return _step_page(request, standing, back=request.GET.get("step") == "map")


@require_POST
def sheet_map(request: HttpRequest, slug: str, sheetimport_id: UUID) -> HttpResponse:
    """Keep what the columns mean, and begin the check. Nothing is changed by it."""
    require(request.actor, VERB)
    standing = queries.standing_of(queries.sheet_by_id(sheetimport_id))
    form = SheetMappingForm(request.POST, found=standing.found)

    def save() -> SheetImport:
        map_sheet(import_id=sheetimport_id, **form.values())
        return start_sheet_check(import_id=sheetimport_id)

    if attempt(form, save, names=form.names()):
        return settled(request, _url(request, sheetimport_id), _("Checking. Nothing is changed yet."))
    return _map_page(request, standing, form)


@require_POST
def sheet_apply(request: HttpRequest, slug: str, sheetimport_id: UUID) -> HttpResponse:
    done = _("Importing. You can leave this page.")
    return _step(request, sheetimport_id, lambda: start_sheet_applying(import_id=sheetimport_id), done)


@require_POST
def sheet_cancel(request: HttpRequest, slug: str, sheetimport_id: UUID) -> HttpResponse:
    """Stop after the rows in work; what is applied stays."""
    done = _("The import stops after the rows it is working on.")
    return _step(request, sheetimport_id, lambda: cancel_sheet(import_id=sheetimport_id), done)


@require_safe
def sheet_progress(request: HttpRequest, slug: str, sheetimport_id: UUID) -> HttpResponse:
    """The part of the page that moves: 204 while nothing has, and the whole page anew when the step is over."""
    require(request.actor, VERB)
    standing = queries.standing_of(queries.sheet_by_id(sheetimport_id))
    if standing.state not in (CHECKING, APPLYING):
        return HttpResponse(headers={"HX-Refresh": "true"})
    if request.GET.get("seen") == standing.seen:
        return HttpResponse(status=204)
    return render(request, "dashboard/orders/import_progress.html", _around(request, standing))


@require_safe
def sheet_rows_file(request: HttpRequest, slug: str, sheetimport_id: UUID) -> HttpResponse:
    """Every row that is left out, with what to do beside it: to correct, and import again."""
    require(request.actor, VERB)
    found = queries.sheet_by_id(sheetimport_id)
    return csv_download(f"bad-rows-{found.id}.csv", queries.bad_rows_header(found), queries.bad_rows_file(found))


@require_http_methods(["GET", "POST"])
def sheet_export(request: HttpRequest, slug: str) -> HttpResponse:
    """GET gives a file that is small enough to wait for; POST has a job write it."""
    require(request.actor, VERB)
    asked = request.POST if request.method == "POST" else request.GET
    what, format = asked.get("what", ""), asked.get("format", CSV)
    if request.method == "POST":
        start_export(what=what, format=format)
        url = reverse("dashboard:sheets", args=[slug])
        return settled(request, url, _("The file is being written. It will be here when it is done."))
    check_export(what, format)
    if not queries.is_small():
        raise NotAllowed("large", "export", "There are too many items to wait for. Start the export on the page.")
    table = table_of(what, own_columns(what))
    if format == CSV:
        return csv_download(f"{what}.csv", table.header, queries.all_rows(table))
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    write_table(target, table, format, queries.all_rows(table))
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{what}.{format}", content_type=FORMATS[format])


def _step(request: HttpRequest, key: UUID, act: Callable[[], SheetImport], done: str) -> HttpResponse:
    """A button of the page: done, or the page as it is now with the reason why not."""
    require(request.actor, VERB)
    try:
        with transaction.atomic():
            act()
    except OmsError as refusal:
        standing = queries.standing_of(queries.sheet_by_id(key))
        return _step_page(request, standing, status=refusal.status, problem=refusal.message)
    return settled(request, _url(request, key), done)


def _step_page(
    request: HttpRequest, standing: SheetStanding, *, back: bool = False, status: int = 200, problem: str = ""
) -> HttpResponse:
    if "map" in standing.verbs and (back or standing.state != CHECKED):
        return _map_page(request, standing, status=status, problem=problem)
    running = standing.state in (CHECKING, APPLYING)
    context = _around(request, standing) | {"problem": problem}
    if not running:
        context |= _report(standing)
    template = "sheet_running" if running else "sheet_report"
    return render(request, f"dashboard/inventory/{template}.html", context, status=status)


def _map_page(
    request: HttpRequest, standing: SheetStanding, form: SheetMappingForm | None = None, *, status: int = 200,
    problem: str = "",
) -> HttpResponse:  # fmt: skip
    """What each column means, with the first rows beside it; ``form`` is one that was refused."""
    found = standing.found
    form = form or SheetMappingForm(found=found)
    samples = first_rows(found.file_id, found.dialect, SAMPLES)
    by_column = {column: [row[at] for row in samples if at < len(row)] for at, column in enumerate(found.header)}
    context = _around(request, standing) | {
        "form": form, "problem": problem,
        "fields": [(each, field, by_column.get(field.value() or "", [])) for each, field in form.rows()],
    }  # fmt: skip
    return render(request, "dashboard/inventory/sheet_map.html", context, status=422 if form.errors else status)


def _report(standing: SheetStanding) -> dict:
    found, report = standing.found, standing.report
    return {
        "report": report, "done": standing.state == DONE,
        "outcomes": [(OUTCOME_WORDS[name], sums) for name, sums in report.outcomes.items()],
        "examples": [(each["row"], OUTCOME_WORDS[each["outcome"]], each["said"]) for each in report.examples],
        "bad": queries.bad_rows(found).order_by("id")[:BAD_SHOWN],
        "counts": queries.counts.visible_counts().filter(id__in=found.options.get("counts", [])),
        "over_limit": over_limit(report.amount) if "apply" in standing.verbs else "",
    }  # fmt: skip


def _around(request: HttpRequest, standing: SheetStanding) -> dict:
    """What every page of an import shows above the rest."""
    found = standing.found
    may = request.actor.permits(verb_for(found.kind, found.options.get("mode", COUNTED)))
    return {
        "found": found, "standing": standing, "job": standing.job, "verbs": standing.verbs if may else (),
        "url": _url(request, found.id), "content": CONTENTS[_content(found)], "is_stock": found.kind == STOCK,
        "of_what": OF_WHAT[found.kind],
    }  # fmt: skip


def _content(found: SheetImport) -> str:
    return f"{found.kind}.{found.options.get('mode', COUNTED)}"


def _url(request: HttpRequest, key: UUID) -> str:
    return reverse("dashboard:sheet", args=[request.merchant.slug, key])
