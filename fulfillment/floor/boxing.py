"""Into how many boxes does it go, when nobody says otherwise? By weight alone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from uuid import UUID

# What a box and its padding weigh.
BOX_G = 120
# An item whose weight nobody knows.
UNKNOWN_G = 50
# What a person may lift, and what most carriers take.
FULL_G = 25_000
BOXES_MAX = 100


@dataclass(frozen=True, slots=True)
class Goods:
    """Units of one line."""

    line_id: UUID
    units: int
    weight_g: int | None = None

    @property
    def unit_g(self) -> int:
        return self.weight_g or UNKNOWN_G


@dataclass(frozen=True, slots=True)
class Filled:
    """One box: line → units."""

    contents: dict[UUID, int]
    weight_g: int


def boxes_for(goods: Sequence[Goods]) -> list[Filled]:
    """Fill one box after the other in the order given; never more than a hundred, however heavy they get."""
    total = sum(each.units * each.unit_g for each in goods)
    full = max(FULL_G, ceil(total / (BOXES_MAX // 2)))
    boxes: list[Filled] = []
    contents, weight = {}, 0
    for each in goods:
        left = each.units
        while left:
            fits = max((full - weight) // each.unit_g, 0 if contents else 1)
            units = min(left, fits)
            if units:
                contents[each.line_id] = contents.get(each.line_id, 0) + units
                weight, left = weight + units * each.unit_g, left - units
            if left:
                boxes.append(Filled(contents, weight + BOX_G))
                contents, weight = {}, 0
    return [*boxes, Filled(contents, weight + BOX_G)] if contents else boxes
