"""Out of which bins units go that leave a shelf. Pure."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.stock.values import Entry

PICK, BULK, RECEIVING = KINDS = ("pick", "bulk", "receiving")
CODE_MAX = 40
_CODE = re.compile(r"[\w./-]+")
Shelf = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class InBin:
    """Units of an item in one bin."""

    id: int
    kind: str
    place: int
    on_hand: int


def take_from(bins: Sequence[InBin], units: int) -> dict[int, int]:
    """Row → units it gives: pick bins first, in the order of the walk; what no bin has was not put away yet."""
    given = {}
    for each in sorted(bins, key=lambda each: (KINDS.index(each.kind), each.place, each.id)):
        count = min(units, each.on_hand)
        if count > 0:
            given[each.id] = count
            units -= count
    return given


def leaving(entries: Sequence[Entry], state: str) -> dict[Shelf, int]:
    """Item and location → units that these entries take off the shelf, less what they put there."""
    units: dict[Shelf, int] = defaultdict(int)
    for each in entries:
        if each.from_location_id and each.from_state == state:
            units[each.item_id, each.from_location_id] += each.quantity
        if each.to_location_id and each.to_state == state:
            units[each.item_id, each.to_location_id] -= each.quantity
    return {shelf: count for shelf, count in units.items() if count > 0}


def code_problem(code: str) -> str:
    """Why a bin cannot be called that; empty when it can."""
    if _CODE.fullmatch(code.strip()) and len(code.strip()) <= CODE_MAX:
        return ""
    return f"Give a code of letters, digits, dots, slashes and dashes, at most {CODE_MAX} characters, like A-01-3."
