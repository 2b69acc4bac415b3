"""How one cell is read. Each function raises ``ValueError`` with a sentence for the person who must correct it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

UNITS_MAX = 10_000_000
PLACES_MAX = 4
WHOLE = re.compile(r"[-+]?\d{1,12}(\.0*)?$")
AMOUNT = re.compile(r"[-+]?(\d{1,14}(\.\d*)?|\.\d+)$")
# Digits in groups; of two in the Indian way, but for the last.
THOUSANDS = {mark: re.compile(rf"[-+]?\d{{1,3}}(\{mark}\d{{2,3}})*\{mark}\d{{3}}$") for mark in ",."}
NAMES = {",": "comma", ".": "point"}
SIGNS = "£$€¥  '"
# "" is ISO 8601; the others in the order in which they are tried.
DATE_FORMATS = (
    "", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M", "%m/%d/%Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "%d %b %Y %H:%M", "%d %b %Y", "%b %d, %Y",
)  # fmt: skip
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class When:
    """``moved`` when the clock showed this time never (spring) or twice (autumn) on that day."""

    at: datetime
    moved: bool = False


def whole(text: str, decimal_comma: bool = False) -> int:
    number = _plain_number(text, decimal_comma)
    if not WHOLE.match(number):
        raise ValueError(f"“{_short(text)}” is not a whole number.")
    return int(number.partition(".")[0])


@lru_cache(maxsize=65536)
def quantity(text: str, decimal_comma: bool = False) -> int:
    units = whole(text, decimal_comma)
    if abs(units) > UNITS_MAX:
        raise ValueError(f"{units:,} units in one line is more than {UNITS_MAX:,}. Check the column.")
    return units


@lru_cache(maxsize=65536)
def amount(text: str, decimal_comma: bool = False) -> Decimal:
    number = _plain_number(text, decimal_comma)
    if not AMOUNT.match(number):
        raise ValueError(f"“{_short(text)}” is not an amount. Write it like 1234{',' if decimal_comma else '.'}50.")
    value = Decimal(number)
    if -value.as_tuple().exponent > PLACES_MAX and value != round(value, PLACES_MAX):
        raise ValueError(f"“{_short(text)}” has more than {PLACES_MAX} decimals. Round it in the file.")
    return value


def _plain_number(text: str, decimal_comma: bool) -> str:
    number = text.strip(SIGNS)
    if number[:1] == "-":
        number = "-" + number[1:].strip(SIGNS)
    point, between = (",", ".") if decimal_comma else (".", ",")
    before, mark, after = number.partition(point)
    # 12,50 read with a decimal point is not 1250, and 12.50 with a decimal comma neither.
    if between in before and not THOUSANDS[between].match(before):
        raise ValueError(
            f"“{_short(text)}” has a {NAMES[between]} that separates no thousands. Say whether the file writes "
            "decimals with a point or a comma."
        )
    return before.replace(between, "") + (mark and ".") + after


@lru_cache(maxsize=65536)
def parsed_at(text: str, format: str, timezone: str) -> When:
    """The moment in UTC. Local time that never was moves forward with the clock; of two, the first is meant."""
    try:
        given = datetime.strptime(text.strip(), format) if format else datetime.fromisoformat(text.strip())
    except ValueError:
        shown = datetime(2026, 3, 31, 17, 5, tzinfo=UTC).strftime(format or "%Y-%m-%d %H:%M:%S")
        raise ValueError(f"“{_short(text)}” is not a date like {shown}.") from None
    moved = False
    if given.tzinfo is None:
        zone = ZoneInfo(timezone)
        local = given.replace(tzinfo=zone)
        moved = local.utcoffset() != local.replace(fold=1).utcoffset()
        given = local
    at = given.astimezone(UTC)
    if at < EARLIEST:
        raise ValueError(f"“{_short(text)}” lies before 1990. Check the date format.")
    return When(at, moved)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
