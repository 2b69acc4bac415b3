"""What only a count can explain calls for one: a task for that item at that location, and never two."""

from collections.abc import Collection, Mapping
from uuid import UUID

from inventory import queries
from inventory.actions.counts.opening import end_tasks, write_counts
from inventory.actions.counts.plan import note_counted
from inventory.locks import lock_counts, lock_location
from inventory.models import SELLABLE, STATES, Balance, Location, StockCountLine
from inventory.stock import count_lifecycle as lifecycle

# Item, location.
Shelf = tuple[UUID, UUID]
COUNTED_OTHERWISE = "Counted and corrected without this task."


def call_counts(*, wanted: Mapping[Shelf, str]) -> None:
    """A task for each of these (item, location) → why, unless somebody counts it or a task waits already."""
    by_location: dict[UUID, dict[UUID, str]] = {}
    for (item_id, location_id), why in wanted.items():
        by_location.setdefault(location_id, {})[item_id] = why
    for location_id in sorted(by_location):
        location = lock_location(location_id)
        if location is not None:
            _call(location, by_location[location_id])


def _call(location: Location, wanted: Mapping[UUID, str]) -> None:
    under_way = set(queries.counts.being_counted(location.id, wanted).values_list("item_id", flat=True))
    fresh = {item_id: why for item_id, why in wanted.items() if item_id not in under_way}
    skus, lying = queries.skus_of(fresh), _lying(location, fresh)
    for why in sorted(set(fresh.values())):
        drafts = [
            (location, [(item_id, state) for state in STATES if state in lying.get(item_id, {SELLABLE})], skus[item_id])
            for item_id in fresh
            if fresh[item_id] == why and item_id in skus
        ]
        if drafts:
            write_counts(drafts, why=why, state=lifecycle.DRAFT)


def _lying(location: Location, item_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """Item → the states to look at: the sellable shelf, and where the book has units set aside."""
    found: dict[UUID, set[str]] = {item_id: {SELLABLE} for item_id in item_ids}
    rows = Balance.objects.filter(location=location, item_id__in=item_ids, state__in=STATES, on_hand__gt=0)
    for item_id, state in rows.values_list("item_id", "state"):
        found[item_id].add(state)
    return found


def resolve_tasks(*, shelves: Collection[Shelf]) -> None:
    """These were counted in another way: tasks that wait for them are done, and the plan knows."""
    note_counted(shelves=shelves)
    wanted = set(shelves)
    lines = StockCountLine.objects.filter(
        counting=True, item_id__in={item_id for item_id, _ in wanted}, stock_count__state=lifecycle.DRAFT,
        location_id__in={location_id for _, location_id in wanted},
    )  # fmt: skip
    ids = {each[2] for each in lines.values_list("item_id", "location_id", "stock_count_id") if each[:2] in wanted}
    end_tasks([each for each in lock_counts(ids) if each.state == lifecycle.DRAFT], note=COUNTED_OTHERWISE)
