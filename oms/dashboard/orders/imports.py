"""Import a file of orders: upload, say what its columns mean, check, read the report, place. One page per import."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.core.files.storage import default_storage
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels.actions.importing import cancel_import, set_mapping, start_check, start_placing
from channels.actions.uploading import start_import
from channels.documents.outcomes import CONFLICT, CREDIT_UNMATCHED, ERROR, LABELS, ORDER
from channels.files.records import records
from channels.lifecycle import BUSY, CHECKED, DONE, FAILED, TRANSITIONS
from channels.mapping.options import options_from
from channels.models import Import
from channels.queries import (
    download_header,
    has_effects,
    import_by_id,
    import_rows,
    outcome_rows,
    reconcile_of,
    state_of,
    visible_imports,
)
from inventory.queries import visible_locations
from oms.accounts.queries import sales_channels
from oms.core.actors import require
from oms.core.models import Job, StoredFile
from oms.dashboard.downloads import csv_download
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.lists import list_page
from oms.dashboard.orders.import_forms import MappingForm, UploadForm

VERB = "orders.import"
SAMPLES = 3
# What a person has to look at.
PROBLEMS = (ERROR, CONFLICT, CREDIT_UNMATCHED)
STEPS = (
    ("map", gettext_lazy("Columns")), ("check", gettext_lazy("Check")), ("report", gettext_lazy("Report")),
    ("place", gettext_lazy("Import")), ("done", gettext_lazy("Result")),
)  # fmt: skip
KIND_WORDS = {
    "goods": gettext_lazy("Goods"), "shipping": gettext_lazy("Shipping"), "discount": gettext_lazy("Discounts"),
    "fee": gettext_lazy("Fees"), "adjustment": gettext_lazy("Adjustments"), "voucher": gettext_lazy("Vouchers"),
    "sample": gettext_lazy("Samples"), "bad_debt": gettext_lazy("Bad debts"),
}  # fmt: skip
STEP_OF = {CHECKED: "report", DONE: "done"}


@dataclass(frozen=True)
class Standing:
    """Where an import stands: its job, whether that still runs, what may be done, and the step to show."""

    found: Import
    job: Job | None
    running: bool
    state: str
    step: str
    verbs: frozenset[str]

    @property
    def seen(self) -> str:
        job = self.job
        return f"{self.found.state}.{job and f'{job.id}.{job.state}.{job.done}.{job.total}'}"


def _standing(found: Import) -> Standing:
    job = Job.objects.filter(id=found.job_id).first() if found.job_id else None
    state = state_of(found)
    verbs = {verb for known, verb in TRANSITIONS if known == state}
    if state in BUSY:
        step = "place" if job.kind == "channels.place" else "check"
        return Standing(found, job, True, state, step, frozenset(verbs))
    # What has begun to be imported is finished as it was mapped.
    begun = "map" in verbs and has_effects(found.id)
    step = STEP_OF.get(state, "report" if begun else "map")
    return Standing(found, job, False, state, step, frozenset(verbs - {"map"} if begun else verbs))


def _steps(current: str) -> list[tuple[str | Promise, str]]:
    """Each step in words, and whether it is behind, here, or ahead."""
    names = [name for name, _words in STEPS]
    at = names.index(current)
    return [
        (words, "done" if position < at or current == "done" else "current" if position == at else "")
        for position, (_name, words) in enumerate(STEPS)
    ]


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
        return settled(request, _url(request, done.value.id), _("File read. Look at what its columns mean."))
    page = list_page(request, visible_imports(), order=("-created_at", "-id"))
    return page_of_form(request, "dashboard/orders/imports.html", {"form": form, "page": page, "channels": channels})


@require_safe
def import_page(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """The step this import is at; ``?step=map`` goes back to its columns while that is possible."""
    require(request.actor, VERB)
    standing = _standing(import_by_id(import_id))
    if request.GET.get("step") == "map" and "map" in standing.verbs:
        return _map_page(request, standing)
    return _page(request, standing)


def _page(request: HttpRequest, standing: Standing, form=None) -> HttpResponse:
    if standing.running:
        return render(request, "dashboard/orders/import_running.html", _context(request, standing))
    if standing.step == "map":
        return _map_page(request, standing, form)
    return page_of_form(request, "dashboard/orders/import_report.html", _report(request, standing) | {"form": form})


def _report(request: HttpRequest, standing: Standing) -> dict:
    """What becomes of the file, in sums that must agree with it, and the choices that made it so."""
    report, choices = reconcile_of(standing.found), options_from(standing.found.options)
    places = {str(key): name for key, name in visible_locations().values_list("id", "name")}
    return _context(request, standing) | {
        "report": report, "choices": choices,
        "outcomes": [(*each, report.documents.get(each[0], 0)) for each in report.labelled],
        "kinds": [(KIND_WORDS.get(kind, kind), totals) for kind, totals in report.lines.items() if totals.rows],
        "to_place": report.documents.get(ORDER, 0),
        "problem_rows": sum(report.outcomes[name].rows for name in PROBLEMS if name in report.outcomes),
        "problems": ",".join(PROBLEMS),
        # Sums over several currencies are numbers, and no money.
        "one_currency": "currency" not in standing.found.columns,
        "stock_at": places.get(choices.opening_stock_location, ""), "refuses": choices.on_shortage == "refuse",
    }  # fmt: skip


def _context(request: HttpRequest, standing: Standing, step: str = "") -> dict:
    return {
        "found": standing.found, "job": standing.job, "standing": standing, "verbs": standing.verbs,
        "steps": _steps(step or standing.step), "url": _url(request, standing.found.id),
        "imports_url": reverse("dashboard:imports", args=[request.merchant.slug]),
    }  # fmt: skip


def _map_page(request: HttpRequest, standing: Standing, form: MappingForm | None = None) -> HttpResponse:
    form = form or MappingForm(found=standing.found, locations=_places())
    samples = _samples(standing.found)
    by_column = {
        column: [row[at] for row in samples if at < len(row)] for at, column in enumerate(standing.found.header)
    }
    rows = [
        (words, [(each, field, by_column.get(field.value() or "", [])) for each, field in fields])
        for words, fields in form.groups()
    ]
    context = _context(request, standing, "map") | {
        "form": form, "groups": rows, "samples": samples,
        "gave_up": standing.job if standing.state == FAILED else None,
    }  # fmt: skip
    return page_of_form(request, "dashboard/orders/import_map.html", context)


def _places() -> list:
    return list(visible_locations().filter(active=True).order_by("priority", "code"))


def _samples(found: Import) -> list[list[str]]:
    """The first rows of the file, to see what a column holds."""
    stored = StoredFile.objects.filter(id=found.file_id).first()
    if stored is None or not default_storage.exists(stored.path):
        return []
    with default_storage.open(stored.path) as file:
        rows = records(
            file, delimiter=found.dialect["delimiter"], start=found.dialect["start"], row=found.dialect["row"]
        )
        return [each.values for each in islice(rows, SAMPLES)]


@require_POST
def import_map(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """Keep what the columns mean and what shall be done, and begin the check. Nothing is placed by it."""
    require(request.actor, VERB)
    standing = _standing(import_by_id(import_id))
    form = MappingForm(request.POST, found=standing.found, locations=_places())

    def save() -> Import:
        given = {"columns": form.columns(), "options": form.options(), "save_as": form.cleaned_data["save_as"]}
        set_mapping(import_id=import_id, **given)
        return start_check(import_id=import_id)

    if attempt(form, save, names=form.names()):
        return settled(request, _url(request, import_id), _("Checking. Nothing is imported yet."))
    return _map_page(request, standing, form)


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
    """A button of the import's page; a refusal is told on that page."""
    require(request.actor, VERB)
    form = Form(request.POST)
    if attempt(form, act):
        return settled(request, _url(request, import_id), done)
    return _page(request, _standing(import_by_id(import_id)), form)


@require_safe
def import_progress(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """The part of the page that moves: 204 while nothing has, and the whole page anew when the step is over."""
    require(request.actor, VERB)
    standing = _standing(import_by_id(import_id))
    if not standing.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if request.GET.get("seen") == standing.seen:
        return HttpResponse(status=204)
    return render(request, "dashboard/orders/import_progress.html", _context(request, standing))


@require_safe
def import_rows_page(request: HttpRequest, slug: str, import_id: UUID) -> HttpResponse:
    """Rows of the file with what becomes, or became, of each."""
    require(request.actor, VERB)
    found = import_by_id(import_id)
    outcomes = _outcomes(request)
    page = list_page(request, import_rows(found.id, outcomes).order_by(), order=("row", "id"))
    report = reconcile_of(found)
    context = {
        "found": found, "page": page, "url": _url(request, found.id), "outcomes": ",".join(outcomes),
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


def _url(request: HttpRequest, import_id: UUID) -> str:
    return reverse("dashboard:import", args=[request.merchant.slug, import_id])
