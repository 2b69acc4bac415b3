"""Where units are that are known by their serial numbers. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.items import SERIALS_AT, sku_key
from inventory.stock.values import Account

# When a serial is asked for.
RECEIVE, PICK, PACK, RETURN = SERIALS_AT
SERIAL_MAX = 80


@dataclass(frozen=True, slots=True)
class Place:
    """An account: a location with a state, or an outside account alone; and the order line it went there for."""

    location_id: UUID | None
    state: str
    demand_id: UUID | None = None
    cause_id: UUID | None = None


LOST = Place(None, "unexplained")


@dataclass(frozen=True, slots=True)
class Excess:
    """An account that has more serials than units, those it has longest first."""

    on_hand: int
    serials: tuple[UUID, ...]


def settled(excess: Mapping[Account, Excess], went: Mapping[Account, Collection[Place]]) -> dict[UUID, Place]:
    """Serial → where it is: with the others when all went to one place, else nobody knows."""
    places = {}
    for account, each in excess.items():
        targets = set(went.get(account, ()))
        together = each.on_hand == 0 and len(targets) == 1
        place = next(iter(targets)) if together else LOST
        places |= dict.fromkeys(each.serials[: len(each.serials) - each.on_hand], place)
    return places


def serial_problems(codes: Sequence[str], units: int) -> list[tuple[str, str]]:
    """What is wrong with the numbers read on so many units: code and sentence."""
    found = []
    if len(codes) != units:
        found.append(("serials_missing", f"Scan one serial number for each unit: {units:,}, not {len(codes):,}."))
    if any(not code.strip() or len(code.strip()) > SERIAL_MAX or not code.strip().isprintable() for code in codes):
        found.append(("invalid", f"Give serial numbers of at most {SERIAL_MAX} characters."))
    keys = [sku_key(code) for code in codes]
    if twice := next((code for code, key in zip(codes, keys, strict=True) if keys.count(key) > 1), None):
        found.append(("duplicate_serial", f"Serial number {twice.strip()} stands here twice."))
    return found


def take_units(scanned: list[tuple[UUID | None, UUID | None]], units: int) -> list[tuple]:
    """Take so many off those that were ``scanned`` (lot and serial of each): lot, units and serials of each lot.

    Units beyond them are of no lot that somebody named.
    """
    taken, scanned[:] = scanned[:units], scanned[units:]
    by_lot: dict[UUID | None, list[UUID]] = {lot: [] for lot, _ in taken}
    counts: dict[UUID | None, int] = dict.fromkeys(by_lot, 0)
    for lot, serial in taken:
        counts[lot] += 1
        by_lot[lot] += [serial] if serial else []
    if rest := units - len(taken):
        counts[None] = counts.get(None, 0) + rest
    return [(lot, count, tuple(by_lot.get(lot, ()))) for lot, count in counts.items()]
