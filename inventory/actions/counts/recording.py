"""Enter what people counted. Trading goes on: each entry is held against the book of its own moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from inventory import queries
from inventory.locks import lock_counts, lock_location
from inventory.models import SELLABLE, STATES, StockCount, StockCountEntry, StockCountLine
from inventory.stock import count_lifecycle as lifecycle
from inventory.stock.values import QUANTITY_MAX
from oms.core.actors import Actor
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.errors import FieldError, Invalid
from oms.core.tenancy import unit

Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class CountEntry:
    """So many are there (``counted``), or so many more (``add``): one of the two. ``entry_id`` counts once."""

    item_id: UUID
    counted: int | None = None
    add: int | None = None
    state: str = SELLABLE
    entry_id: UUID = field(default_factory=uuid7)


def record_counts(
    *, count_id: UUID, entries: Sequence[CountEntry], add_missing: bool = False
) -> dict[Key, StockCountLine]:
    """Write down what was counted; returns the lines by (item, state). An entry that is known already changes nothing.

    Several people may count at once: the last word about a line holds, and what is added adds up. A line that
    wants a recount takes it from another person than the first, and begins again. ``add_missing`` takes items
    that are not in the count into it. Raises `NotFound`, `NotAllowed`, and `Invalid` naming every bad entry.
    """
    stock_count = lock_visible(count_id, with_location=add_missing)
    state = lifecycle.next_state(stock_count.state, "record")
    _check(entries)
    lines = _lines(stock_count, entries, add_missing)
    fresh = _fresh(entries)
    _check_people(lines, fresh)
    if fresh:
        accounts = {(each.item_id, stock_count.location_id, each.state) for each in fresh.values()}
        _write(lines, fresh, queries.counts.standing(accounts))
    progress = queries.counts.progress_of([stock_count.id])[stock_count.id]
    if not progress.left and not progress.recounts:
        state = lifecycle.next_state(state, "complete")
    save(stock_count, state=state)
    return lines


def lock_visible(count_id: UUID, *, with_location: bool = False) -> StockCount:
    """The count, locked, if this actor may see it; raises `NotFound`.

    ``with_location``: before it its location, under which alone a line comes into a count.
    """
    seen = queries.counts.count_by(id=count_id)
    if with_location:
        lock_location(seen.location_id)
    return lock_counts([count_id])[0]


def save(stock_count: StockCount, **changes: object) -> None:
    """Write a locked count's changed fields."""
    for name, value in {**changes, "version": stock_count.version + 1}.items():
        setattr(stock_count, name, value)
    stock_count.save(update_fields=[*changes, "version"])


def person_of(actor: Actor) -> str:
    """Who somebody is, apart from their name."""
    return f"{actor.kind}:{actor.id}"


def _check(entries: Sequence[CountEntry]) -> None:
    problems = []
    for position, each in enumerate(entries):
        where = f"entries.{position}"
        if (each.counted is None) == (each.add is None):
            message = "Say how many are there, or how many more: one of the two."
            problems.append(FieldError(f"{where}.counted", "required", message))
        elif each.counted is not None and not 0 <= each.counted <= QUANTITY_MAX:
            problems.append(FieldError(f"{where}.counted", "out_of_range", _not_a_count(each.counted)))
        elif each.add is not None and not 0 < abs(each.add) <= QUANTITY_MAX:
            problems.append(FieldError(f"{where}.add", "out_of_range", _not_a_count(each.add)))
        if each.state not in STATES:
            message = f"Choose one of: {', '.join(STATES)}."
            problems.append(FieldError(f"{where}.state", "unknown_state", message))
    if problems:
        raise Invalid("Nothing was counted: some entries need attention.", fields=problems)


def _not_a_count(number: int) -> str:
    if number > QUANTITY_MAX:
        return f"Give a count up to {QUANTITY_MAX:,}. Was a barcode scanned into the number?"
    return "Give a count of 0 or more." if number else "Give a number other than 0."


def _lines(stock_count: StockCount, entries: Sequence[CountEntry], add_missing: bool) -> dict[Key, StockCountLine]:
    wanted = list(dict.fromkeys((each.item_id, each.state) for each in entries))
    lines = _lines_by_key(stock_count, wanted)
    missing = [key for key in wanted if key not in lines]
    if missing:
        skus = queries.skus_of({item_id for item_id, _ in missing})
        _refuse_missing(stock_count, entries, missing, skus, add_missing)
        _add(stock_count, missing)
        lines = _lines_by_key(stock_count, wanted)
    return lines


def _lines_by_key(stock_count: StockCount, keys: Sequence[Key]) -> dict[Key, StockCountLine]:
    rows = queries.counts.lines_of(stock_count).filter(item_id__in={item_id for item_id, _ in keys})
    return {key: each for each in rows if (key := (each.item_id, each.state)) in set(keys)}


def _refuse_missing(stock_count, entries, missing: list[Key], skus: Mapping[UUID, str], add_missing: bool) -> None:
    elsewhere = queries.counts.being_counted(stock_count.location_id, {item_id for item_id, _ in missing})
    taken = {(each.item_id, each.state): each.stock_count.number for each in elsewhere}
    problems = []
    for position, each in enumerate(entries):
        key, where = (each.item_id, each.state), f"entries.{position}.item_id"
        if key not in missing:
            continue
        sku, what = skus.get(each.item_id), "" if each.state == SELLABLE else f", {each.state.replace('_', ' ')},"
        if sku is None:
            problems.append(FieldError(where, "unknown_item", "There is no such item."))
        elif key in taken:
            message = f"{sku}{what} is being counted in count {taken[key]}. Enter it there."
            problems.append(FieldError(where, "being_counted", message))
        elif not add_missing:
            message = f"{sku}{what} is not in this count. Add it to the count, or put it aside for another."
            problems.append(FieldError(where, "not_in_count", message))
    if problems:
        raise Invalid("Nothing was counted: some entries need attention.", fields=problems)


def _add(stock_count: StockCount, keys: Sequence[Key]) -> None:
    last = StockCountLine.objects.filter(stock_count=stock_count).order_by("-place").values_list("place", flat=True)
    first = (last.first() or 0) + 1
    insert_rows(
        StockCountLine,
        [
            {
                "stock_count_id": stock_count.id, "item_id": item_id, "location_id": stock_count.location_id,
                "state": state, "place": place, "counting": True, "counted_by_id": "", "counted_by": "",
                "recount_wanted": False, "recounted": False,
            }
            for place, (item_id, state) in enumerate(keys, start=first)
        ],
    )  # fmt: skip


def _fresh(entries: Sequence[CountEntry]) -> dict[int, CountEntry]:
    """Position → entry, for those that were not written down before."""
    known = set(StockCountEntry.objects.filter(id__in=[e.entry_id for e in entries]).values_list("id", flat=True))
    once = {each.entry_id: position for position, each in reversed(list(enumerate(entries)))}
    return {at: entries[at] for entry_id, at in sorted(once.items(), key=lambda pair: pair[1]) if entry_id not in known}


def _check_people(lines: Mapping[Key, StockCountLine], entries: Mapping[int, CountEntry]) -> None:
    me = person_of(unit().actor)
    problems = [
        FieldError(
            f"entries.{position}.item_id", "same_person",
            f"{line.item.sku} was counted by you. Another person should look at it.",
        )
        for position, each in entries.items()
        if (line := lines[each.item_id, each.state]).recount_wanted and line.counted_by_id == me
    ]  # fmt: skip
    if problems:
        raise Invalid("Nothing was counted: somebody else should count these.", fields=problems)


def _write(lines: Mapping[Key, StockCountLine], entries: Mapping[int, CountEntry], standing: Mapping) -> None:
    opened, rows = unit(), []
    for position, each in entries.items():
        line = lines[each.item_id, each.state]
        # A recount begins again: what the first person had is in their entries.
        before = 0 if line.recount_wanted else line.counted or 0
        counted = each.counted if each.counted is not None else before + each.add
        if not 0 <= counted <= QUANTITY_MAX:
            message = f"Only {before:,} were counted, so as many can be taken back."
            raise Invalid.field(f"entries.{position}.add", message, "out_of_range")
        expected, at = standing[each.item_id, line.location_id, each.state]
        line.counted, line.expected, line.variance, line.position = counted, expected, counted - expected, at
        line.counted_by_id, line.counted_by, line.counted_at = person_of(opened.actor), opened.actor.label, opened.now
        line.recounted, line.recount_wanted = line.recounted or line.recount_wanted, False
        rows.append(
            {
                "id": each.entry_id, "line_id": line.id, "quantity": each.add if each.counted is None else each.counted,
                "added": each.counted is None, "counted": counted, "expected": expected, "position": at,
                "person": opened.actor.label, "at": opened.now,
            }
        )  # fmt: skip
    changed = {row["line_id"] for row in rows}
    names = (
        "id", "counted", "expected", "variance", "position", "counted_by_id", "counted_by", "counted_at",
        "recounted", "recount_wanted",
    )  # fmt: skip
    update_rows(StockCountLine, [{name: getattr(e, name) for name in names} for e in lines.values() if e.id in changed])
    insert_rows(StockCountEntry, rows)
