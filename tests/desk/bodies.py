"""Orders as an integrator sends them."""

from itertools import count

_numbers = count(1)
BERLIN = {"name": "Ada Byron", "line1": "Torstraße 1", "city": "Berlin", "postcode": "10119", "country": "DE"}


def body(*lines: dict, **fields: object) -> dict:
    """One blue mug to Berlin, unless said otherwise; a field given as None is left out."""
    good = {
        "channel": "web", "external_id": f"API-{next(_numbers)}", "currency": "EUR",
        "customer": {"name": "Ada Byron", "email": "ada@example.com"}, "ship_to": BERLIN,
        "lines": list(lines) or [{"sku": "MUG-BLU", "quantity": 1, "unit_price": "12.50"}],
    }  # fmt: skip
    return {name: value for name, value in {**good, **fields}.items() if value is not None}


def problems(response) -> set[tuple[str, str]]:
    """(field, code) of a problem answer; fails when it is none."""
    assert response["Content-Type"].startswith("application/problem+json")
    return {(each["field"], each["code"]) for each in response.json().get("errors", [])}
