"""The choices of one import, each with a default that changes nothing by stealth."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from channels.mapping.countries import country_code
from channels.mapping.kinds import DEFAULT_RULES, KINDS
from oms.core.errors import FieldError, Invalid
from oms.core.money import is_currency
from oms.core.sheets.values import DATE_FORMATS

CHOICES = {
    "date_format": DATE_FORMATS,
    "on_shortage": ("backorder", "refuse"),
    "zero_price": ("keep", "note"),
    "negative_price": ("refuse", "adjustment"),
    "payment_state": ("unpaid", "paid"),
}


@dataclass(frozen=True)
class Options:
    """How a file's values are read and what is done with its orders.

    ``zero_price``: a document with nothing but free lines and no customer is an order (``keep``) or a stock
    note (``note``). ``negative_price``: such a line refuses its order, or becomes an adjustment.
    ``opening_stock_location`` generates, labelled as such, ``opening_stock_factor`` times the units that
    the file's orders ask for, so that they can be reserved.
    """

    date_format: str = ""
    timezone: str = "UTC"
    currency: str = "USD"
    decimal_comma: bool = False
    country: str = ""
    create_missing_items: bool = False
    on_shortage: str = "backorder"
    zero_price: str = "keep"
    negative_price: str = "refuse"
    payment_state: str = "unpaid"
    cancel_prefix: str = "C"
    adjustment_prefix: str = "A"
    kind_rules: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_RULES))
    opening_stock_location: str = ""
    opening_stock_factor: str = "1"

    def to_json(self) -> dict[str, object]:
        return dataclasses.asdict(self)

    @property
    def stock_factor(self) -> Decimal:
        return Decimal(self.opening_stock_factor)


def options_from(given: Mapping[str, object], base: Options | None = None) -> Options:
    """``base`` with what was ``given`` changed; raises `Invalid` naming every bad option (``options.timezone``)."""
    known = {each.name: each for each in dataclasses.fields(Options)}
    current = (base or Options()).to_json()
    problems = [_problem(name, "There is no such option.", "unknown_option") for name in given if name not in known]
    for name, value in given.items():
        if name not in known:
            continue
        if isinstance(value, type(current[name])):
            current[name] = value
        else:
            problems.append(_problem(name, f"Expected {_wanted(current[name])}.", "wrong_type"))
    options = Options(**current)
    problems += _checked(options)
    if problems:
        raise Invalid(f"{len(problems)} option(s) need attention: {problems[0].message}", fields=problems)
    return options


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def _wanted(value: object) -> str:
    return "true or false" if isinstance(value, bool) else "a table of codes" if isinstance(value, dict) else "text"


def _problem(name: str, message: str, code: str = "invalid") -> FieldError:
    return FieldError(f"options.{name}", code, message)


def _checked(options: Options) -> list[FieldError]:
    problems = [
        _problem(name, f"Choose one of: {', '.join(repr(choice) for choice in choices)}.", "unknown_choice")
        for name, choices in CHOICES.items()
        if getattr(options, name) not in choices
    ]
    if options.timezone not in _timezones():
        problems.append(_problem("timezone", f"“{options.timezone}” is no time zone. Use one like Europe/London."))
    if not is_currency(options.currency):
        problems.append(_problem("currency", f"“{options.currency}” is not a currency. Use a code like EUR."))
    if options.country and country_code(options.country) is None:
        problems.append(_problem("country", f"“{options.country}” is not a country. Use a code like GB."))
    bad = sorted({kind for kind in options.kind_rules.values() if kind not in KINDS}, key=str)
    if bad:
        problems.append(_problem("kind_rules", f"{bad[0]!r} is no kind of line. Use: {', '.join(KINDS)}."))
    return problems + _stock_problems(options)


def _stock_problems(options: Options) -> list[FieldError]:
    problems = []
    try:
        if not 0 < options.stock_factor <= 1000:
            raise InvalidOperation
    except InvalidOperation:
        problems.append(_problem("opening_stock_factor", "Use a number above 0, at most 1000."))
    if options.opening_stock_location:
        try:
            UUID(options.opening_stock_location)
        except ValueError:
            problems.append(_problem("opening_stock_location", "Use the id of a location."))
    return problems
