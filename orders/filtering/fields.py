"""What each field of the language may say: known fields and choices, dates, amounts. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from orders.filtering.reading import Term, wrong
from orders.next_step import HOLD_WORDS

STATES = ("draft", "checking", "open", "cancel_requested", "cancelled", "closed")
FULFILLMENT = (
    "not_allocated", "part_allocated", "allocated", "backordered", "picking", "packed", "part_shipped", "shipped",
    "delivered",
)  # fmt: skip
PAYMENT = ("unpaid", "authorised", "part_paid", "paid", "part_refunded", "refunded")
IS = (
    "held", "late", "open", "draft", "checking", "cancelled", "backordered", "allocated", "unpaid", "paid",
    "refund_failed",
)  # fmt: skip

CHOICES = {"is": IS, "state": STATES, "fulfillment": FULFILLMENT, "payment": PAYMENT, "hold": tuple(HOLD_WORDS)}
TEXTS = ("channel", "location", "sku", "tag", "country", "email", "external", "source")
DATES = ("placed", "shipby")
NUMBERS = ("total", "number")
FIELDS = (*CHOICES, *TEXTS, *DATES, *NUMBERS)
# As people write them, and as our codes are spelled.
SAME_VALUES = {"canceled": "cancelled", "authorized": "authorised"}
SAME = {"fulfilment": "fulfillment", "ship_by": "shipby", "external_id": "external", "order": "number"}

_TODAY = re.compile(r"(today|yesterday|tomorrow)(?:([+-])(\d{1,4}))?")
_SHIFT = {"today": 0, "yesterday": -1, "tomorrow": 1}


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` on, and before ``end``; None is open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Bounds:
    low: Decimal | None = None
    high: Decimal | None = None
    low_included: bool = True
    high_included: bool = True


def known_field(term: Term) -> str:
    """The field's own name. Raises `Invalid` with the nearest one."""
    name = SAME.get(term.field, term.field)
    if name not in FIELDS:
        raise wrong(term.raw, f"There is no field “{term.field}”.{_did_you_mean(name, FIELDS)}")
    if term.op and name not in (*DATES, *NUMBERS):
        raise wrong(term.raw, f"“{term.op}” works on dates and amounts only. Write {name}:{term.values[0]}.")
    return name


def choices(term: Term, name: str) -> list[str]:
    """The values, each one of those the field knows."""
    known = CHOICES[name]
    values = [value.lower().replace(" ", "_").replace("-", "_") for value in term.values]
    values = [SAME_VALUES.get(value, value) for value in values]
    for value in values:
        if value not in known:
            hint = _did_you_mean(value, known) or f" Use one of: {', '.join(known)}."
            raise wrong(term.raw, f"{name} cannot be “{value}”.{hint}")
    return values


def did_not_find(term: Term, value: str, kind: str, known: Sequence[str]) -> Exception:
    return wrong(term.raw, f"There is no {kind} “{value}”.{_did_you_mean(value, known)}")


def _did_you_mean(given: str, known: Sequence[str]) -> str:
    close = get_close_matches(given.lower(), [each.lower() for each in known], n=1, cutoff=0.5)
    return f" Did you mean “{close[0]}”?" if close else ""


def span(term: Term, *, today: date, zone: ZoneInfo) -> Span:
    """The time a date term covers, in the merchant's zone: ``>`` is after that day, ``a..b`` includes both."""
    (value, *more) = term.values
    if more:
        raise wrong(term.raw, "Give one date, or two with .. between them.")
    first, dots, last = value.partition("..")
    if dots:
        if term.op:
            raise wrong(term.raw, f"Leave out the {term.op} before a range.")
        return Span(_start(_day(term, first, today), zone), _end(_day(term, last, today), zone))
    day = _day(term, value, today)
    start, end = _start(day, zone), _end(day, zone)
    return {
        "": Span(start, end), ">": Span(end, None), ">=": Span(start, None), "<": Span(None, start),
        "<=": Span(None, end),
    }[term.op]  # fmt: skip


def _day(term: Term, text: str, today: date) -> date:
    relative = _TODAY.fullmatch(text.lower())
    try:
        if relative is None:
            return date.fromisoformat(text)
        word, sign, days = relative.groups()
        shift = int(days or 0) * (-1 if sign == "-" else 1)
        return today + timedelta(days=_SHIFT[word] + shift)
    except (ValueError, OverflowError):
        example = today.isoformat()
        raise wrong(term.raw, f"“{text}” is not a date. Try today+1 or {example}.") from None


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _end(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def bounds(term: Term) -> Bounds:
    """The amounts a number term covers."""
    (value, *more) = term.values
    if more:
        raise wrong(term.raw, "Give one number, or two with .. between them.")
    low, dots, high = value.partition("..")
    if dots:
        return Bounds(_number(term, low), _number(term, high))
    number = _number(term, value)
    return {
        "": Bounds(number, number), ">": Bounds(low=number, low_included=False), ">=": Bounds(low=number),
        "<": Bounds(high=number, high_included=False), "<=": Bounds(high=number),
    }[term.op]  # fmt: skip


def _number(term: Term, text: str) -> Decimal:
    try:
        number = Decimal(text.lstrip("#"))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > 10**14:
        raise wrong(term.raw, f"“{text}” is not a number. Try {term.field}:>=100.")
    return number
