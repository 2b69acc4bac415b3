"""An own-delivery account's settings: zones with weight bands, services and limits. What is left out has a default.

    {"zones": [{"code": "local", "name": "Local", "countries": ["GB"], "postcodes": ["LS", "BD"], "days": 1,
                "bands": [[2000, "3.50"], [30000, "7.90"]]}],
     "services": [{"code": "standard", "name": "Standard", "factor": "1", "days": 0}],
     "max_weight_g": 30000, "max_side_mm": 1200, "max_sides_mm": 2500, "deliver_by": "20:00"}

The first zone that takes in an address is its zone. A band is (up to this weight, price); a service multiplies
the price, and adds its days to those of the zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal, InvalidOperation

from oms.core.addresses import Address

EUROPE = frozenset({
    "AD", "AL", "AT", "BA", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GG", "GI",
    "GR", "HR", "HU", "IE", "IM", "IS", "IT", "JE", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL",
    "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA",
})  # fmt: skip
NORTH_AMERICA = frozenset({"US", "CA", "MX"})
PRICE_MAX = Decimal(100_000)
ENTRIES_MAX = 200


@dataclass(frozen=True)
class Zone:
    code: str
    name: str
    countries: frozenset[str]
    bands: tuple[tuple[int, Decimal], ...]
    postcodes: tuple[str, ...] = ()
    days: int = 2

    def takes_in(self, address: Address) -> bool:
        if address.country.upper() not in self.countries:
            return False
        return not self.postcodes or postcode_key(address.postcode).startswith(self.postcodes)


@dataclass(frozen=True)
class Service:
    code: str
    name: str
    factor: Decimal = Decimal(1)
    days: int = 0


@dataclass(frozen=True)
class Tariff:
    """``max_sides_mm`` limits the sum of the three sides. No ``zones`` means those around wherever a box starts."""

    zones: tuple[Zone, ...] = ()
    services: tuple[Service, ...] = (
        Service("standard", "Standard"),
        Service("express", "Express", Decimal("1.60"), -1),
    )
    max_weight_g: int = 30_000
    max_side_mm: int = 1_200
    max_sides_mm: int = 2_500
    deliver_by: time = time(20)


_DEFAULT_BANDS = {
    "local": ((1_000, "3.50"), (5_000, "4.90"), (30_000, "8.90")),
    "national": ((1_000, "4.90"), (5_000, "6.90"), (30_000, "12.90")),
    "region": ((1_000, "11.90"), (5_000, "17.90"), (30_000, "39.00")),
}


def zones_around(origin: Address) -> tuple[Zone, ...]:
    """The zones of a merchant who has set none: the same postcode area, the country, its part of the world."""
    home = origin.country.upper()
    region = next((part for part in (EUROPE, NORTH_AMERICA) if home in part), frozenset())
    area = postcode_key(origin.postcode)[:2]
    zones = [_default("national", "National", frozenset({home}), 2)]
    if area:
        zones.insert(0, replace(_default("local", "Local", frozenset({home}), 1), postcodes=(area,)))
    if region:
        zones.append(_default("region", "Neighbouring countries", region, 4))
    return tuple(zones)


def tariff_from(settings: Mapping[str, object]) -> Tariff:
    """Raises ValueError (with a path) for what `tariff_problems` would name."""
    problems = tariff_problems(settings)
    if problems:
        raise ValueError(problems[0])
    given: dict[str, object] = {
        name: settings[name] for name in ("max_weight_g", "max_side_mm", "max_sides_mm") if name in settings
    }
    if settings.get("zones"):
        given["zones"] = tuple(_zone(each) for each in settings["zones"])
    if settings.get("services"):
        given["services"] = tuple(_service(each) for each in settings["services"])
    if "deliver_by" in settings:
        given["deliver_by"] = time.fromisoformat(settings["deliver_by"])
    return Tariff(**given)


def postcode_key(postcode: str) -> str:
    return postcode.replace(" ", "").replace("-", "").upper()


def _default(code: str, name: str, countries: frozenset[str], days: int) -> Zone:
    bands = tuple((weight, Decimal(price)) for weight, price in _DEFAULT_BANDS[code])
    return Zone(code, name, countries, bands, days=days)


def _zone(data: Mapping) -> Zone:
    return Zone(
        code=data["code"], name=data.get("name", data["code"]), days=data.get("days", 2),
        countries=frozenset(country.upper() for country in data["countries"]),
        bands=tuple(sorted((weight, Decimal(str(price))) for weight, price in data["bands"])),
        postcodes=tuple(postcode_key(each) for each in data.get("postcodes", ())),
    )  # fmt: skip


def _service(data: Mapping) -> Service:
    factor = Decimal(str(data.get("factor", 1)))
    return Service(data["code"], data.get("name", data["code"]), factor, data.get("days", 0))


def tariff_problems(settings: object) -> list[tuple[str, str]]:
    """What is wrong, as (path, what to do), all at once."""
    if not isinstance(settings, Mapping):
        return [("", "Send an object with zones, services and limits.")]
    known = {"zones", "services", "max_weight_g", "max_side_mm", "max_sides_mm", "deliver_by"}
    problems = [(name, f"There is no such setting. Use: {', '.join(sorted(known))}.") for name in set(settings) - known]
    for name in ("max_weight_g", "max_side_mm", "max_sides_mm"):
        if name in settings and not _whole(settings[name], 1, 10_000_000):
            problems.append((name, "Give a whole number of at least 1."))
    if "deliver_by" in settings and not _time(settings["deliver_by"]):
        problems.append(("deliver_by", "Give a time of day like 20:00."))
    for name, check in (("zones", _zone_problems), ("services", _service_problems)):
        rows = settings.get(name, [])
        if not isinstance(rows, list) or len(rows) > ENTRIES_MAX:
            problems.append((name, f"Send a list of at most {ENTRIES_MAX}."))
            continue
        problems += [
            (f"{name}.{at}.{path}".rstrip("."), what) for at, row in enumerate(rows) for path, what in check(row)
        ]
    return sorted(problems)


def _zone_problems(row: object) -> list[tuple[str, str]]:
    if not isinstance(row, Mapping):
        return [("", "Send an object with code, countries and bands.")]
    problems = _named(row)
    if not _texts(row.get("countries"), 2) or not row.get("countries"):
        problems.append(("countries", "List countries by their two letters, like GB."))
    if not _texts(row.get("postcodes", []), 12):
        problems.append(("postcodes", "List what postcodes begin with, like LS."))
    bands = row.get("bands")
    if not isinstance(bands, list) or not 0 < len(bands) <= ENTRIES_MAX or not all(map(_is_band, bands)):
        problems.append(("bands", 'List pairs of a weight in grams and a price, like [[2000, "3.50"]].'))
    return problems


def _service_problems(row: object) -> list[tuple[str, str]]:
    if not isinstance(row, Mapping):
        return [("", "Send an object with a code.")]
    problems = _named(row)
    if not _price(row.get("factor", 1)):
        problems.append(("factor", "Give what the price is multiplied with, like 1.60."))
    return problems


def _named(row: Mapping) -> list[tuple[str, str]]:
    problems = []
    if not isinstance(row.get("code"), str) or not 0 < len(row["code"]) <= 40:
        problems.append(("code", "Give it a code of 1 to 40 characters."))
    if not isinstance(row.get("name", ""), str) or len(row.get("name", "")) > 80:
        problems.append(("name", "Give it a name of at most 80 characters."))
    if not _whole(row.get("days", 0), -30, 60):
        problems.append(("days", "Give a whole number of days."))
    return problems


def _is_band(band: object) -> bool:
    return isinstance(band, list) and len(band) == 2 and _whole(band[0], 1, 10_000_000) and _price(band[1])


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _price(value: object) -> bool:
    try:
        return isinstance(value, str | int | float) and 0 <= Decimal(str(value)) <= PRICE_MAX
    except InvalidOperation:
        return False


def _texts(value: object, longest: int) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and 0 < len(each) <= longest for each in value)


def _time(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(time.fromisoformat(value) or True)
    except ValueError:
        return False
