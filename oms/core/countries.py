"""The countries of the world, as ISO codes with their names."""

from functools import cache

from babel import Locale

ENGLISH = Locale("en")
_NO_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


@cache
def countries() -> list[tuple[str, str]]:
    """ISO codes with names; regions of the world and withdrawn codes are left out."""
    names = ENGLISH.territories.items()
    known = [(code, name) for code, name in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY]
    return sorted(known, key=lambda each: each[1])


@cache
def country_name(code: str) -> str:
    """Its name in English; empty for a code that is no country's."""
    return dict(countries()).get(code, "")
