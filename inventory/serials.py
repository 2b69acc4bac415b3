"""Where each unit is that is known by its serial number: the only writer of serials' places and lives.

An account's serials are covered by its balance's lock. There are never more of them than the balance says.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.items import sku_key
from inventory.models import Item, Serial, SerialMove
from inventory.stock.serials import Excess, Place, settled
from inventory.stock.values import Account, Entry
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.db.reading import read_rows
from oms.core.tenancy import current_tenant_id, unit


@dataclass(frozen=True, slots=True)
class Capture:
    """A number that was read on a unit of an item for the first time, and where that unit is."""

    item_id: UUID
    code: str
    place: Place
    lot_id: UUID | None = None


def tracked_by_serial(item_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Those of these items that are, and at which moments a serial is asked for."""
    rows = Item.objects.filter(id__in=item_ids, tracks_serials=True).values_list("id", "serials_at")
    return {item_id: frozenset(moments) for item_id, moments in rows}


def capture(captures: Sequence[Capture], *, cause_kind: str) -> list[UUID]:
    """Write new serials down; returns their ids, fewer where another transaction was first with a number."""
    now = unit().now
    rows = [
        {
            "id": uuid7(), "item_id": each.item_id, "code": each.code.strip(), "code_key": sku_key(each.code),
            "lot_id": each.lot_id, "location_id": each.place.location_id, "state": each.place.state,
            "demand_id": each.place.demand_id, "cause_id": each.place.cause_id, "blocked_reason": "",
            "moved_at": now, "created_at": now,
        }
        for each in captures
    ]  # fmt: skip
    conflict = "ON CONFLICT (tenant_id, item_id, code_key) DO NOTHING"
    made = {row[0] for row in insert_rows(Serial, rows, on_conflict=conflict, returning=["id"])}
    _live({row["id"]: each.place for row, each in zip(rows, captures, strict=True) if row["id"] in made}, cause_kind)
    return list(made)


def move(places: Mapping[UUID, Place], *, cause_kind: str) -> None:
    """Serial → where it is from now on."""
    update_rows(
        Serial,
        [
            {
                "id": serial_id, "location_id": place.location_id, "state": place.state,
                "demand_id": place.demand_id, "cause_id": place.cause_id, "moved_at": unit().now,
            }
            for serial_id, place in places.items()
        ],
    )  # fmt: skip
    _live(places, cause_kind)


def settle(entries: Sequence[Entry], *, cause_kind: str, cause_id: UUID | None) -> None:
    """After entries that named no serials: no account keeps more of them than it has units.

    When all units of an account went to one place, so did its serials; else nobody knows which are gone.
    """
    left = {each.source for each in entries if each.source}
    if not left:
        return
    excess = _excess(left)
    if not excess:
        return
    went: dict[Account, set[Place]] = defaultdict(set)
    for each in entries:
        if each.source in excess:
            went[each.source].add(Place(each.to_location_id, each.to_state, each.demand_id, each.cause_id or cause_id))
    move(settled(excess, went), cause_kind=cause_kind)


def trim(account: Account, *, found: UUID, cause_kind: str) -> None:
    """This unit was found there and the book had it elsewhere: of too many, those seen longest ago are not there."""
    for each in _excess([account]).values():
        others = tuple(key for key in each.serials if key != found)
        move(settled({account: Excess(each.on_hand, (*others, found))}, {}), cause_kind=cause_kind)


def _excess(accounts: Collection[Account]) -> dict[Account, Excess]:
    items, locations, states = (list(each) for each in zip(*accounts, strict=True))
    rows = read_rows(
        "SELECT b.item_id, b.location_id, b.state, b.on_hand, array_agg(s.id ORDER BY s.moved_at, s.id) "
        "FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS k(item_id, location_id, state) "
        "JOIN inventory_serial s ON s.item_id = k.item_id AND s.location_id = k.location_id AND s.state = k.state "
        "JOIN inventory_balance b ON b.item_id = k.item_id AND b.location_id = k.location_id AND b.state = k.state "
        "WHERE s.tenant_id = %s AND b.tenant_id = %s GROUP BY b.item_id, b.location_id, b.state, b.on_hand "
        "HAVING count(*) > b.on_hand",
        [items, locations, states, current_tenant_id(), current_tenant_id()],
    )
    return {tuple(row[:3]): Excess(row[3], tuple(row[4])) for row in rows}


def _live(places: Mapping[UUID, Place], cause_kind: str) -> None:
    opened = unit()
    insert_rows(
        SerialMove,
        [
            {
                "serial_id": serial_id, "location_id": place.location_id, "state": place.state,
                "cause_kind": cause_kind, "cause_id": place.cause_id, "demand_id": place.demand_id,
                "actor_label": opened.actor.label, "at": opened.now,
            }
            for serial_id, place in places.items()
        ],
    )  # fmt: skip
