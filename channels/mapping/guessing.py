"""Guess what columns mean from their names, and how values are written from a few of them."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from channels.mapping.fields import FIELDS
from channels.mapping.values import DATE_FORMATS, parsed_at


def plain(name: str) -> str:
    """A header name as it is compared: small letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def header_key(header: Sequence[str]) -> str:
    """The same for the same set of columns, in whatever order they come."""
    return hashlib.sha256("\n".join(sorted(map(plain, header))).encode()).hexdigest()


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
        layout, columns, options = None, _by_name(header), {}
    options["date_format"] = _date_format(header, columns, samples, day_first)
    options["decimal_comma"] = _decimal_comma(header, columns, samples)
    return Guess(columns, options, layout.name if layout else "")


def _by_name(header: Sequence[str]) -> dict[str, str]:
    free = {plain(name): name for name in reversed(header)}
    columns = {}
    for wanted in FIELDS:
        match = next((name for name in wanted.names if name in free), None)
        if match is not None:
            columns[wanted.name] = free.pop(match)
    return columns


def _values(header: Sequence[str], columns: dict[str, str], samples, name: str) -> list[str]:
    if name not in columns:
        return []
    at = header.index(columns[name])
    return [value for row in samples if at < len(row) and (value := row[at].strip())]


def _date_format(header, columns, samples, day_first: bool) -> str:
    values = _values(header, columns, samples, "placed_at")
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


def _decimal_comma(header, columns, samples) -> bool:
    """Prices like 2,55 or 1.234,50 and never 2.55."""
    prices = _values(header, columns, samples, "unit_price")
    return any(re.search(r",\d{1,2}$", price) for price in prices) and not any(
        re.search(r"\.\d{1,2}$", price) for price in prices
    )
