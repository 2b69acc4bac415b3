"""The dry run, chunk by chunk: every document gets its verdict, and nothing else happens."""

from collections.abc import Sequence

from django.db import connection

from channels import queries
from channels.actions.crediting import match_in_file
from channels.actions.judging import Judge, Judged, Sums, write_verdicts
from channels.documents.drafts import DraftProblem, draft_of
from channels.documents.outcomes import CANCELLATION, ERROR, ORDER, Totals, Verdict, summed
from channels.documents.reading import LINES_MAX
from channels.lifecycle import next_state
from channels.locks import lock_import
from channels.mapping.kinds import GOODS
from channels.models import Import, ImportItem
from inventory.queries import resolve_skus
from oms.core.db.bulk import to_json, update_rows
from oms.core.jobs import Step
from oms.core.models import Job
from oms.core.tenancy import current_tenant_id, unit
from orders.placing.checking import draft_problems
from orders.placing.texts import clean_draft

CODES_AT_ONCE = 5_000

ADD_ITEMS = """
INSERT INTO channels_importitem AS t (tenant_id, import_id, sku_key, sku, title, units, stocked)
SELECT %s, %s, r.key, r.sku, r.title, r.units, 0
FROM jsonb_to_recordset(%s::jsonb) AS r(key text, sku text, title text, units bigint) ORDER BY r.key
ON CONFLICT (tenant_id, import_id, sku_key) DO UPDATE
SET units = t.units + excluded.units, title = CASE WHEN t.title = '' THEN excluded.title ELSE t.title END
"""


def check_chunk(job: Job) -> Step:
    """The next documents in file order; after the last, the codes that no item has are counted."""
    found = lock_import(job.params["import_id"])
    if job.cursor is None:
        ImportItem.objects.filter(import_id=found.id).update(units=0)
        found.summary.pop("sums", None)
    cursor = job.cursor or {"after": 0}
    judge, sums = Judge(found), Sums.of(found)
    judged = judge.next(after=cursor["after"])
    for each in judged:
        if each.outcome == ORDER:
            _try_draft(judge, each)
    credits = [each for each in judged if each.outcome == CANCELLATION]
    # What the file sold is written first: credits are matched to rows that are known to be orders.
    write_verdicts(found.id, [each for each in judged if each.outcome != CANCELLATION])
    if credits:
        match_in_file(judge, credits)
        write_verdicts(found.id, credits)
    _add_up(judged, sums)
    _note_items(found, judged)
    for each in judged:
        if each.stored.rows > LINES_MAX:
            _refuse_overlong(judge, each, sums)
    sums.save(found)
    total = found.summary["file"]["rows"]
    rows = sum(each.stored.rows for each in judged)
    if not judged:
        _finish(found)
        return Step(cursor, finished=True, total=total)
    found.save(update_fields=["summary"])
    return Step({"after": judged[-1].stored.first_row}, done=rows, total=total)


def _try_draft(judge: Judge, each: Judged) -> None:
    """What `orders` would have against this order, as far as the shelf and the catalogue are not concerned."""
    try:
        draft = draft_of(
            each.document, judge.options, channel_id=judge.found.channel_id, has_addresses=judge.has_addresses
        )
    except DraftProblem as bad:
        each.becomes(Verdict(ERROR, f"{judge.found.columns.get(bad.field, bad.field)}: {bad.reason}", bad.field))
        return
    problems = draft_problems(clean_draft(draft), now=unit().now)
    if problems:
        each.becomes(Verdict(ERROR, problems[0].message, problems[0].field))


def _add_up(judged: Sequence[Judged], sums: Sums) -> None:
    for each in judged:
        sums.count_document(each.outcome)
        sums.count("moved_times", int(each.document.moved_time))
        if each.stored.rows > LINES_MAX:
            continue
        if each.classified.rows:
            for line in each.document.lines:
                sums.outcomes.add(each.classified.of(line.row).outcome, line.totals)
        else:
            sums.outcomes.add(each.outcome, each.document.totals)
        if each.outcome == ORDER:
            sums.count("guests", int(not each.document.customer))
            sums.count("free_lines", sum(line.price == 0 for line in each.document.lines))
            _add_kinds(each, sums)


def _add_kinds(each: Judged, sums: Sums) -> None:
    kinds = {line.kind for line in each.document.lines}
    for kind in kinds:
        of_kind = each.document.totals
        if len(kinds) > 1:
            of_kind = summed(line.totals for line in each.document.lines if line.kind == kind)
        sums.lines.add(kind, of_kind)


def _note_items(found: Import, judged: Sequence[Judged]) -> None:
    """Add what these orders ask of each code; its first spelling and first name stand."""
    asked: dict[str, dict] = {}
    for each in judged:
        if each.outcome != ORDER:
            continue
        for line in each.document.lines:
            if line.kind == GOODS:
                item = asked.setdefault(line.key, {"key": line.key, "sku": line.sku, "title": line.title, "units": 0})
                item["units"] += line.quantity
                item["title"] = item["title"] or line.title
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(ADD_ITEMS, [current_tenant_id(), found.id, to_json(list(asked.values()))])


def _refuse_overlong(judge: Judge, each: Judged, sums: Sums) -> None:
    """A document too long to hold in memory: its rows are refused and added up page by page."""
    after, totals = 0, Totals()
    rows = queries.import_rows(judge.found.id).filter(document=each.stored.document)
    while page := list(rows.filter(row__gt=after)[:LINES_MAX]):
        for row in page:
            totals += judge.reader.totals(queries.RawRow(row.row, row.values, row.problem))
        after = page[-1].row
    verdict = each.classified.verdict
    rows.update(outcome=verdict.outcome, reason=verdict.reason, field=verdict.field)
    sums.outcomes.add(verdict.outcome, totals)


def link_items(found: Import) -> None:
    """Note which codes name an item by now."""
    waiting = ImportItem.objects.filter(import_id=found.id, item_id=None, units__gt=0).order_by("sku_key")
    rows = list(waiting.values_list("id", "sku_key"))
    for start in range(0, len(rows), CODES_AT_ONCE):
        part = rows[start : start + CODES_AT_ONCE]
        items = resolve_skus([key for _, key in part], channel_id=found.channel_id)
        update_rows(ImportItem, [{"id": i, "item_id": items[key].id} for i, key in part if key in items])


def _finish(found: Import) -> None:
    link_items(found)
    found.state = next_state(found.state, "finish_check")
    found.save()
