"""Own delivery's rules: zones, bands, limits, promises, numbers. No database."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.core.addresses import Address
from shipping.adapters.own_delivery.numbers import check_digit, in_groups, tracking_number
from shipping.adapters.own_delivery.rating import rates
from shipping.adapters.own_delivery.tariff import tariff_from, tariff_problems, zones_around
from shipping.adapters.port import Box, Rate, RateRequest, Refusal
from tests.shipping.parcels import BERLIN, BOX, LEEDS, LONDON, MONDAY, NEAR, SYDNEY

CITY = {
    "zones": [
        {"code": "city", "countries": ["GB"], "postcodes": ["LS1", "LS6"], "days": 1, "bands": [[2000, "2.00"]]},
        {"code": "land", "countries": ["gb"], "days": 3, "bands": [[5000, "6.00"], [1000, "4.00"]]},
    ],
    "services": [{"code": "bike", "factor": "1.5"}],
    "max_side_mm": 500,
    "max_sides_mm": 900,
    "deliver_by": "18:00",
}  # fmt: skip


def offers(ship_to: Address, box: Box = BOX, settings=CITY, *, at=MONDAY, currency="EUR") -> list[Rate | Refusal]:
    request = RateRequest(LEEDS, ship_to, box, at)
    return rates(tariff_from(settings), request, currency=currency, timezone="Europe/London")


@pytest.mark.parametrize(
    ("ship_to", "grams", "amount"),
    [
        (NEAR, 1, "3.00"), (NEAR, 2000, "3.00"), (LONDON, 1000, "6.00"), (LONDON, 1001, "9.00"),
        (LONDON, 5000, "9.00"), (replace(NEAR, postcode="ls6 2ab"), 500, "3.00"),
    ],
)  # fmt: skip
def test_the_first_zone_that_takes_it_in_and_the_band_of_its_weight_make_the_price(ship_to, grams, amount):
    [rate] = offers(ship_to, Box(grams))
    assert (rate.service, rate.amount) == ("bike", Decimal(amount))


@pytest.mark.parametrize(("currency", "amount"), [("EUR", "3.00"), ("JPY", "3"), ("KWD", "3.000")])
def test_prices_are_in_the_merchants_currency_and_its_cents(currency, amount):
    assert str(offers(NEAR, currency=currency)[0].amount) == amount


@pytest.mark.parametrize(
    ("ship_to", "box", "code", "says"),
    [
        (BERLIN, BOX, "not_served", "Own delivery does not go to 10119 DE. Add a zone for it"),
        (NEAR, Box(2001), "too_heavy", "The box weighs 2.001 kg; own delivery takes 2 kg to city. Split it"),
        (LONDON, Box(5001), "too_heavy", "takes 5 kg to land"),
        (LONDON, Box(10, 501, 10, 10), "too_large", "The box measures 501 × 10 × 10 mm"),
        (LONDON, Box(10, 400, 300, 201), "too_large", "900 mm in all. Use a smaller box"),
        (replace(LONDON, line1=""), BOX, "address_incomplete", "Complete the address of the order."),
    ],
)
def test_a_refusal_says_why_and_what_to_do(ship_to, box, code, says):
    [refusal] = offers(ship_to, box)
    assert isinstance(refusal, Refusal)
    assert (refusal.service, refusal.code) == ("bike", code)
    assert says in refusal.sentence


def test_without_settings_there_are_zones_around_the_origin():
    by_place = {
        place.city: [(each.service, str(each.amount)) for each in offers(place, settings={})]
        for place in (NEAR, LONDON, BERLIN)
    }
    assert by_place == {
        "Leeds": [("standard", "4.90"), ("express", "7.84")],
        "London": [("standard", "6.90"), ("express", "11.04")],
        "Berlin": [("standard", "17.90"), ("express", "28.64")],
    }
    assert [each.code for each in offers(SYDNEY, settings={})] == ["not_served", "not_served"]


def test_an_origin_far_from_everywhere_serves_its_own_country():
    assert [zone.code for zone in zones_around(SYDNEY)] == ["local", "national"]


def test_no_delivery_on_sundays():
    """Thursday noon plus three days is Monday evening, in the merchant's own time."""
    [rate] = offers(LONDON, at=datetime(2026, 11, 26, 12, tzinfo=ZoneInfo("UTC")))
    assert rate.promised_at == datetime(2026, 11, 30, 18, tzinfo=ZoneInfo("Europe/London"))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(ZoneInfo("UTC"))))
def test_a_promise_is_in_the_future_and_never_on_a_sunday(at):
    for rate in offers(LONDON, settings={}, at=at):
        assert at < rate.promised_at < at + timedelta(days=5)
        assert rate.promised_at.weekday() != 6


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ([], ""), ({"zone": []}, "zone"), ({"zones": {}}, "zones"), ({"zones": [1]}, "zones.0"),
        ({"zones": [{"countries": ["GB"], "bands": [[1, 2]]}]}, "zones.0.code"),
        ({"zones": [{"code": "a", "countries": [], "bands": [[1, 2]]}]}, "zones.0.countries"),
        ({"zones": [{"code": "a", "countries": ["GB"], "bands": []}]}, "zones.0.bands"),
        ({"zones": [{"code": "a", "countries": ["GB"], "bands": [[1, "x"]]}]}, "zones.0.bands"),
        ({"zones": [{"code": "a", "countries": ["GB"], "bands": [[1, "-1"]]}]}, "zones.0.bands"),
        ({"zones": [{"code": "a", "countries": ["GB"], "bands": [[1, "NaN"]]}]}, "zones.0.bands"),
        ({"zones": [{"code": "a", "countries": ["GB"], "bands": [[1, 2]], "postcodes": "LS"}]}, "zones.0.postcodes"),
        ({"services": [{"code": "a", "factor": "much"}]}, "services.0.factor"),
        ({"services": [{"code": "a", "days": "1"}]}, "services.0.days"),
        ({"max_weight_g": 0}, "max_weight_g"), ({"max_side_mm": True}, "max_side_mm"),
        ({"deliver_by": "late"}, "deliver_by"),
    ],
)  # fmt: skip
def test_bad_settings_are_named(settings, path):
    assert [each for each, _ in tariff_problems(settings)] == [path]


def test_good_settings_have_no_problems():
    assert tariff_problems(CITY) == []
    assert tariff_problems({}) == []


@given(st.uuids())
def test_a_number_comes_from_its_key_alone_and_checks_itself(key: UUID):
    number = tracking_number(key)
    assert number == tracking_number(UUID(str(key)))
    assert (len(number), number[:2]) == (20, "OD")
    assert int(number[-1]) == check_digit(number[2:-1])
    assert in_groups(number).replace(" ", "") == number


@given(st.uuids(), st.integers(2, 18), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(key: UUID, place: int, shift: int):
    number = tracking_number(key)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert int(wrong[-1]) != check_digit(wrong[2:-1])
