"""What a location may be. Pure."""

import dataclasses
import re
from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from oms.core.addresses import LENGTH_MAX, Address
from oms.core.errors import FieldError

KINDS = {
    "warehouse": "Warehouse",
    "store": "Store",
    "third_party": "Third-party warehouse",
    "drop_ship": "Drop-ship vendor",
}
CODE_MAX, NAME_MAX, PRIORITY_MAX = 40, 120, 1_000_000
_CODE = re.compile(r"[\w.-]+( [\w.-]+)*")


def location_code(text: str) -> str:
    """Codes are compared, and kept, in capitals."""
    return text.strip().upper()


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def location_problems(values: Mapping[str, object]) -> list[FieldError]:
    """What is wrong with these fields of a location (only those given)."""
    found = []
    for name, value in values.items():
        if name == "address":
            found += _address_problems(value)
        elif sentence := _problem(name, value):
            found.append(FieldError(name, "invalid", sentence))
    return found


def _problem(name: str, value: object) -> str:
    if name == "code" and not (_CODE.fullmatch(value.strip()) and len(value.strip()) <= CODE_MAX):
        return f"Give a code of letters, digits, dots and dashes, at most {CODE_MAX} characters, like LEEDS."
    if name == "name" and not 0 < len(value.strip()) <= NAME_MAX:
        return f"Give a name of at most {NAME_MAX} characters."
    if name == "kind" and value not in KINDS:
        return f"Choose one of: {', '.join(KINDS)}."
    if name == "timezone" and value not in _timezones():
        return f"“{value}” is not a time zone. Use a name like Europe/London."
    if name == "priority" and not 0 <= value <= PRIORITY_MAX:
        return f"Give a number from 0 to {PRIORITY_MAX:,}; the lowest comes first."
    return ""


def _address_problems(data: Mapping[str, object]) -> list[FieldError]:
    given = Address.from_json(data).to_json()
    known = {field.name for field in dataclasses.fields(Address)}
    found = [
        FieldError(f"address.{name}", "unknown", "An address has no such part.") for name in sorted(set(data) - known)
    ]
    for name, value in given.items():
        if name in ("latitude", "longitude"):
            limit = 90 if name == "latitude" else 180
            if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value <= limit:
                found.append(FieldError(f"address.{name}", "invalid", f"Give degrees from -{limit} to {limit}."))
        elif not isinstance(value, str) or len(value) > LENGTH_MAX or "\0" in value:
            found.append(FieldError(f"address.{name}", "invalid", f"Give text of at most {LENGTH_MAX} characters."))
    country = given.get("country", "")
    if country and not re.fullmatch("[A-Z]{2}", str(country)):
        found.append(FieldError("address.country", "invalid", "Use a two-letter country code in capitals, like GB."))
    return found
