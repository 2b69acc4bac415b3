"""Book what has already happened elsewhere: nothing of it is refused because the book shows something else."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from inventory import book
from inventory.events import CountWanted, StockLeft, StockRose
from inventory.locks import lock_accounts
from inventory.models import SELLABLE, STATES, Item, OutsideFact
from inventory.queries import kits_among, skus_of, visible_locations
from inventory.stock.dates import why_not_then
from inventory.stock.outside import WHAT, WHAT_CAME, WHAT_LEFT, happen
from inventory.stock.values import QUANTITY_MAX, Account
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.errors import FieldError, Invalid
from oms.core.events import Fact, publish
from oms.core.tenancy import unit

VERB, CAUSE = "stock.report", "outside"
NAME_MAX = 100


@dataclass(frozen=True, slots=True)
class Happened:
    """``what`` is one of `inventory.stock.outside.WHAT`; ``external_id`` is the source's own."""

    external_id: str
    what: str
    item_id: UUID
    location_id: UUID
    quantity: int
    state: str = SELLABLE
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of one: ``known`` if it was booked before, ``unexplained`` units that the book did not have."""

    external_id: str
    known: bool
    unexplained: int


# Which fact it is of: a kit has several parts.
Part = tuple[UUID, Happened]


def book_happened(*, source: str, facts: Sequence[Happened]) -> list[Booked]:
    """Book all of them that were not booked before; an answer for each, in their order.

    What the book did not have comes from *unexplained* and calls for a count; units promised to orders stay promised.
    A kit is booked as what it is made of. Raises `Invalid` naming each line that says nothing which can be booked.
    """
    require(unit().actor, VERB)
    _check(source, facts)
    before = {
        each.external_id: each.unexplained
        for each in OutsideFact.objects.filter(source=source, external_id__in=[each.external_id for each in facts])
    }
    fresh = _claim(source, [each for each in facts if each.external_id not in before])
    unexplained = _book(source, fresh) if fresh else {}
    ids = {each.external_id: key for key, each in fresh.items()}
    return [
        Booked(
            each.external_id, each.external_id not in ids,
            unexplained[ids[each.external_id]] if each.external_id in ids else before.get(each.external_id, 0),
        )
        for each in facts
    ]  # fmt: skip


def _claim(source: str, facts: Sequence[Happened]) -> dict[UUID, Happened]:
    """Write them down; whoever tells the same at the same time waits here, and has nothing left to book."""
    now, wanted = unit().now, {uuid7(): each for each in facts}
    rows = [
        {
            "id": key, "source": source, "external_id": each.external_id, "what": each.what, "item_id": each.item_id,
            "location_id": each.location_id, "quantity": each.quantity, "unexplained": 0,
            "happened_at": each.happened_at or now, "recorded_at": now,
        }
        for key, each in sorted(wanted.items(), key=lambda item: item[1].external_id)
    ]  # fmt: skip
    once = "ON CONFLICT (tenant_id, source, external_id) DO NOTHING"
    mine = {key for (key,) in insert_rows(OutsideFact, rows, on_conflict=once, returning=("id",))}
    return {key: each for key, each in wanted.items() if key in mine}


def _book(source: str, facts: Mapping[UUID, Happened]) -> dict[UUID, int]:
    """Fact → its unexplained units."""
    parts = list(_exploded(facts))
    missing = _move(parts)
    _enter(source, parts, missing)
    unexplained = dict.fromkeys(facts, 0)
    for (key, _), units in zip(parts, missing, strict=True):
        unexplained[key] += units
    update_rows(OutsideFact, [{"id": key, "unexplained": units} for key, units in unexplained.items() if units])
    _tell(source, parts, missing)
    return unexplained


def _move(parts: Sequence[Part]) -> list[int]:
    """Change the balances; of each part the units that the book did not have."""
    by_account: dict[Account, list[int]] = defaultdict(list)
    for position, (_, each) in enumerate(parts):
        by_account[each.item_id, each.location_id, each.state].append(position)
    balances = lock_accounts(by_account)
    changes, missing = {}, [0] * len(parts)
    for account, positions in by_account.items():
        balance = balances[account]
        after = happen(
            on_hand=balance.on_hand, reserved=balance.reserved, moves=[_units(parts[each][1]) for each in positions]
        )
        changes[balance.id] = (after.change, 0)
        for position, units in zip(positions, after.unexplained, strict=True):
            missing[position] = units
    book.change_balances(changes)
    return missing


def _units(each: Happened) -> int:
    return each.quantity if each.what in WHAT_CAME else -each.quantity


def _exploded(facts: Mapping[UUID, Happened]) -> Iterator[Part]:
    kits = kits_among({each.item_id for each in facts.values()})
    for key, each in facts.items():
        leaves = kits[each.item_id].leaves if each.item_id in kits else {each.item_id: 1}
        for item_id, units in leaves.items():
            yield key, replace(each, item_id=item_id, quantity=each.quantity * units)


def _enter(source: str, parts: Sequence[Part], missing: Sequence[int]) -> None:
    """One statement for each moment at which something happened."""
    entries: dict[datetime | None, list[book.Entry]] = defaultdict(list)
    for (key, each), units in zip(parts, missing, strict=True):
        entries[each.happened_at].extend(_entries(key, each, units))
    for happened_at, rows in entries.items():
        book.enter(rows, cause_kind=CAUSE, reason=source, happened_at=happened_at)


def _entries(key: UUID, each: Happened, missing: int) -> Iterator[book.Entry]:
    shelf, outside = each.location_id, WHAT[each.what]
    if missing:
        yield book.Entry(each.item_id, missing, "unexplained", each.state, to_location_id=shelf, cause_id=key)
    if each.what in WHAT_CAME:
        yield book.Entry(each.item_id, each.quantity, outside, each.state, to_location_id=shelf, cause_id=key)
    else:
        yield book.Entry(each.item_id, each.quantity, each.state, outside, from_location_id=shelf, cause_id=key)


def _tell(source: str, parts: Sequence[Part], missing: Sequence[int]) -> None:
    skus = skus_of({each.item_id for _, each in parts})
    publish([fact for (_, each), units in zip(parts, missing, strict=True) for fact in _facts(each, units)])
    record(
        [
            Change(
                VERB, f"{skus[each.item_id]}: {each.quantity:,} {each.what}, says {source}", (("item", each.item_id),)
            )
            for _, each in parts
        ]
    )


def _facts(each: Happened, missing: int) -> Iterator[Fact]:
    shelf = (each.item_id, each.location_id)
    if each.what in WHAT_LEFT:
        yield StockLeft(*shelf, each.quantity, each.what)
    elif each.state == SELLABLE:
        yield StockRose(*shelf, each.quantity, each.what)
    if missing:
        yield CountWanted(*shelf, "unexplained", missing)


def _check(source: str, facts: Sequence[Happened]) -> None:
    problems = []
    if not _is_name(source):
        problems.append(FieldError("source", "required", f"Name who tells it, in up to {NAME_MAX} characters."))
    items = set(Item.objects.filter(id__in={each.item_id for each in facts}).values_list("id", flat=True))
    places = set(visible_locations().filter(id__in={each.location_id for each in facts}).values_list("id", flat=True))
    times = Counter(each.external_id for each in facts)
    for position, each in enumerate(facts):
        found = [*_told_badly(each, times), *_known_badly(each, items, places)]
        problems += [FieldError(f"facts.{position}.{name}", code, message) for name, code, message in found]
    if problems:
        raise Invalid("Nothing was booked: some lines need attention.", fields=problems)


def _told_badly(each: Happened, times: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    if not _is_name(each.external_id):
        yield "external_id", "required", f"Give your own id of it, in up to {NAME_MAX} characters."
    if times[each.external_id] > 1:
        yield "external_id", "twice", "This id stands in two lines. Tell each thing once."
    if each.what not in WHAT:
        yield "what", "unknown_choice", f"Choose one of: {', '.join(WHAT)}."
    if not 0 < each.quantity <= QUANTITY_MAX:
        yield "quantity", "out_of_range", f"Give a quantity from 1 to {QUANTITY_MAX:,}."
    if each.state not in STATES:
        yield "state", "unknown_choice", f"Choose one of: {', '.join(STATES)}."
    if why := why_not_then(each.happened_at, unit().now):
        yield "happened_at", *why


def _known_badly(each: Happened, items: Collection[UUID], places: Collection[UUID]) -> Iterator[tuple[str, str, str]]:
    if each.item_id not in items:
        yield "item_id", "unknown_item", "There is no such item."
    if each.location_id not in places:
        yield "location_id", "unknown_location", "There is no such location, or it is not yours."


def _is_name(text: str) -> bool:
    return bool(text.strip()) and len(text) <= NAME_MAX and "\0" not in text
