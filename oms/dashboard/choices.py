"""Long lists to choose from, made once per process: countries, currencies, time zones."""

from functools import cache
from zoneinfo import available_timezones

from babel.numbers import list_currencies

from oms.core.countries import ENGLISH, countries

__all__ = ["countries", "currencies", "timezones", "with_current"]


@cache
def currencies() -> list[tuple[str, str]]:
    """ISO codes of money in use today."""
    return [(code, f"{code} · {ENGLISH.currencies[code]}") for code in _in_use() if code in ENGLISH.currencies]


def _in_use() -> list[str]:
    from babel.numbers import get_territory_currencies

    used = {code for country, _ in countries() for code in get_territory_currencies(country)}
    return sorted(used & set(list_currencies()))


@cache
def timezones() -> list[tuple[str, str]]:
    """Zones by place (Europe/London), without the aliases that name none."""
    names = [name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))]
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in sorted(names))]


def with_current(choices: list[tuple[str, str]], current: str) -> list[tuple[str, str]]:
    """The choices, and what is chosen now even where the list would not offer it."""
    return choices if not current or any(current == code for code, _ in choices) else [(current, current), *choices]
