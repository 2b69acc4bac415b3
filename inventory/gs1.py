"""What a GS1 code says (GS1-128, DataMatrix, QR): which item, which lot, until when, which unit. Pure.

Read are the element strings that scanners send, with or without their symbology's mark, and the form that people read,
with brackets. Only what is needed here is known; a code that holds anything unknown is no GS1 code to us.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from inventory.packing import gtin_problem

SEPARATOR = "\x1d"
_MARKS = ("]C1", "]d2", "]Q3", "]e0")
GTIN, LOT, MADE, BEST_BEFORE, EXPIRES, SERIAL = "01", "10", "11", "15", "17", "21"
# Identifier → how long what follows is; None runs to the separator, at most so long.
_FIXED = {"00": 18, GTIN: 14, "02": 14, MADE: 6, "12": 6, "13": 6, BEST_BEFORE: 6, "16": 6, EXPIRES: 6, "20": 2}
_VARIABLE = {LOT: 20, SERIAL: 20, "22": 20, "30": 8, "37": 8, "240": 30, "241": 30, "250": 30, "400": 30}
_BRACKETS = re.compile(r"\((\d{2,4})\)([^()]+)")


@dataclass(frozen=True, slots=True)
class Gs1:
    """What was read; ``expires_on`` is the last good day, by either kind of date."""

    gtin: str = ""
    lot: str = ""
    serial: str = ""
    made_on: date | None = None
    expires_on: date | None = None

    @property
    def item_codes(self) -> list[str]:
        """The ways the item's number may be written down: in full, and without leading zeros."""
        return list(dict.fromkeys((self.gtin, *(self.gtin[14 - size :] for size in (13, 12, 8) if self._fits(size)))))

    def _fits(self, size: int) -> bool:
        return self.gtin[: 14 - size].strip("0") == ""


def read(code: str) -> Gs1 | None:
    """None for what is no GS1 code of an item."""
    code = code.strip()
    for mark in _MARKS:
        code = code.removeprefix(mark)
    parts = _bracketed(code) if code.startswith("(") else _elements(code.removeprefix(SEPARATOR))
    if not parts or GTIN not in parts or gtin_problem(parts[GTIN]):
        return None
    try:
        made, expires = _day(parts.get(MADE)), _day(parts.get(EXPIRES) or parts.get(BEST_BEFORE))
    except ValueError:
        return None
    return Gs1(parts[GTIN], parts.get(LOT, ""), parts.get(SERIAL, ""), made, expires)


def _bracketed(code: str) -> dict[str, str] | None:
    found = _BRACKETS.findall(code)
    if "".join(f"({key}){value}" for key, value in found) != code:
        return None
    fine = all(len(value) == _FIXED.get(key, len(value)) for key, value in found)
    return dict(found) if fine else None


def _elements(code: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    while code:
        key = next((code[:size] for size in (2, 3) if code[:size] in _FIXED or code[:size] in _VARIABLE), None)
        if key is None:
            return None
        if key in _FIXED:
            end = len(key) + _FIXED[key]
            value, code = code[len(key) : end], code[end:].removeprefix(SEPARATOR)
            if len(value) < _FIXED[key] or not value.isdecimal():
                return None
        else:
            value, _, code = code[len(key) :].partition(SEPARATOR)
            if not 0 < len(value) <= _VARIABLE[key]:
                return None
        found[key] = value
    return found


def _day(digits: str | None) -> date | None:
    """YYMMDD; a day of 00 is the last of its month."""
    if digits is None:
        return None
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    year += 2000 if year < 51 else 1900
    if not 1 <= month <= 12:
        raise ValueError(digits)
    return date(year, month, day or monthrange(year, month)[1])
