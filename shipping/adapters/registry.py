"""The carriers we can ship with, by name."""

from shipping.adapters.own_delivery.carrier import OwnDelivery
from shipping.adapters.port import Carrier, Terms

CARRIERS: dict[str, type[Carrier]] = {OwnDelivery.name: OwnDelivery}


def carrier(name: str, terms: Terms) -> Carrier:
    """The carrier of this name, on these terms."""
    return CARRIERS[name](terms)
