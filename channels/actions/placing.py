"""Carry out what the check found, chunk by chunk: items, opening stock, then the documents in file order.

Each chunk is one transaction together with its cursor and its verdicts, so a killed worker loses and
doubles nothing. Orders of a chunk are placed in one call, and then its credits are applied.
"""

import math
from collections.abc import Sequence
from uuid import UUID

from channels.actions.checking import link_items
from channels.actions.crediting import match_in_orders
from channels.actions.judging import Judge, Judged, Sums, write_verdicts
from channels.actions.noting import settle_import
from channels.actions.taking_back_many import take_back_units
from channels.documents.drafts import draft_of
from channels.documents.outcomes import CANCELLATION, CONFLICT, ERROR, ORDER, TO_PLACE, Verdict
from channels.lifecycle import next_state
from channels.locks import lock_channel, lock_import
from channels.mapping.options import options_from
from channels.models import ChannelMessage, Import, ImportItem
from inventory.actions.items import ItemDraft, create_items
from inventory.actions.receive import Receipt, set_opening_stock
from inventory.items import NAME_MAX, draft_problems
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.errors import OmsError
from oms.core.jobs import Step
from oms.core.models import Job
from oms.core.tenancy import unit
from orders.actions.place import Placed, place_orders
from orders.errors import DuplicateOrder

ITEMS_AT_ONCE = 1_000


def place_chunk(job: Job) -> Step:
    """The next chunk of whatever comes next: ``items``, ``stock`` or ``documents``."""
    found = lock_import(job.params["import_id"])
    lock_channel(found.channel_id)
    cursor = job.cursor or {"phase": "items", "after": 0}
    step = PHASES[cursor["phase"]](found, cursor["after"], Sums.of(found))
    found.save(update_fields=["summary", "state", "finished_at"])
    return step


def _create_items(found: Import, after: int, sums: Sums) -> Step:
    """Items for the codes that none has, if that was chosen; without it their orders wait on a hold."""
    link_items(found)
    options = options_from(found.options)
    waiting = ImportItem.objects.filter(import_id=found.id, item_id=None, units__gt=0, id__gt=after).order_by("id")
    codes = list(waiting[:ITEMS_AT_ONCE]) if options.create_missing_items else []
    if not codes:
        return _next("stock")
    drafts = [ItemDraft(sku=each.sku, name=each.title[:NAME_MAX].strip(), origin="import") for each in codes]
    made = create_items(items=[each for each in drafts if not draft_problems({"sku": each.sku, "name": each.name})])
    link_items(found)
    sums.count("created_items", len(made))
    sums.save(found)
    return Step({"phase": "items", "after": codes[-1].id})


def _set_stock(found: Import, after: int, sums: Sums) -> Step:
    """Made-up stock, labelled so, of what the file's orders ask for; never twice for the same file."""
    options = options_from(found.options)
    asked = ImportItem.objects.filter(import_id=found.id, item_id__isnull=False, id__gt=after).order_by("id")
    items = list(asked[:ITEMS_AT_ONCE]) if options.opening_stock_location else []
    if not items:
        return _next("documents")
    missing = {each.id: math.ceil(each.units * options.stock_factor) - each.stocked for each in items}
    items = [each for each in items if missing[each.id] > 0]
    location_id = UUID(options.opening_stock_location)
    set_opening_stock(
        receipts=[Receipt(each.item_id, location_id, missing[each.id]) for each in items],
        reason=f"Generated opening stock for import {found.file_name}",
    )
    update_rows(ImportItem, [{"id": each.id, "stocked": each.stocked + missing[each.id]} for each in items])
    sums.count("opening_units", sum(missing[each.id] for each in items))
    sums.save(found)
    return Step({"phase": "stock", "after": max(missing)})


def _place_documents(found: Import, after: int, sums: Sums) -> Step:
    judge = Judge(found)
    judged = judge.next(after=after, outcomes=TO_PLACE)
    if not judged:
        _finish(found, sums)
        return Step({"phase": "documents", "after": after}, finished=True)
    was = {each.stored.id: each.stored.outcome for each in judged}
    _place_orders(judge, [each for each in judged if each.outcome == ORDER], sums)
    _apply_credits(judge, [each for each in judged if each.outcome == CANCELLATION], sums)
    write_verdicts(found.id, judged)
    _restate(judged, was, sums)
    sums.save(found)
    return Step(
        {"phase": "documents", "after": judged[-1].stored.first_row},
        done=sum(each.stored.rows for each in judged),
        failed=sum(each.stored.rows for each in judged if each.outcome == ERROR),
        total=sum(sums.outcomes.by_name[name].rows for name in TO_PLACE),
    )


def _place_orders(judge: Judge, orders: Sequence[Judged], sums: Sums) -> None:
    drafts = [
        draft_of(each.document, judge.options, channel_id=judge.found.channel_id, has_addresses=judge.has_addresses)
        for each in orders
    ]
    for each, answer in zip(orders, place_orders(drafts=drafts), strict=True):
        if isinstance(answer, Placed):
            each.stored.order_id, each.stored.placed_at = answer.order_id, unit().now
            sums.count("orders", 1)
            sums.count("short_units", answer.short)
        else:
            each.becomes(_refusal(answer))


def _refusal(error: OmsError) -> Verdict:
    field = error.fields[0].field if error.fields else ""
    return Verdict(CONFLICT if isinstance(error, DuplicateOrder) else ERROR, error.message, field)


def _apply_credits(judge: Judge, credits: Sequence[Judged], sums: Sums) -> None:
    if not credits:
        return
    taken = take_back_units(
        units=match_in_orders(judge, credits), reason=f"Taken back by a credit in {judge.found.file_name}"
    )
    sums.count("cancelled_units", taken.cancelled)
    sums.count("returned_units", taken.returned)
    for each in credits:
        each.stored.placed_at = unit().now


def _restate(judged: Sequence[Judged], was: dict[int, str], sums: Sums) -> None:
    """Where placing came to another outcome than the check, the sums move with it."""
    for each in judged:
        if each.outcome != was[each.stored.id]:
            sums.count_document(was[each.stored.id], -1)
            sums.count_document(each.outcome)
        changed = {row: (before, now) for row, before, now in each.changed()}
        for line in each.document.lines if changed else ():
            if line.row in changed:
                before, now = changed[line.row]
                sums.outcomes.move(line.totals, before=before.outcome, after=now.outcome)


def _next(phase: str) -> Step:
    return Step({"phase": phase, "after": 0})


def _finish(found: Import, sums: Sums) -> None:
    found.state, found.finished_at = next_state(found.state, "finish_placing"), unit().now
    orders = sums.counts.get("orders", 0)
    settle_import(
        found=found, state=ChannelMessage.DONE, outcome=f"{orders:,} {'order' if orders == 1 else 'orders'} placed."
    )
    record([Change("orders.import", f"Import of {found.file_name} done: {orders:,} orders", (("import", found.id),))])


PHASES = {"items": _create_items, "stock": _set_stock, "documents": _place_documents}
