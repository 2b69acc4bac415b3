"""Columns guessed from header names, and cells read as what they mean."""

import csv
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from channels.mapping.countries import country_code
from channels.mapping.guessing import guess
from channels.mapping.kinds import DEFAULT_RULES, KindRules
from channels.mapping.options import Options, options_from
from oms.core.errors import Invalid
from oms.core.sheets.columns import header_key
from oms.core.sheets.values import amount, parsed_at, quantity
from tests.channels.files import COLUMNS

SHOPIFY = """
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,
Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,
Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,
Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,
Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,
Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,
Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,
Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Phone,Receipt Number,Duties,Billing Province Name,
Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References
""".replace("\n", "").split(",")


def test_the_wholesaler_s_columns_are_known():
    found = guess(COLUMNS, [["536365", "85123A", "HOLDER", "6", "2010-12-01 08:26:00", "2.55", "17850", "EIRE"]])
    assert found.layout == "Online Retail (UCI)"
    assert found.columns == {
        "order": "InvoiceNo", "sku": "StockCode", "title": "Description", "quantity": "Quantity",
        "placed_at": "InvoiceDate", "unit_price": "UnitPrice", "customer_id": "CustomerID", "ship_country": "Country",
    }  # fmt: skip
    assert found.options == {
        "timezone": "Europe/London", "currency": "GBP", "date_format": "", "decimal_comma": False,
    }  # fmt: skip


def test_the_shop_export_is_known():
    found = guess(SHOPIFY)
    assert found.layout == "Shopify order export"
    expected = {
        "order": "Name", "sku": "Lineitem sku", "quantity": "Lineitem quantity", "unit_price": "Lineitem price",
        "title": "Lineitem name", "placed_at": "Created at", "email": "Email", "shipping": "Shipping",
        "ship_line1": "Shipping Address1", "bill_postcode": "Billing Zip", "payment_state": "Financial Status",
        "ship_phone": "Shipping Phone", "total": "Total",
    }  # fmt: skip
    assert expected.items() <= found.columns.items()
    assert set(found.columns.values()) <= set(SHOPIFY)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Order ID;SKU;Qty;Item price;Order date", {"order": "Order ID", "sku": "SKU", "quantity": "Qty"}),
        (
            "Order Number,Product Code,Units,Rate",
            {"order": "Order Number", "sku": "Product Code", "unit_price": "Rate"},
        ),
        (
            "order_no\titem_code\tQTY\tship to city",
            {"order": "order_no", "sku": "item_code", "ship_city": "ship to city"},
        ),
    ],
)
def test_other_names_are_guessed(header, expected):
    (columns,) = csv.reader([header], delimiter=";" if ";" in header else "\t" if "\t" in header else ",")
    assert expected.items() <= guess(columns).columns.items()


@pytest.mark.parametrize(
    ("sample", "day_first", "expected"),
    [
        ("2026-03-04 10:00", True, ""),
        ("2026-03-04 10:00:00 -0500", True, ""),
        ("03/04/2026", True, "%d/%m/%Y"),
        ("03/04/2026", False, "%m/%d/%Y"),
        ("13/04/2026", False, "%d/%m/%Y"),
        ("31.12.2026 23:59", True, "%d.%m.%Y %H:%M"),
    ],
)
def test_the_date_format_fits_the_samples(sample, day_first, expected):
    found = guess(["Order", "Order date"], [["1", sample]], day_first=day_first)
    assert found.options["date_format"] == expected


def test_the_same_columns_in_another_order_are_the_same_header():
    assert header_key(COLUMNS) == header_key(COLUMNS[::-1]) != header_key(COLUMNS[1:])


@pytest.mark.parametrize(
    ("text", "comma", "expected"), [("6", False, 6), ("-1,200", False, -1200), ("6.0", False, 6), ("1.200", True, 1200)]
)
def test_quantities(text, comma, expected):
    assert quantity(text, comma) == expected


@pytest.mark.parametrize("text", ["", "six", "1.5", "1e9", "99999999999", "=1+1", "NaN"])
def test_what_is_no_quantity_says_so(text):
    with pytest.raises(ValueError, match=r"not a whole number|more than"):
        quantity(text)


@pytest.mark.parametrize(
    ("text", "comma", "expected"),
    [
        ("2.55", False, "2.55"),
        ("£1,234.50", False, "1234.50"),
        ("-£3", False, "-3"),
        ("1.234,5", True, "1234.5"),
        (".5", False, "0.5"),
    ],
)
def test_amounts(text, comma, expected):
    assert amount(text, comma) == Decimal(expected)


@pytest.mark.parametrize(("text", "comma"), [("12,50", False), ("1,2,345", False), ("12.50", True), ("1.5", True)])
def test_a_price_in_the_other_notation_is_not_a_hundred_times_as_much(text, comma):
    with pytest.raises(ValueError, match="separates no thousands"):
        amount(text, comma)


@pytest.mark.parametrize("text", ["", "free", "NaN", "Infinity", "1e5", "1.23456", "--1"])
def test_what_is_no_amount_says_so(text):
    with pytest.raises(ValueError, match=r"not an amount|decimals"):
        amount(text)


@pytest.mark.parametrize(
    ("text", "expected", "moved"),
    [
        ("2011-01-15 12:00:00", datetime(2011, 1, 15, 12, tzinfo=UTC), False),
        ("2011-07-15 12:00:00", datetime(2011, 7, 15, 11, tzinfo=UTC), False),
        # The clock jumped from 01:00 to 02:00: half past one never was.
        ("2011-03-27 01:30:00", datetime(2011, 3, 27, 1, 30, tzinfo=UTC), True),
        # And it was half past one twice: the first is meant.
        ("2011-10-30 01:30:00", datetime(2011, 10, 30, 0, 30, tzinfo=UTC), True),
        ("2011-10-30T01:30:00+00:00", datetime(2011, 10, 30, 1, 30, tzinfo=UTC), False),
    ],
)
def test_local_time_at_the_clock_changes(text, expected, moved):
    when = parsed_at(text, "", "Europe/London")
    assert (when.at, when.moved) == (expected, moved)


@pytest.mark.parametrize("text", ["yesterday", "2011-13-01", "0001-01-01", ""])
def test_what_is_no_date_says_so(text):
    with pytest.raises(ValueError, match=r"not a date|before 1990"):
        parsed_at(text, "", "Europe/London")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("EIRE", "IE"), ("RSA", "ZA"), ("Channel Islands", "JE"), ("USA", "US"), ("United Kingdom", "GB"), ("de", "DE"),
        ("Deutschland", "DE"), ("Hong Kong", "HK"), ("Czech Republic", "CZ"), ("Unspecified", ""),
        ("European Community", ""), ("", ""), ("Atlantis", None), ("QQ", None),
    ],
)  # fmt: skip
def test_country_names(name, code):
    assert country_code(name) == code


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("POST", "shipping"), ("DOT", "shipping"), ("C2", "shipping"), ("M", "adjustment"), ("D", "discount"),
        ("S", "sample"), ("BANK CHARGES", "fee"), ("AMAZONFEE", "fee"), ("CRUK", "fee"), ("B", "bad_debt"),
        ("GIFT_0001_20", "voucher"), ("PADS", "goods"), ("DCGSSGIRL", "goods"), ("85123A", "goods"),
    ],
)  # fmt: skip
def test_codes_that_are_no_goods(code, kind):
    assert KindRules(DEFAULT_RULES).kind_of(code) == kind


def test_the_table_of_codes_can_be_another():
    assert KindRules({"wrap*": "fee"}).kind_of("WRAPPING") == "fee"
    assert KindRules({"wrap*": "fee"}).kind_of("POST") == "goods"


def test_every_bad_option_is_named_at_once():
    with pytest.raises(Invalid) as refused:
        options_from(
            {
                "timezone": "Mars/Base", "currency": "XYZ", "on_shortage": "maybe", "create_missing_items": "yes",
                "kind_rules": {"A": "toys"}, "colour": "red", "opening_stock_factor": "-1", "country": "Atlantis",
                "opening_stock_location": "here",
            }
        )  # fmt: skip
    assert {each.field.removeprefix("options.") for each in refused.value.fields} == {
        "timezone", "currency", "on_shortage", "create_missing_items", "kind_rules", "colour", "opening_stock_factor",
        "country", "opening_stock_location",
    }  # fmt: skip


def test_options_survive_json():
    options = options_from({"timezone": "Europe/London", "cancel_prefix": "CR"}, Options(currency="GBP"))
    assert options_from(options.to_json()) == options
