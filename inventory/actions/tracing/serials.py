"""Serial numbers as they are read: at a delivery, at the shelf, in the box, and when a unit comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from inventory import serials
from inventory.items import sku_key
from inventory.locks import lock_accounts, lock_serials
from inventory.models import SELLABLE, Item, Serial
from inventory.serials import Capture
from inventory.stock.serials import LOST, RECEIVE, Place, serial_problems
from oms.core.errors import Conflict, FieldError, Invalid


class DuplicateSerial(Conflict):
    """Another unit of the item has this number already."""

    code = "duplicate_serial"
    title = "This serial number is taken"


@dataclass(frozen=True, slots=True)
class Numbered:
    """Units of an item on their way to a place, and the numbers that were read on them."""

    item_id: UUID
    units: int
    codes: tuple[str, ...] = ()


@dataclass
class Arrivals:
    """What was read: numbers that are new, and units that are known and were outside."""

    known: list[dict[str, Serial]] = field(default_factory=list)
    fresh: list[list[str]] = field(default_factory=list)


def serials_of_delivery(arriving: Sequence[Numbered], *, path: str = "lines.{}.", required: bool = True) -> Arrivals:
    """Check the numbers of a delivery, before any balance is locked.

    Raises `Invalid` naming every line whose numbers are missing where they are asked for, are not as many as its
    units, stand twice, or are on a unit that is here or with a customer already.
    """
    tracked = serials.tracked_by_serial({each.item_id for each in arriving})
    problems, found = [], Arrivals()
    known = _known(arriving, tracked)
    seen: set[tuple[UUID, str]] = set()
    for position, each in enumerate(arriving):
        where = path.format(position) + "serials"
        wrong = _problems(each, tracked.get(each.item_id), required)
        keys = {sku_key(code): code for code in each.codes}
        mine = {key: known[each.item_id, key] for key in keys if (each.item_id, key) in known}
        if not wrong:
            wrong = [("duplicate_serial", sentence) for serial in mine.values() if (sentence := _against(serial))]
            twice = [code for key, code in keys.items() if (each.item_id, key) in seen]
            wrong += [("duplicate_serial", f"Serial number {code} stands on two lines.") for code in twice]
        seen |= {(each.item_id, key) for key in keys}
        problems += [FieldError(where, code, message) for code, message in wrong[:3]]
        found.known.append(mine)
        found.fresh.append([code for key, code in keys.items() if key not in mine])
    if problems:
        raise Invalid("Nothing was received: some lines need attention.", fields=problems)
    return found


def put_serials(arrivals: Arrivals, places: Sequence[tuple[UUID, Place, UUID | None]], *, cause_kind: str) -> None:
    """Write each line's units down where they are: item, place and lot. Raises `DuplicateSerial`."""
    captures = [
        Capture(item_id, code, place, lot_id)
        for fresh, (item_id, place, lot_id) in zip(arrivals.fresh, places, strict=True)
        for code in fresh
    ]
    if captures and len(serials.capture(captures, cause_kind=cause_kind)) < len(captures):
        raise DuplicateSerial("Somebody else has just received a unit with one of these serial numbers. Check them.")
    moved = {
        serial.id: place
        for known, (_, place, _) in zip(arrivals.known, places, strict=True)
        for serial in known.values()
    }
    if moved:
        serials.move(moved, cause_kind=cause_kind)


def serial_at_hand(*, item_id: UUID, code: str, location_id: UUID) -> UUID:
    """The unit that was scanned off the shelf there, written down as new where nobody has read its number before."""
    account, place = (item_id, location_id, SELLABLE), Place(location_id, SELLABLE)
    found = next(iter(lock_serials([(item_id, sku_key(code))])), None)
    if found is not None and (found.location_id, found.state) == (location_id, SELLABLE):
        return found.id
    lock_accounts([account])
    if found is None:
        made = serials.capture([Capture(item_id, code, place)], cause_kind="scan")
        if not made:
            raise DuplicateSerial(f"Somebody else has just scanned {code}. Scan the next one.")
        serial_id = made[0]
    else:
        serial_id = found.id
        serials.move({serial_id: place}, cause_kind="scan")
    serials.trim(account, found=serial_id, cause_kind="scan")
    return serial_id


def switch_serials(items: Sequence[Item]) -> None:
    """An item that is no longer tracked by serial forgets where its units are; their lives stay."""
    gone = Serial.objects.filter(item_id__in=[item.id for item in items if not item.tracks_serials])
    ids = list(gone.filter(location__isnull=False).values_list("id", flat=True))
    if ids:
        serials.move(dict.fromkeys(ids, LOST), cause_kind="serial_tracking")


def _known(arriving: Sequence[Numbered], tracked: Mapping[UUID, frozenset[str]]) -> dict[tuple[UUID, str], Serial]:
    keys = {(each.item_id, sku_key(code)) for each in arriving if each.item_id in tracked for code in each.codes}
    return {(serial.item_id, serial.code_key): serial for serial in lock_serials(keys)} if keys else {}


def _problems(each: Numbered, moments: frozenset[str] | None, required: bool) -> list[tuple[str, str]]:
    if moments is None:
        return [("not_tracked", "This item is not tracked by serial number. Leave them out.")] if each.codes else []
    if not each.codes:
        if not (required and RECEIVE in moments):
            return []
        return [("required", f"Scan the serial number of each unit: {each.units:,} are asked for.")]
    return serial_problems(each.codes, each.units)


def _against(serial: Serial) -> str:
    if serial.location_id is not None:
        return f"Serial number {serial.code} is at {serial.location.name} already. Look at both units."
    if serial.state == "customer":
        return f"Serial number {serial.code} left with an order. If it came back, book it as a return."
    return ""
