"""How far a location is from a customer, without asking anybody.

A place is known by its coordinates, else (United States) by its ZIP code, else only by its country.
Inside one country a middle point says nothing about who is nearer, so two places of one country, one of
them known by country alone, count as equally near and the location's priority decides.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from fulfillment.sourcing.centroids import CENTROIDS
from oms.core.addresses import Address

EARTH_RADIUS_KM = 6371.0
# The states and the territories with ZIP codes of their own.
ZIP_COUNTRIES = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
ZIP = re.compile(r"\d{5}(?:-\d{4})?")


@dataclass(frozen=True)
class Spot:
    """A place on the globe, in degrees; not ``exact`` when only its country is known."""

    latitude: float
    longitude: float
    country: str = ""
    exact: bool = True


@dataclass(frozen=True)
class Distance:
    """``exact`` false: measured from the middle of a country. ``same_country``: too near for that to say anything."""

    km: float
    exact: bool = True
    same_country: bool = False

    def words(self) -> str:
        if self.same_country:
            return "in the same country"
        km = f"{self.km:,.0f} km" if self.km >= 1 else "under 1 km"
        return km if self.exact else f"about {km}"


def locate(address: Address) -> Spot | None:
    """Where an address is, as exactly as it says; None when not even its country is known."""
    country = address.country.upper()
    if address.latitude is not None and address.longitude is not None:
        return Spot(float(address.latitude), float(address.longitude), country)
    if country in ZIP_COUNTRIES and (found := _zip_coordinates(address.postcode.strip())):
        return Spot(*found, country)
    if country in CENTROIDS:
        return Spot(*CENTROIDS[country], country, exact=False)
    return None


def distance_between(one: Spot | None, other: Spot | None) -> Distance | None:
    if one is None or other is None:
        return None
    exact = one.exact and other.exact
    if not exact and one.country == other.country:
        return Distance(0.0, exact=False, same_country=True)
    return Distance(haversine_km(one, other), exact)


def haversine_km(one: Spot, other: Spot) -> float:
    """The great-circle distance."""
    lat1, lat2 = radians(one.latitude), radians(other.latitude)
    half_north = sin((lat2 - lat1) / 2)
    half_east = sin(radians(other.longitude - one.longitude) / 2)
    chord = half_north**2 + cos(lat1) * cos(lat2) * half_east**2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


@lru_cache(maxsize=50_000)
def _zip_coordinates(code: str) -> tuple[float, float] | None:
    if not ZIP.fullmatch(code):
        return None
    # Loads a megabyte on first use, so not at start.
    import zipcodes

    found = zipcodes.matching(code)
    return (float(found[0]["lat"]), float(found[0]["long"])) if found else None
