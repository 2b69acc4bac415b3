"""How money, times, numbers, weights and addresses read, per merchant."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from oms.core import formatting
from oms.core.addresses import Address
from oms.core.formatting import PLAIN, Formats

LONDON = Formats("en-GB", "Europe/London", "GBP")
BERLIN = Formats("de-DE", "Europe/Berlin", "EUR")
TEXAS = Formats("en-US", "America/Chicago", "USD")
TOKYO = Formats("ja-JP", "Asia/Tokyo", "JPY")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("amount", "currency", "formats", "text"),
    [
        ("12.5", "GBP", LONDON, "£12.50"),
        ("0", "GBP", LONDON, "£0.00"),
        ("-4", "GBP", LONDON, "−£4.00"),
        ("1234567.89", "EUR", BERLIN, f"1.234.567,89{NBSP}€"),
        ("1234", "JPY", TOKYO, "￥1,234"),
        ("12.5", "CAD", LONDON, f"$12.50{NBSP}CAD"),
        ("12.5", "USD", LONDON, f"$12.50{NBSP}USD"),
        ("12.5", "EUR", LONDON, f"€12.50{NBSP}EUR"),
        ("12.5", "CHF", LONDON, f"CHF{NBSP}12.50"),
        ("12.5", "KWD", LONDON, f"KWD{NBSP}12.500"),
        ("-12.5", "CAD", BERLIN, f"−12,50{NBSP}${NBSP}CAD"),
    ],
)
def test_money(amount: str, currency: str, formats: Formats, text: str):
    assert formatting.money_text(Decimal(amount), currency, formats) == text


def test_money_keeps_the_exact_amount_for_machines():
    markup = formatting.money(Decimal("1E+3"), "GBP", LONDON)
    assert markup == '<data class="money" value="1000">£1,000.00</data>'
    assert formatting.money(None, "GBP", LONDON) == '<span class="unknown">–</span>'


@pytest.mark.parametrize(
    ("value", "formats", "text"),
    [
        (datetime(2026, 11, 24, 9, 5, tzinfo=UTC), LONDON, "09:05"),
        (datetime(2026, 11, 21, 14, 2, tzinfo=UTC), LONDON, "21 Nov, 14:02"),
        (datetime(2025, 11, 21, 14, 2, tzinfo=UTC), LONDON, "21 Nov 2025"),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), BERLIN, "00:30"),
        (datetime(2026, 11, 24, 3, 0, tzinfo=UTC), TEXAS, "Nov 23, 9:00\N{NARROW NO-BREAK SPACE}PM"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), LONDON, "1 Jul, 12:00"),
    ],
)
def test_moments_are_told_in_the_merchants_zone(value: datetime, formats: Formats, text: str):
    assert formatting.moment_text(value, NOW, formats) == text


def test_a_moment_carries_its_exact_time_and_zone():
    markup = formatting.moment(datetime(2026, 7, 1, 11, 0, 5, tzinfo=UTC), NOW, LONDON)
    assert 'datetime="2026-07-01T12:00:05+01:00"' in markup
    assert 'title="1 Jul 2026, 12:00:05 BST"' in markup
    assert markup.endswith(">1 Jul, 12:00</time>")


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (timedelta(minutes=-12), "12 minutes ago"),
        (timedelta(seconds=-5), "5 seconds ago"),
        (timedelta(0), "1 second ago"),
        (timedelta(hours=2), "in 2 hours"),
        (timedelta(hours=-24), "1 day ago"),
        (timedelta(hours=-25), "23 Nov, 11:00"),
    ],
)
def test_relative_times_become_dates_after_a_day(distance: timedelta, text: str):
    assert f">{text}</time>" in formatting.ago(NOW + distance, NOW, LONDON)


def test_deadlines_say_clock_and_distance():
    assert ">16:30 (in 4 hrs 30 mins)</time>" in formatting.deadline(NOW + timedelta(hours=4, minutes=30), NOW, LONDON)
    assert ">10:00 (2 hrs ago)</time>" in formatting.deadline(NOW - timedelta(hours=2), NOW, LONDON)
    assert ">12:20 (in 20 minutes)</time>" in formatting.deadline(NOW + timedelta(minutes=20), NOW, LONDON)
    assert ">27 Nov, 12:00 (in 3 days)</time>" in formatting.deadline(NOW + timedelta(days=3), NOW, LONDON)
    assert formatting.deadline(None, NOW, LONDON) == '<span class="unknown">–</span>'


def test_days_have_no_zone():
    assert formatting.day(date(2026, 11, 26), NOW, TEXAS) == '<time datetime="2026-11-26">Nov 26</time>'
    assert formatting.day(date(2027, 1, 2), NOW, LONDON) == '<time datetime="2027-01-02">2 Jan 2027</time>'


@pytest.mark.parametrize(
    ("value", "cap", "text"),
    [(0, 1000, "0"), (1000, 1000, "1,000"), (1001, 1000, "1,000+"), (10_001, 10_000, "10,000+"), (None, 1000, "–")],
)
def test_counts_are_capped(value: int | None, cap: int, text: str):
    assert formatting.count_text(value, LONDON, cap) == text


def test_numbers_take_the_locale():
    assert formatting.number_text(-12345, BERLIN) == "−12.345"
    assert formatting.number_text(None, BERLIN) == "–"


@pytest.mark.parametrize(
    ("grams", "formats", "text"),
    [
        (850, LONDON, "850 g"),
        (1200, LONDON, "1.2 kg"),
        (20_000, BERLIN, "20 kg"),
        (1250, BERLIN, "1,25 kg"),
        (100, TEXAS, "3.5 oz"),
        (1000, TEXAS, "2.21 lb"),
        (None, TEXAS, "–"),
    ],
)
def test_weights(grams: int | None, formats: Formats, text: str):
    assert formatting.weight_text(grams, formats) == text.replace(" ", NBSP)


def test_addresses_are_written_as_in_their_country():
    british = Address(name="Ada Li", line1="1 High St", line2="Flat 3", city="Leeds", postcode="LS1 4AP", country="GB")
    german = {"name": "Jo Ünal", "line1": "Hauptstr. 5", "city": "Berlin", "postcode": "10115", "country": "DE"}
    assert formatting.address_lines(british) == ["Ada Li", "1 High St", "Flat 3", "LEEDS", "LS1 4AP", "UNITED KINGDOM"]
    assert formatting.address_lines(german) == ["Jo Ünal", "Hauptstr. 5", "10115 BERLIN", "GERMANY"]


@pytest.mark.parametrize("country", ["", "XX"])
def test_an_address_of_no_known_country_loses_nothing(country: str):
    lines = formatting.address_lines(
        Address(name="Ada", line1="1 High St", city="Leeds", postcode="1", country=country)
    )
    assert {"Ada", "1 High St", "1 Leeds"} <= set(lines)


def test_no_address_has_no_lines():
    assert formatting.address_lines(None) == []
    assert formatting.address_lines(Address()) == []


def test_formats_without_a_merchant_are_plain():
    assert Formats.of(None) is PLAIN
