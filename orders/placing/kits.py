"""What a kit's line becomes: lines of its components that share its amounts out, to the cent. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from inventory.queries import ItemRef
from inventory.stock.kits import Kit
from oms.core.money import ZERO, split
from orders.placing.pricing import PricedLine


@dataclass(frozen=True)
class KitRef:
    """A kit as placing knows it: its components down to what is stocked, as (item, units in one kit)."""

    kit: Kit
    components: Sequence[tuple[ItemRef, int]]

    @classmethod
    def of(cls, kit: Kit, items: Mapping[UUID, ItemRef]) -> "KitRef":
        return cls(kit, [(items[leaf], units) for leaf, units in kit.leaves.items()])


def shares_of(priced: PricedLine, ref: KitRef, quantity: int, *, currency: str, tax_included: bool) -> list[PricedLine]:
    """What each component has of the kit's amounts, by its own price; equally where one of them has none."""
    weights = [(item.price or ZERO) * units for item, units in ref.components]
    if not all(weights):
        weights = [Decimal(1)] * len(weights)
    parts = zip(
        ref.components, split(priced.total, weights, currency), split(priced.discount, weights, currency),
        split(priced.tax, weights, currency), strict=True,
    )  # fmt: skip
    return [
        _share(total, discount, tax, units=quantity * units, tax_included=tax_included)
        for (_, units), total, discount, tax in parts
    ]


def _share(total: Decimal, discount: Decimal, tax: Decimal, *, units: int, tax_included: bool) -> PricedLine:
    gross = total + discount - (ZERO if tax_included else tax)
    return PricedLine(round(gross / units, 4), gross, discount, tax, total)
