"""The outcomes a row can have (each row has exactly one), and sums over rows that can be trusted to the cent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from oms.core.money import ZERO

ORDER, DUPLICATE, CONFLICT, CANCELLATION, CREDIT_UNMATCHED, STOCK_NOTE, ADJUSTMENT, CLOSED, ERROR = (
    "order", "duplicate", "conflict", "cancellation", "credit_unmatched", "stock_note", "adjustment", "closed", "error",
)  # fmt: skip
LABELS = {
    ORDER: "Order lines",
    DUPLICATE: "Already imported, the same",
    CONFLICT: "Already here, but different",
    CANCELLATION: "Credits matched to an order",
    CREDIT_UNMATCHED: "Credits that match no open order line",
    STOCK_NOTE: "Stock notes, not orders",
    ADJUSTMENT: "Bank, fee and bad-debt documents, not orders",
    CLOSED: "Cancelled or fulfilled in the shop already",
    ERROR: "Errors",
}
CODES = tuple(LABELS)
# What placing acts on; the others only tell.
TO_PLACE = (ORDER, CANCELLATION, CREDIT_UNMATCHED)


class Verdict(NamedTuple):
    """What becomes of a row or document, and why. ``field`` names the one at fault, when one is."""

    outcome: str
    reason: str = ""
    field: str = ""


@dataclass(frozen=True)
class Totals:
    rows: int = 0
    units: int = 0
    money: Decimal = ZERO

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(self.rows + other.rows, self.units + other.units, self.money + other.money)

    def __sub__(self, other: "Totals") -> "Totals":
        return Totals(self.rows - other.rows, self.units - other.units, self.money - other.money)

    def to_json(self) -> dict[str, object]:
        return {"rows": self.rows, "units": self.units, "money": format(self.money, "f")}

    @classmethod
    def from_json(cls, data: Mapping) -> "Totals":
        return cls(data["rows"], data["units"], Decimal(data["money"]))


class Tally:
    """Totals by name, added up over many chunks."""

    def __init__(self, data: Mapping[str, Mapping] | None = None) -> None:
        self.by_name: dict[str, Totals] = defaultdict(Totals)
        self.by_name.update({name: Totals.from_json(each) for name, each in (data or {}).items()})

    def add(self, name: str, totals: Totals) -> None:
        self.by_name[name] += totals

    def move(self, totals: Totals, *, before: str, after: str) -> None:
        self.by_name[before] -= totals
        self.by_name[after] += totals

    def to_json(self) -> dict[str, dict]:
        return {name: totals.to_json() for name, totals in self.by_name.items() if totals != Totals()}


def summed(totals: Iterable[Totals]) -> Totals:
    return sum(totals, Totals())
