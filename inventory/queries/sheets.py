"""Files of items and of stock: which there are, how far each is, and what it would do or did."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from inventory.models import SheetImport
from inventory.queries.catalogue import custom_fields
from inventory.sheets.fields import ITEMS, KINDS, OWN, SEEN
from inventory.sheets.standing import state_of, verbs_of
from inventory.sheets.verdicts import BAD, CHANGED, NEW, OUTCOMES
from oms.core.errors import NotFound
from oms.core.models import Job, JobRow
from oms.core.sheets.columns import Field, plain
from oms.core.tenancy import unit, unit_of_work

ROWS_READ_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Sums:
    """So many rows of a file, and the units they name."""

    rows: int = 0
    units: int = 0


@dataclass(frozen=True)
class SheetReport:
    """The file beside what became, or becomes, of it. ``amount``: what changing the shelves is worth, at cost.

    ``moved``: the units that should have been moved; ``booked``: those the ledger has (None before the end).
    """

    file: Sums = Sums()
    outcomes: dict[str, Sums] = field(default_factory=dict)
    amount: Decimal = Decimal(0)
    moved: int = 0
    booked: int | None = None
    examples: tuple[dict, ...] = ()

    @property
    def accounted(self) -> Sums:
        return Sums(
            sum(each.rows for each in self.outcomes.values()), sum(each.units for each in self.outcomes.values())
        )

    @property
    def balanced(self) -> bool:
        """Every row and unit of the file has an outcome, and the ledger says the same."""
        return self.accounted == self.file and self.booked in (None, self.moved)

    @property
    def changes(self) -> int:
        return sum(self.outcomes.get(name, Sums()).rows for name in (NEW, CHANGED))

    @property
    def bad(self) -> int:
        return self.outcomes.get(BAD, Sums()).rows


@dataclass(frozen=True)
class SheetStanding:
    """An import with its jobs."""

    found: SheetImport
    check: Job | None
    applying: Job | None

    @property
    def job(self) -> Job | None:
        """The one that runs, or ran last."""
        return self.applying or self.check

    @property
    def states(self) -> tuple[str, str]:
        """Of the check and of applying; empty where there is none."""
        return self.check.state if self.check else "", self.applying.state if self.applying else ""

    @property
    def state(self) -> str:
        return state_of(*self.states)

    @property
    def verbs(self) -> tuple[str, ...]:
        return verbs_of(*self.states)

    @property
    def seen(self) -> str:
        """Another one as soon as its job has moved."""
        job = self.job
        return f"{self.state}.{job and f'{job.id}.{job.state}.{job.done}.{job.total}'}"

    @property
    def report(self) -> SheetReport:
        return report_of(self.job.result if self.job else {})


def report_of(result: dict) -> SheetReport:
    """From what the job has written down so far."""
    return SheetReport(
        file=Sums(*result.get("file", ())),
        outcomes={name: Sums(*result["outcomes"][name]) for name in OUTCOMES if name in result.get("outcomes", {})},
        amount=Decimal(result.get("amount", "0")),
        moved=result.get("moved", 0),
        booked=result.get("booked"),
        examples=tuple(result.get("examples", ())),
    )


def sheet_fields(kind: str) -> tuple[Field, ...]:
    """What a file of this kind can tell, the merchant's own fields of items among it."""
    if kind != ITEMS:
        return KINDS[kind]
    own = [Field(f"{OWN}{each.key}", each.name, (plain(each.name), plain(each.key))) for each in custom_fields()]
    return (*KINDS[kind], *own)


def visible_sheets(kind: str = "") -> QuerySet[SheetImport]:
    """Imports of files; whoever sees only some locations sees only those they sent, since a file may name any."""
    seen = [each for each, verb in SEEN.items() if kind in ("", each) and unit().actor.permits(verb)]
    rows = SheetImport.objects.filter(kind__in=seen)
    return rows if unit().actor.locations is None else rows.filter(owner=owner_of_unit())


def owner_of_unit() -> str:
    return f"{unit().actor.kind}:{unit().actor.id}"


def sheet_by_id(import_id: UUID, kind: str = "") -> SheetImport:
    """Raises `NotFound`."""
    found = visible_sheets(kind).filter(id=import_id).first()
    if found is None:
        raise NotFound("There is no such import.")
    return found


def standing_of(found: SheetImport) -> SheetStanding:
    return standings_of([found])[0]


def standings_of(sheets: Iterable[SheetImport]) -> list[SheetStanding]:
    """Each with its jobs; one statement."""
    sheets = list(sheets)
    jobs = Job.objects.in_bulk([key for each in sheets for key in (each.check_id, each.apply_id) if key])
    return [SheetStanding(each, jobs.get(each.check_id), jobs.get(each.apply_id)) for each in sheets]


def bad_rows(found: SheetImport) -> QuerySet[JobRow]:
    """To page through by ``("id",)``, in file order."""
    return JobRow.objects.filter(job_id=found.apply_id or found.check_id, outcome="failed")


def bad_rows_file(found: SheetImport) -> Iterator[list]:
    """Every bad row as it was read, behind its line, column and what to do: to correct, and import again.

    Each page is read in a unit of work of its own, so that a download may outlive this one.
    """
    opened = unit()

    def pages() -> Iterator[list]:
        last = 0
        while True:
            with unit_of_work(opened.tenant_id, opened.actor):
                rows = list(bad_rows(found).filter(id__gt=last).order_by("id")[:ROWS_READ_AT_ONCE])
            for each in rows:
                yield [each.row, each.field, each.message, *(each.data.get(name, "") for name in found.header)]
            if len(rows) < ROWS_READ_AT_ONCE:
                return
            last = rows[-1].id

    return pages()


def bad_rows_header(found: SheetImport) -> list[str]:
    return ["Line", "Column", "What to do", *found.header]
