"""Guess what columns mean from their names, and how values are written from a few of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from channels.mapping.fields import FIELDS
from oms.core.sheets.columns import by_name, values_in, writes_decimal_comma
from oms.core.sheets.values import DATE_FORMATS, parsed_at


@dataclass(frozen=True)
class KnownLayout:
    """An export that many merchants have: recognised by ``marks``, read exactly."""

    name: str
    marks: frozenset[str]
    columns: Mapping[str, str]
    options: Mapping[str, object] = field(default_factory=dict)


KNOWN_LAYOUTS = (
    KnownLayout(
        "Online Retail (UCI)",
        frozenset({"InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice"}),
        {
            "order": "InvoiceNo", "sku": "StockCode", "title": "Description", "quantity": "Quantity",
            "placed_at": "InvoiceDate", "unit_price": "UnitPrice", "customer_id": "CustomerID",
            "ship_country": "Country",
        },
        {"timezone": "Europe/London", "currency": "GBP"},
    ),
    KnownLayout(
        "Shopify order export",
        frozenset({"Name", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku"}),
        {
            "order": "Name", "placed_at": "Created at", "currency": "Currency", "email": "Email", "phone": "Phone",
            "shipping": "Shipping", "discount": "Discount Amount", "tax": "Taxes", "total": "Total",
            "payment_state": "Financial Status", "fulfillment_state": "Fulfillment Status",
            "cancelled_at": "Cancelled at", "note": "Notes", "tags": "Tags", "sku": "Lineitem sku",
            "title": "Lineitem name", "quantity": "Lineitem quantity", "unit_price": "Lineitem price",
            # "Discount Amount" already holds what the lines were reduced by.
            **{
                f"{ours}_{part}": f"{theirs} {column}"
                for ours, theirs in (("ship", "Shipping"), ("bill", "Billing"))
                for part, column in (
                    ("name", "Name"), ("company", "Company"), ("line1", "Address1"), ("line2", "Address2"),
                    ("city", "City"), ("region", "Province"), ("postcode", "Zip"), ("country", "Country"),
                    ("phone", "Phone"),
                )
            },
        },
        {"cancel_prefix": "", "adjustment_prefix": ""},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Guess:
    columns: dict[str, str]
    options: dict[str, object]
    layout: str = ""


def guess(header: Sequence[str], samples: Sequence[Sequence[str]] = (), *, day_first: bool = True) -> Guess:
    """What the header names suggest, with the date format that fits every sample.

    ``day_first`` decides for dates like 03/04/2026, which fit both.
    """
    for layout in KNOWN_LAYOUTS:
        if layout.marks <= set(header):
            columns = {name: column for name, column in layout.columns.items() if column in header}
            options = dict(layout.options)
            break
    else:
        layout, columns, options = None, by_name(header, FIELDS), {}
    options["date_format"] = _date_format(header, columns, samples, day_first)
    options["decimal_comma"] = writes_decimal_comma(values_in(header, columns, samples, "unit_price"))
    return Guess(columns, options, layout.name if layout else "")


def _date_format(header, columns, samples, day_first: bool) -> str:
    values = values_in(header, columns, samples, "placed_at")
    fitting = [each for each in DATE_FORMATS if values and all(_fits(value, each) for value in values)]
    if not fitting:
        return ""
    first, *others = fitting
    return next((each for each in others if each.startswith("%m")), first) if not day_first else first


def _fits(value: str, format: str) -> bool:
    try:
        return isinstance(parsed_at(value, format, "UTC").at, datetime)
    except ValueError:
        return False
