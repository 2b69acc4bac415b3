"""Questions about imports: their rows and documents, what is known already, and the reconcile report."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import F, QuerySet

from channels.documents.classifying import Known
from channels.documents.outcomes import ERROR, LABELS, ORDER, Totals, Verdict, summed
from channels.documents.reading import RawRow
from channels.lifecycle import BUSY, FAILED
from channels.models import Import, ImportDocument, ImportItem, ImportRow
from oms.core.errors import NotFound
from oms.core.models import Job
from oms.core.tenancy import current_tenant_id, unit, unit_of_work
from orders.models import OrderLine
from orders.queries.reading import visible_orders
from returns.queries import units_in_returns

ROWS_READ_AT_ONCE = 2_000
AS_STAGED = Verdict(ORDER)


def visible_imports() -> QuerySet[Import]:
    """Imports on the channels this actor may see."""
    channels = unit().actor.channels
    rows = Import.objects.select_related("channel")
    return rows if channels is None else rows.filter(channel_id__in=channels)


def import_by_id(import_id: UUID) -> Import:
    """Raises `NotFound`."""
    found = visible_imports().filter(id=import_id).first()
    if found is None:
        raise NotFound("There is no such import.")
    return found


def state_of(found: Import) -> str:
    """The import's state; `FAILED` where a job works on it no more, though it should."""
    if found.state not in BUSY:
        return found.state
    job = Job.objects.filter(id=found.job_id).first()
    return found.state if job is not None and job.is_open else FAILED


def has_effects(import_id: UUID) -> bool:
    """Whether anything of this file was placed, applied or generated yet."""
    placed = ImportDocument.objects.filter(import_id=import_id, placed_at__isnull=False)
    return placed.exists() or ImportItem.objects.filter(import_id=import_id, stocked__gt=0).exists()


def import_rows(import_id: UUID, outcomes: Collection[str] = ()) -> QuerySet[ImportRow]:
    """The file's rows in file order; only those with one of ``outcomes``, when given."""
    rows = ImportRow.objects.filter(import_id=import_id).order_by("row")
    return rows.filter(outcome__in=outcomes) if outcomes else rows


def outcome_rows(import_id: UUID, outcomes: Collection[str]) -> Iterator[list]:
    """Row number, outcome, field, reason and the row as it was read: what a download of errors or skips holds.

    Each page is read in a unit of work of its own, as the same actor, so that the rows can still be
    sent when the one this was called in has closed.
    """
    opened = unit()

    def pages() -> Iterator[list]:
        after = 0
        while True:
            with unit_of_work(opened.tenant_id, opened.actor):
                rows = list(import_rows(import_id, outcomes).filter(row__gt=after)[:ROWS_READ_AT_ONCE])
            for each in rows:
                yield [each.row, each.outcome, each.field, each.reason, *each.values]
            if len(rows) < ROWS_READ_AT_ONCE:
                return
            after = rows[-1].row

    return pages()


def download_header(header: Sequence[str]) -> list[str]:
    return ["Row", "Outcome", "Field", "Reason", *header]


def next_documents(
    import_id: UUID, *, after: int, documents: int, rows: int, outcomes: Collection[str] = ()
) -> list[ImportDocument]:
    """The next documents in file order, as many as have about so many rows together, but at least one."""
    found = ImportDocument.objects.filter(import_id=import_id, first_row__gt=after).order_by("first_row")
    if outcomes:
        found = found.filter(outcome__in=outcomes)
    chosen, count = [], 0
    for each in found[:documents]:
        if chosen and count + each.rows > rows:
            break
        chosen.append(each)
        count += each.rows
    return chosen


def rows_of(documents: Sequence[ImportDocument], *, most: int) -> dict[str, list[tuple[RawRow, Verdict]]]:
    """Document → its rows in file order with their verdicts so far; of an overlong one the first ``most + 1``."""
    found: dict[str, list[tuple[RawRow, Verdict]]] = defaultdict(list)
    for overlong in [each for each in documents if each.rows > most]:
        found |= _rows(overlong.import_id, [overlong.document], most + 1)
    usual = [each.document for each in documents if each.rows <= most]
    if usual:
        found |= _rows(documents[0].import_id, usual, None)
    return found


def _rows(import_id: UUID, keys: list[str], limit: int | None) -> dict[str, list[tuple[RawRow, Verdict]]]:
    found: dict[str, list[tuple[RawRow, Verdict]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document, row, values::text, problem, outcome, reason, field FROM channels_importrow "
            "WHERE tenant_id = %s AND import_id = %s AND document = ANY(%s) ORDER BY document, row LIMIT %s",
            [current_tenant_id(), import_id, keys, limit],
        )
        for document, row, values, problem, outcome, reason, field in cursor:
            verdict = AS_STAGED if outcome == ORDER and not reason else Verdict(outcome, reason, field)
            found[document].append((RawRow(row, orjson.loads(values), problem), verdict))
    return found


def known_documents(channel_id: UUID, import_id: UUID, keys: Collection[str]) -> dict[str, Known]:
    """Which of these numbers are here already, as orders of this channel or as credits of an earlier import."""
    keys = list(keys)
    placed = ImportDocument.objects.filter(
        document__in=keys, channel_id=channel_id, placed_at__isnull=False
    ).values_list("document", "content", "order_id", "import_id")
    content_of, known = {}, {}
    for key, content, order_id, _ in placed:
        if order_id is None:
            known[key] = Known(f"credit {key}", content)
        else:
            content_of[order_id] = content
    orders = visible_orders().filter(channel_id=channel_id, external_id__in=keys)
    for order_id, key, number in orders.values_list("id", "external_id", "number"):
        known[key] = Known(f"order #{number}", content_of.get(order_id, ""))
    return known


class HistoryRow(NamedTuple):
    """A staged row of a customer and code that a credit names."""

    match_key: str
    raw: RawRow
    outcome: str


def history_of(import_id: UUID, match_keys: Collection[str], *, until: int) -> list[HistoryRow]:
    """What the file says was sold and taken back for these keys, in file order, up to row ``until``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT match_key, row, values::text, outcome FROM channels_importrow WHERE tenant_id = %s "
            "AND import_id = %s AND match_key = ANY(%s) AND match_key <> '' AND row <= %s ORDER BY row",
            [current_tenant_id(), import_id, list(match_keys), until],
        )
        return [HistoryRow(key, RawRow(row, orjson.loads(values)), outcome) for key, row, values, outcome in cursor]


class OpenLine(NamedTuple):
    """Units of an order line that a credit can take back. ``customer`` and ``sku`` as the order has them.

    ``here`` can be canceled, ``gone`` have left and were not taken back; what the floor works on is neither.
    """

    customer: str
    sku: str
    order_id: UUID
    line_id: UUID
    price: Decimal
    placed_at: datetime
    here: int
    gone: int


def open_lines(channel_id: UUID, *, customers: Collection[str], skus: Collection[str], by: str) -> list[OpenLine]:
    """Oldest first, without the components of kits, which go back as kits.

    ``by`` is what names the customers: ``external_id`` or ``email``.
    """
    rows = list(
        OrderLine.objects.filter(
            **{f"order__customer__{by}__in": customers}, sku__in=skus, kind="goods", kit_line=None,
            order__channel_id=channel_id,
            order__state__in=("checking", "open", "closed"),
        )
        .annotate(here=F("quantity") - F("cancelled") - F("in_work") - F("shipped"))
        .order_by("order__placed_at", "order_id", "position")
        .values_list(
            f"order__customer__{by}", "sku", "order_id", "id", "unit_price", "order__placed_at", "here", "shipped"
        )
    )  # fmt: skip
    back = units_in_returns([row[3] for row in rows if row[7]])
    lines = [OpenLine(*row[:7], row[7] - back.get(row[3], 0)) for row in rows]
    return [line for line in lines if line.here or line.gone]


@dataclass(frozen=True)
class Reconcile:
    """The file's sums beside those of its outcomes: equal, or something was lost.

    ``documents`` counts documents by outcome, ``lines`` sums the orders' rows by kind, ``orders`` were placed so far.
    """

    file: Totals
    outcomes: dict[str, Totals]
    documents: dict[str, int]
    lines: dict[str, Totals]
    orders: int
    guests: int
    free_lines: int
    moved_times: int
    missing_items: int
    created_items: int
    opening_units: int
    cancelled_units: int
    returned_units: int
    short_units: int

    @property
    def accounted(self) -> Totals:
        return summed(self.outcomes.values())

    @property
    def balanced(self) -> bool:
        return self.accounted == self.file

    @property
    def labelled(self) -> list[tuple[str, str, Totals]]:
        """Outcome, its words and sums, for those that occur."""
        return [(name, LABELS[name], self.outcomes[name]) for name in LABELS if name in self.outcomes]

    @property
    def errors(self) -> Totals:
        return self.outcomes.get(ERROR, Totals())


def reconcile(import_id: UUID) -> Reconcile:
    """The report of an import as far as it has come. Raises `NotFound`."""
    return reconcile_of(import_by_id(import_id))


def reconcile_of(found: Import) -> Reconcile:
    sums = found.summary.get("sums", {})
    counts = sums.get("counts", {})

    def totals(name: str) -> dict[str, Totals]:
        return {key: Totals.from_json(each) for key, each in sums.get(name, {}).items()}

    return Reconcile(
        file=Totals.from_json(found.summary["file"]) if "file" in found.summary else Totals(),
        outcomes=totals("outcomes"),
        documents={name: count for name, count in sums.get("documents", {}).items() if count},
        lines=totals("lines"),
        missing_items=ImportItem.objects.filter(import_id=found.id, item_id=None, units__gt=0).count(),
        **{
            name: counts.get(name, 0)
            for name in (
                "orders", "guests", "free_lines", "moved_times", "created_items", "opening_units", "cancelled_units",
                "returned_units", "short_units",
            )
        },
    )  # fmt: skip
