"""Import a file of orders: upload, say what its columns mean, check, read the report, place. One page per import."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels.actions.importing import cancel_import, set_mapping, start_check, start_placing
from channels.actions.uploading import start_import
from channels.documents.outcomes import LABELS
from channels.models import Import
from channels.queries import download_header, import_by_id, import_rows, outcome_rows, reconcile_of, visible_imports
from oms.accounts.queries import sales_channels
from oms.core.actors import require
from oms.core.errors import OmsError
from oms.dashboard.downloads import csv_download
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.lists import list_page
from oms.dashboard.orders.import_forms import MappingForm, UploadForm
from oms.dashboard.orders.import_page import (
    places,
    progress_of,
    render_import,
    render_map,
    standing_of,
    url_of,
)

VERB = "orders.import"


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    """Upload a file, and every file that was."""
    require(request.actor, VERB)
    channels = [
        each for each in sales_channels().filter(active=True) if request.actor.permits(VERB, channel_id=each.id)
    ]
    form = UploadForm(posted(request), request.FILES or None, channels=channels)

    def upload() -> Import:
        file = form.cleaned_data["file"]
        channel = UUID(form.cleaned_data["channel_id"])
        return start_import(file=file, name=file.name, channel_id=channel, encoding=form.cleaned_data["encoding"])

    if request.method == "POST" and (done := attempt(form, upload)):
        return settled(request, url_of(request, done.value.id), _("File read. Look at what its columns mean."))
    page = list_page(request, visible_imports(), order=("-created_at", "-id"))
    for row in page.rows:
        # Unknown until the file was read, and until its orders were placed.
        row.file_rows = row.summary.get("file", {}).get("rows")
        row.orders = row.summary.get("sums", {}).get("counts", {}).get("orders")
    return page_of_form(request, "dashboard/orders/imports.html", {"form": form, "page": page, "channels": channels})


@require_safe
def import_page(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """The step this import is at; ``?step=map`` goes back to its columns while that is possible."""
    require(request.actor, VERB)
    standing = standing_of(import_by_id(import_id))
    if request.GET.get("step") == "map" and "map" in standing.verbs:
        return render_map(request, standing)
    return render_import(request, standing)


@require_POST
def import_map(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """Keep what the columns mean and what shall be done, and begin the check. Nothing is placed by it."""
    require(request.actor, VERB)
    standing = standing_of(import_by_id(import_id))
    form = MappingForm(request.POST, found=standing.found, locations=places())

    def save() -> Import:
        given = {"columns": form.columns(), "options": form.options(), "save_as": form.cleaned_data["save_as"]}
        set_mapping(import_id=import_id, **given)
        return start_check(import_id=import_id)

    if attempt(form, save, names=form.names()):
        return settled(request, url_of(request, import_id), _("Checking. Nothing is imported yet."))
    return render_map(request, standing, form)


@require_POST
def import_check(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """Check again, perhaps with a choice changed on the report (``create_missing_items``)."""
    create = request.POST.get("create_missing_items") == "1"

    def again() -> Import:
        if create:
            set_mapping(import_id=import_id, options={"create_missing_items": True})
        return start_check(import_id=import_id)

    return _step(request, import_id, again, _("Checking again. Nothing is imported yet."))


@require_POST
def import_place(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    return _step(
        request, import_id, lambda: start_placing(import_id=import_id), _("Importing. You can leave this page.")
    )


@require_POST
def import_cancel(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """Stop after the rows in work; what is placed stays."""
    return _step(request, import_id, lambda: cancel_import(import_id=import_id), _("Import stopped."))


def _step(request: HttpRequest, import_id: UUID, act: Callable[[], Import], done: str) -> HttpResponse:
    """A button of the import's page: done, or the page as it is now with the reason why not."""
    require(request.actor, VERB)
    try:
        with transaction.atomic():
            act()
    except OmsError as refusal:
        standing = standing_of(import_by_id(import_id))
        return render_import(request, standing, status=refusal.status, problem=refusal.message)
    return settled(request, url_of(request, import_id), done)


@require_safe
def import_progress(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """The part of the page that moves: 204 while nothing has, and the whole page anew when the step is over."""
    require(request.actor, VERB)
    standing = standing_of(import_by_id(import_id))
    if not standing.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if request.GET.get("seen") == standing.seen:
        return HttpResponse(status=204)
    return render(request, "dashboard/orders/import_progress.html", progress_of(request, standing))


@require_safe
def import_rows_page(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """Rows of the file with what becomes, or became, of each."""
    require(request.actor, VERB)
    found = import_by_id(import_id)
    outcomes = _outcomes(request)
    page = list_page(request, import_rows(found.id, outcomes).order_by(), order=("row", "id"))
    report = reconcile_of(found)
    context = {
        "found": found, "page": page, "url": url_of(request, found.id), "outcomes": ",".join(outcomes),
        "tabs": [(name, label, totals.rows, [name] == outcomes) for name, label, totals in report.labelled],
        "labels": LABELS, "total": report.file.rows,
        "shown": [(row, LABELS.get(row.outcome, row.outcome)) for row in page.rows],
    }  # fmt: skip
    return render(request, "dashboard/orders/import_rows.html", context)


@require_safe
def import_rows_file(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """The same rows as CSV, with the reason beside each: to correct and import again."""
    require(request.actor, VERB)
    found = import_by_id(import_id)
    rows = outcome_rows(found.id, _outcomes(request))
    return csv_download(f"import-{found.id}-rows.csv", download_header(found.header), rows)


def _outcomes(request: HttpRequest) -> list[str]:
    """The outcomes that the address asks for; what is none is left out."""
    return [name for name in request.GET.get("outcome", "").split(",") if name in LABELS]
