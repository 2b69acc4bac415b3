"""What else is said of an item: customs data, tags, words of the merchant's own, its place in a product. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from oms.core.countries import country_name

UNIT_MAX, DESCRIPTION_MAX = 20, 10_000
TAGS_MAX, TAG_MAX = 30, 40
OPTIONS_MAX, OPTION_MAX = 4, 60
SUBSTITUTES_MAX = 20
CUSTOM_MAX, FIELDS_MAX, CHOICES_MAX = 500, 40, 100
TEXT, NUMBER, DATE, CHOICE = KINDS = ("text", "number", "date", "choice")

_HS = re.compile(r"\d{6,10}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field of the merchant's own, as its values are judged."""

    key: str
    name: str
    kind: str
    choices: tuple[str, ...] = ()
    required: bool = False


def plain_hs_code(text: str) -> str:
    """As it is kept: 6203.42.90 → 62034290."""
    return re.sub(r"[.\s]", "", text)


def hs_problem(code: str) -> str:
    if not code or _HS.fullmatch(plain_hs_code(code)):
        return ""
    return f"“{code[:40]}” is no HS code. It has 6 to 10 digits, like 6203.42."


def country_problem(code: str) -> str:
    if not code or country_name(code):
        return ""
    return f"“{code[:40]}” is no country. Give its two letters, like CN."


def plain_tags(tags: Sequence[str]) -> list[str]:
    """As they are kept: small letters, each once, in order."""
    return sorted({" ".join(tag.split()).lower() for tag in tags} - {""})


def tags_problem(tags: Sequence[str]) -> str:
    if len(tags) > TAGS_MAX:
        return f"Give at most {TAGS_MAX} tags."
    bad = next((tag for tag in tags if len(tag.strip()) > TAG_MAX or not tag.strip().isprintable()), "")
    return f"Shorten the tag “{bad[:20]}…” to {TAG_MAX} letters." if bad else ""


def unit_problem(unit: str) -> str:
    if unit.strip() and len(unit.strip()) <= UNIT_MAX and unit.isprintable():
        return ""
    return f"Say in at most {UNIT_MAX} letters what is counted, like each, pair or metre."


def values_problem(values: Sequence[str]) -> str:
    """Of the option values of a variant, as such."""
    if any(not value.strip() or len(value.strip()) > OPTION_MAX or not value.isprintable() for value in values):
        return f"Give each option a value of at most {OPTION_MAX} letters."
    return ""


def read_custom(field: Wanted, text: str) -> str:
    """The value as it is kept; raises `ValueError` with what to do instead."""
    text = text.strip()
    if not text:
        if field.required:
            raise ValueError(f"{field.name} is needed. Fill it in.")
        return ""
    if len(text) > CUSTOM_MAX or "\x00" in text:
        raise ValueError(f"Shorten {field.name} to {CUSTOM_MAX} characters.")
    return {TEXT: _text, NUMBER: _number, DATE: _date, CHOICE: _choice}[field.kind](field, text)


def _text(field: Wanted, text: str) -> str:
    return text


def _number(field: Wanted, text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{field.name}: “{text[:40]}” is no number. Write it like 12.5.") from None
    if not number.is_finite() or abs(number.adjusted()) > 17:
        raise ValueError(f"{field.name}: “{text[:40]}” is no number to work with. Write it like 12.5.")
    return f"{number.normalize():f}"


def _date(field: Wanted, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"{field.name}: “{text[:40]}” is no day. Write it like 2026-11-24.") from None


def _choice(field: Wanted, text: str) -> str:
    found = next((each for each in field.choices if each.casefold() == text.casefold()), None)
    if found is None:
        raise ValueError(f"{field.name}: choose one of {', '.join(field.choices)}.")
    return found
