"""Units per item as one value, so that allocation reads as algebra: ``packed = offers & wanted; wanted -= packed``."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID


class Quantities:
    """An immutable bag of units per item. Nothing in it is ever negative; nought is left out."""

    __slots__ = ("_units",)

    def __init__(self, units: Mapping[UUID, int] | None = None) -> None:
        self._units = {item: count for item, count in (units or {}).items() if count > 0}

    @classmethod
    def summed(cls, pairs: Iterable[tuple[UUID, int]]) -> "Quantities":
        units: dict[UUID, int] = {}
        for item, count in pairs:
            units[item] = units.get(item, 0) + count
        return cls(units)

    def __getitem__(self, item: UUID) -> int:
        return self._units.get(item, 0)

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._units)

    def __bool__(self) -> bool:
        return bool(self._units)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantities) and self._units == other._units

    def __hash__(self) -> int:
        return hash(frozenset(self._units.items()))

    def __repr__(self) -> str:
        return f"Quantities({self._units})"

    def __add__(self, other: "Quantities") -> "Quantities":
        return Quantities({item: self[item] + other[item] for item in {**self._units, **other._units}})

    def __sub__(self, other: "Quantities") -> "Quantities":
        """What is left of these when those are taken; never below nought."""
        return Quantities({item: count - other[item] for item, count in self._units.items()})

    def __and__(self, other: "Quantities") -> "Quantities":
        """What both have: the smaller count of each item."""
        return Quantities({item: min(count, other[item]) for item, count in self._units.items()})

    def items(self) -> Iterable[tuple[UUID, int]]:
        return self._units.items()

    def covers(self, other: "Quantities") -> bool:
        """Is there enough here for all of ``other``?"""
        return all(self[item] >= count for item, count in other.items())

    def total(self) -> int:
        return sum(self._units.values())
