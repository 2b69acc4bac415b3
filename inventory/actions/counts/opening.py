"""Open a count: which items, at which location, and nothing that is being counted there already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory import queries
from inventory.locks import lock_counts, lock_location
from inventory.models import CLASSES, SELLABLE, STATES, CountPlan, Item, Location, StockCount, StockCountLine
from inventory.models.counting import BY_CLASS, MANUAL
from inventory.stock import count_lifecycle as lifecycle
from inventory.stock.kits import kit_problems
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.reading import read_rows
from oms.core.db.sequences import take_numbers
from oms.core.errors import Conflict, FieldError, Invalid
from oms.core.tenancy import unit

# More is more than people walk in a day, and more than one page of variances is read by anyone.
LINES_MAX = 5_000
DUE_AT_ONCE = 200
NOTE_MAX = 500
TAKEN_OVER = "Counted as part of count {number}."


class BeingCounted(Conflict):
    """Somebody is counting some of these there already."""

    code = "being_counted"
    title = "These are being counted already"


@dataclass(frozen=True)
class _Choice:
    """What is to be counted, in ids and in words."""

    item_ids: Sequence[UUID]
    title: str
    why: str = MANUAL
    states: Collection[str] = STATES
    # Where nothing of an item lies, the empty shelf is looked at too.
    empty_too: bool = True


def open_count(
    *,
    location_id: UUID,
    item_ids: Collection[UUID] = (),
    abc_class: str = "",
    due: bool = False,
    everything: bool = False,
    state: str = "",
    blind: bool = False,
    note: str = "",
) -> StockCount:
    """Open a count of some items, a class, what is due (the longest due first, at most `DUE_AT_ONCE`), or everything.

    Exactly one of the four is chosen; ``state`` narrows everything to one state of stock. Each item is counted on
    the sellable shelf and in every state of which the book has units. A task that waits for one of the items is
    done by this count. Raises `Invalid`, and `BeingCounted` naming the other count.
    """
    location = _location(location_id)
    choice = _choice(location, item_ids, abc_class, due, everything, state, note)
    accounts = _accounts(location, choice)
    if not accounts:
        raise Invalid.field("item_ids", "There is nothing to count: nothing of this lies here.", "nothing_to_count")
    if len(accounts) > LINES_MAX:
        raise Invalid.field("item_ids", f"This is more than {LINES_MAX:,} shelves. Count a part of it.", "too_many")
    tasks = _free(location, {item_id for item_id, _ in accounts}, choice)
    stock_count = write_counts([(location, accounts, choice.title)], why=choice.why, blind=blind, note=note.strip())[0]
    end_tasks(tasks, note=TAKEN_OVER.format(number=stock_count.number))
    return stock_count


def write_counts(
    drafts: Sequence[tuple[Location, Sequence[tuple[UUID, str]], str]],
    *,
    why: str,
    state: str = lifecycle.OPEN,
    blind: bool = False,
    note: str = "",
) -> list[StockCount]:
    """New counts with their lines, (item, state) in the order in which they are walked. Locations are locked."""
    opened = unit()
    numbers = take_numbers("stock_count", len(drafts))
    made = [
        StockCount(
            number=number, location=location, state=state, why=why, title=title, note=note, blind=blind,
            opened_by=opened.actor.label, opened_at=opened.now,
        )
        for number, (location, _, title) in zip(numbers, drafts, strict=True)
    ]  # fmt: skip
    StockCount.objects.bulk_create(made)
    insert_rows(
        StockCountLine,
        [
            {
                "stock_count_id": each.id, "item_id": item_id, "location_id": each.location_id, "state": line_state,
                "place": place, "counting": True, "counted_by_id": "", "counted_by": "", "recount_wanted": False,
                "recounted": False,
            }
            for each, (_, accounts, _) in zip(made, drafts, strict=True)
            for place, (item_id, line_state) in enumerate(accounts, start=1)
        ],
    )  # fmt: skip
    record([Change("stock.count", f"{name_of(each)} opened: {each.title}", _subjects(each)) for each in made])
    return made


def name_of(stock_count: StockCount) -> str:
    """A count as people call it."""
    return f"Count {stock_count.number} at {stock_count.location.name}"


def _subjects(stock_count: StockCount) -> tuple[tuple[str, UUID], ...]:
    return (("stock_count", stock_count.id),)


def _location(location_id: UUID) -> Location:
    """Locked, so that two counts of the same items are not opened at once."""
    location = lock_location(location_id) if queries.visible_locations().filter(id=location_id).exists() else None
    if location is None:
        raise Invalid.field("location_id", "There is no such location.", "unknown_location")
    return location


def _choice(location, item_ids, abc_class, due, everything, state, note) -> _Choice:
    if len(note) > NOTE_MAX or "\0" in note:
        raise Invalid.field("note", f"Shorten the note to {NOTE_MAX} characters.", "too_long")
    if sum(map(bool, (item_ids, abc_class, due, everything))) != 1:
        message = "Choose one: items, a class, what is due, or everything."
        raise Invalid.field("item_ids", message, "choose_one")
    if state and (not everything or state not in STATES):
        raise Invalid.field("state", f"With everything, choose one of: {', '.join(STATES)}.", "unknown_state")
    if item_ids:
        return _of_items(list(dict.fromkeys(item_ids)))
    if everything:
        return _Choice((), "Everything" + (f", {state.replace('_', ' ')}" if state else ""), MANUAL,
                       (state,) if state else STATES, empty_too=False)  # fmt: skip
    if due:
        rows = queries.counts.due_items(location_id=location.id).order_by(*queries.counts.DUE)
        return _Choice(list(rows.values_list("item_id", flat=True)[:DUE_AT_ONCE]), "What is due", BY_CLASS)
    if abc_class not in CLASSES:
        raise Invalid.field("abc_class", f"Choose one of: {', '.join(CLASSES)}.", "unknown_class")
    rows = CountPlan.objects.filter(location=location, abc_class=abc_class, due_at__isnull=False)
    ids = list(rows.values_list("item_id", flat=True)[: LINES_MAX + 1])
    return _Choice(ids, f"Class {abc_class}", BY_CLASS)


def _of_items(item_ids: list[UUID]) -> _Choice:
    known = {
        key: (sku, kind) for key, sku, kind in Item.objects.filter(id__in=item_ids).values_list("id", "sku", "kind")
    }
    wrong = kit_problems([(f"item_ids.{at}", known.get(item_id, ("", None))[1]) for at, item_id in enumerate(item_ids)])
    wrong += [
        FieldError(f"item_ids.{position}", "unknown_item", "There is no such item.")
        for position, item_id in enumerate(item_ids)
        if item_id not in known
    ]
    if wrong:
        raise Invalid("The count was not opened: some items can not be counted.", fields=wrong)
    return _Choice(item_ids, known[item_ids[0]][0] if len(item_ids) == 1 else f"{len(item_ids):,} items")


def _accounts(location: Location, choice: _Choice) -> list[tuple[UUID, str]]:
    """(item, state) by SKU, the sellable shelf first; what the book has there, and empty shelves if wanted."""
    there = read_rows(
        "SELECT b.item_id, b.state, i.sku_key FROM inventory_balance b "
        "JOIN inventory_item i ON i.id = b.item_id AND i.tenant_id = b.tenant_id "
        "WHERE b.tenant_id = %s AND b.location_id = %s AND b.on_hand > 0 AND b.state = ANY(%s) "
        "AND (%s OR b.item_id = ANY(%s)) LIMIT %s",
        [
            unit().tenant_id, location.id, list(choice.states), not choice.empty_too, list(choice.item_ids),
            2 * LINES_MAX,
        ],
    )  # fmt: skip
    found = {(item_id, state): key for item_id, state, key in there}
    if choice.empty_too:
        keys = Item.objects.filter(id__in=choice.item_ids).values_list("id", "sku_key")
        found |= {(item_id, SELLABLE): key for item_id, key in keys}
    return sorted(found, key=lambda account: (found[account], STATES.index(account[1])))


def _free(location: Location, item_ids: set[UUID], choice: _Choice) -> list[StockCount]:
    """The tasks that this count does by the way, their lines free for it; refuses what people are counting."""
    lines = list(queries.counts.being_counted(location.id, item_ids).filter(state__in=choice.states))
    tasks = lock_counts({each.stock_count_id for each in lines if each.stock_count.state == lifecycle.DRAFT})
    # Read again under the lock: somebody may have begun one of them.
    waiting = [each for each in tasks if each.state == lifecycle.DRAFT]
    ids = {each.id for each in waiting}
    taken = [each for each in lines if each.stock_count_id not in ids]
    if taken:
        _refuse(taken, choice, location)
    StockCountLine.objects.filter(stock_count_id__in=ids).update(counting=False)
    return waiting


def _refuse(taken: list[StockCountLine], choice: _Choice, location: Location) -> None:
    numbers = sorted({each.stock_count.number for each in taken})
    skus = sorted({each.item.sku for each in taken})
    counts = " and ".join(f"count {number}" for number in numbers[:5])
    some = ", ".join(skus[:5]) + (f" and {len(skus) - 5:,} more" if len(skus) > 5 else "")
    position = {item_id: at for at, item_id in enumerate(choice.item_ids)}
    raise BeingCounted(
        f"{counts.capitalize()} at {location.name} is counting {some} already. Finish or cancel that first.",
        fields=[
            FieldError(
                f"item_ids.{position[each.item_id]}", "being_counted",
                f"{each.item.sku} is being counted in count {each.stock_count.number}.",
            )
            for each in taken[:50] if choice.item_ids and each.item_id in position
        ],
        counts=numbers,
    )  # fmt: skip


def end_tasks(tasks: Sequence[StockCount], *, note: str) -> None:
    """These tasks (locked drafts) are done in another way."""
    if not tasks:
        return
    opened = unit()
    ids = [each.id for each in tasks]
    StockCount.objects.filter(id__in=ids).update(
        state=lifecycle.next_state(lifecycle.DRAFT, "cancel"), note=note, finished_at=opened.now,
        finished_by=opened.actor.label,
    )  # fmt: skip
    StockCountLine.objects.filter(stock_count_id__in=ids).update(counting=False)
    record([Change("stock.count", f"{name_of(each)}: {note}", _subjects(each)) for each in tasks])
