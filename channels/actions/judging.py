"""Judge a chunk of documents, and write down what was found: shared by the dry run and by placing.

Rows are staged as order lines, so only rows found to be something else are written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from channels import queries
from channels.documents.classifying import Classified, classify
from channels.documents.outcomes import CANCELLATION, Tally, Verdict
from channels.documents.reading import LINES_MAX, Document, DocumentReader, RawRow
from channels.mapping.options import Options, options_from
from channels.models import Import, ImportDocument
from oms.core.db.bulk import to_json, update_rows
from oms.core.tenancy import current_tenant_id

DOCUMENTS, ROWS = 500, 10_000
HAS_AN_ADDRESS = ("ship_line1", "ship_city", "ship_postcode")


@dataclass
class Judged:
    """One document with its stored row, what it says, its verdict, and what its rows were before."""

    stored: ImportDocument
    document: Document
    before: dict[int, Verdict]
    classified: Classified

    @property
    def outcome(self) -> str:
        return self.classified.verdict.outcome

    def changed(self) -> Iterable[tuple[int, Verdict, Verdict]]:
        """Rows whose verdict is new: row, before, now."""
        if not self.classified.rows and set(self.before.values()) == {self.classified.verdict}:
            return []
        verdicts = ((row, before, self.classified.of(row)) for row, before in self.before.items())
        return [each for each in verdicts if each[1] != each[2]]

    def becomes(self, verdict: Verdict) -> None:
        self.classified = Classified(verdict, {})

    def is_matched(self, rows: Mapping[int, Verdict]) -> None:
        """A credit whose rows were matched one by one: a cancellation as soon as one was."""
        some = any(verdict.outcome == CANCELLATION for verdict in rows.values())
        whole = Verdict(CANCELLATION) if some else next(iter(rows.values()))
        self.classified = Classified(whole, dict(rows))


@dataclass
class Sums:
    """The running sums of the report, kept on the import between chunks."""

    outcomes: Tally = field(default_factory=Tally)
    lines: Tally = field(default_factory=Tally)
    documents: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Import) -> "Sums":
        data = found.summary.get("sums", {})
        return cls(
            Tally(data.get("outcomes")), Tally(data.get("lines")), dict(data.get("documents", {})),
            dict(data.get("counts", {})),
        )  # fmt: skip

    def save(self, found: Import) -> None:
        found.summary["sums"] = {
            "outcomes": self.outcomes.to_json(), "lines": self.lines.to_json(), "documents": self.documents,
            "counts": self.counts,
        }  # fmt: skip

    def count(self, name: str, number: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + number

    def count_document(self, outcome: str, number: int = 1) -> None:
        self.documents[outcome] = self.documents.get(outcome, 0) + number


class Judge:
    """Reads and classifies documents of one import."""

    def __init__(self, found: Import) -> None:
        self.found = found
        self.options: Options = options_from(found.options)
        self.reader = DocumentReader(found.header, found.columns, self.options)
        self.has_addresses = any(name in found.columns for name in HAS_AN_ADDRESS)

    def next(self, *, after: int, outcomes: Iterable[str] = ()) -> list[Judged]:
        stored = queries.next_documents(
            self.found.id, after=after, documents=DOCUMENTS, rows=ROWS, outcomes=list(outcomes)
        )
        rows = queries.rows_of(stored, most=LINES_MAX)
        known = queries.known_documents(self.found.channel_id, self.found.id, [each.document for each in stored])
        return [self._judged(each, rows[each.document], known) for each in stored]

    def _judged(self, stored: ImportDocument, rows: Sequence[tuple[RawRow, Verdict]], known: Mapping) -> Judged:
        document = self.reader.document(stored.document, [raw for raw, _ in rows])
        before = {raw.row: verdict for raw, verdict in rows}
        return Judged(stored, document, before, classify(document, self.options, known.get(stored.document)))


def write_verdicts(import_id: UUID, judged: Sequence[Judged]) -> None:
    """Documents' outcomes, and those of rows whose verdict is new: two statements."""
    update_rows(
        ImportDocument,
        [
            {
                "id": each.stored.id, "outcome": each.classified.verdict.outcome,
                "reason": each.classified.verdict.reason, "content": each.document.content,
                "order_id": each.stored.order_id, "placed_at": each.stored.placed_at,
            }
            for each in judged
        ],
    )  # fmt: skip
    changed = [
        {"row": row, "outcome": verdict.outcome, "reason": verdict.reason, "field": verdict.field}
        for each in judged
        for row, _, verdict in each.changed()
    ]
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE channels_importrow t SET outcome = r.outcome, reason = r.reason, field = r.field "
                "FROM jsonb_to_recordset(%s::jsonb) AS r(row bigint, outcome text, reason text, field text) "
                "WHERE t.tenant_id = %s AND t.import_id = %s AND t.row = r.row",
                [to_json(changed), current_tenant_id(), import_id],
            )
