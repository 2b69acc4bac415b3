"""One import as its page shows it: the step it is at, its columns, its progress, its report."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from channels.documents.outcomes import CONFLICT, CREDIT_UNMATCHED, ERROR, ORDER
from channels.lifecycle import BUSY, CHECKED, DONE, FAILED, TRANSITIONS
from channels.mapping.options import options_from
from channels.models import Import
from channels.queries import has_effects, reconcile_of, state_of
from inventory.models import Location
from inventory.queries import visible_locations
from oms.core.models import Job
from oms.core.sheets.storing import first_rows
from oms.dashboard.orders.import_forms import MappingForm

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


def standing_of(found: Import) -> Standing:
    """One query, or two where it stopped half-way."""
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


def render_import(request: HttpRequest, standing: Standing, *, status: int = 200, problem: str = "") -> HttpResponse:
    """The step as it is now; ``problem`` says why a button on it was refused."""
    if standing.step == "map":
        return render_map(request, standing, status=status, problem=problem)
    if standing.running:
        template, context = "import_running", progress_of(request, standing)
    else:
        template, context = "import_report", _report(request, standing)
    return render(request, f"dashboard/orders/{template}.html", context | {"problem": problem}, status=status)


def _report(request: HttpRequest, standing: Standing) -> dict:
    """What becomes of the file, in sums that must agree with it, and the choices that made it so."""
    report, choices = reconcile_of(standing.found), options_from(standing.found.options)
    names = {str(key): name for key, name in visible_locations().values_list("id", "name")}
    return progress_of(request, standing) | {
        "report": report, "choices": choices,
        "outcomes": [(*each, report.documents.get(each[0], 0)) for each in report.labelled],
        "kinds": [(KIND_WORDS.get(kind, kind), totals) for kind, totals in report.lines.items() if totals.rows],
        "to_place": report.documents.get(ORDER, 0),
        "problem_rows": sum(report.outcomes[name].rows for name in PROBLEMS if name in report.outcomes),
        "problems": ",".join(PROBLEMS),
        # Sums over several currencies are numbers, and no money.
        "one_currency": "currency" not in standing.found.columns,
        "stock_at": names.get(choices.opening_stock_location, ""), "refuses": choices.on_shortage == "refuse",
    }  # fmt: skip


def progress_of(request: HttpRequest, standing: Standing, step: str = "") -> dict:
    """What every page of an import shows above the rest; ``step`` when it is not the one it is at."""
    return {
        "found": standing.found, "job": standing.job, "standing": standing, "verbs": standing.verbs,
        "steps": _steps(step or standing.step), "url": url_of(request, standing.found.id),
        "imports_url": reverse("dashboard:imports", args=[request.merchant.slug]),
    }  # fmt: skip


def render_map(
    request: HttpRequest, standing: Standing, form: MappingForm | None = None, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    """What each column means, with the first rows beside it; ``form`` is one that was refused."""
    form = form or MappingForm(found=standing.found, locations=places())
    samples = first_rows(standing.found.file_id, standing.found.dialect, SAMPLES)
    by_column = {
        column: [row[at] for row in samples if at < len(row)] for at, column in enumerate(standing.found.header)
    }
    groups = [
        (words, [(each, field, by_column.get(field.value() or "", [])) for each, field in fields])
        for words, fields in form.groups()
    ]
    context = progress_of(request, standing, "map") | {
        "form": form, "groups": groups, "problem": problem,
        "gave_up": standing.job if standing.state == FAILED else None,
    }  # fmt: skip
    return render(request, "dashboard/orders/import_map.html", context, status=422 if form.errors else status)


def places() -> list[Location]:
    """Where opening stock could be put."""
    return list(visible_locations().filter(active=True).order_by("priority", "code"))


def url_of(request: HttpRequest, import_id: UUID) -> str:
    """The page of one import."""
    return reverse("dashboard:import", args=[request.merchant.slug, import_id])
