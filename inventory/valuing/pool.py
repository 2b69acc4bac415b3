"""One item's goods at one merchant: layers of cost, the oldest first. Pure.

Layers remember what goods came in at. Under FIFO what leaves takes its value from the oldest of them, so the pool is
worth what they are. Under a moving average what leaves takes its share of the whole pool, and the layers only say
how much of each delivery is left: the day the method changes to FIFO, their values are there to change to.

Amounts are whole units of the currency's smallest coin. A part that leaves is rounded once and the rest stays, so
the last unit takes what is left and nothing gets lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from inventory.valuing.deciding import FIFO
from oms.core.money import ZERO, rounded, split

_SIX_PLACES = Decimal("0.000001")


def per_unit(value: Decimal, units: int) -> Decimal:
    """To six places; nothing for no units."""
    return (value / units).quantize(_SIX_PLACES, rounding=ROUND_HALF_UP) if units else ZERO


@dataclass(slots=True)
class Layer:
    """Units that came in together. ``touched`` says that it must be written."""

    movement_id: int
    units: int
    units_left: int
    value_left: Decimal
    cause_id: UUID | None = None
    id: int | None = None
    touched: bool = False


@dataclass(slots=True)
class Pool:
    """``layers`` are the oldest first; ``value`` is what the books say the units are worth."""

    currency: str
    method: str = FIFO
    units: int = 0
    value: Decimal = ZERO
    layers: list[Layer] = field(default_factory=list)

    def put_in(self, layer: Layer) -> None:
        self.layers.append(layer)
        layer.touched = True
        self.units += layer.units_left
        self.value += layer.value_left

    def take_out(self, units: int) -> Decimal:
        """Units that leave; returns what they were worth. Of a pool that has fewer, only what is there."""
        taken = min(units, self.units)
        average = self._share(self.value, taken, self.units)
        layered = self._eat(taken, self.layers)
        return self._leave(taken, layered if self.method == FIFO else average)

    def take_back(self, movement_id: int, units: int, value: Decimal) -> Decimal:
        """Units leave that an entry brought, which is taken back; returns what they were worth here.

        That is ``value``, what they came in at, unless the goods have been used meanwhile or were valued anew.
        """
        taken = min(units, self.units)
        own = [each for each in self.layers if each.movement_id == movement_id]
        others = [each for each in self.layers if each.movement_id != movement_id]
        average = self._share(self.value, taken, self.units)
        layered = self._eat(taken, [*own, *others])
        fits = value == self.value if taken == self.units else value <= self.value
        return self._leave(taken, layered if self.method == FIFO else value if fits else average)

    def change(self, chosen: Sequence[Layer], amount: Decimal) -> Decimal:
        """Make what is left of these layers worth so much more (or less), but not less than nothing.

        Returns by how much they, and so the pool, did change.
        """
        present = [each for each in chosen if each.units_left]
        worth = sum((each.value_left for each in present), ZERO)
        if not present:
            return ZERO
        amount = max(amount, -min(worth, self.value))
        weights = [Decimal(each.units_left) if amount > 0 else each.value_left for each in present]
        for each, part in zip(present, split(amount, weights, self.currency), strict=True):
            each.value_left += part
            each.touched = True
        self.value += amount
        return amount

    def turn_to(self, method: str) -> Decimal:
        """Value by another method from now on; returns by how much the pool is worth more then."""
        self.method = method
        layered = sum((each.value_left for each in self.layers), ZERO)
        difference = layered - self.value if method == FIFO else ZERO
        self.value += difference
        return difference

    def share(self, units: int, layers: Sequence[Layer]) -> Decimal:
        """What so many units of these layers are worth, as the method has it."""
        left = sum(each.units_left for each in layers)
        units = min(units, left)
        if self.method != FIFO:
            return self._share(self.value, units, self.units)
        return self._share(sum((each.value_left for each in layers), ZERO), units, left)

    def _leave(self, units: int, value: Decimal) -> Decimal:
        self.units -= units
        self.value -= value
        return value

    def _eat(self, units: int, layers: Sequence[Layer]) -> Decimal:
        value = ZERO
        for each in layers:
            part = min(units, each.units_left)
            if not part:
                continue
            worth = self._share(each.value_left, part, each.units_left)
            each.units_left, each.value_left, each.touched = each.units_left - part, each.value_left - worth, True
            units, value = units - part, value + worth
        return value

    def _share(self, value: Decimal, part: int, whole: int) -> Decimal:
        if part == whole:
            return value
        return rounded(value * part / whole, self.currency)
