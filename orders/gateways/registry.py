"""Which gateways there are, by the name that a payment carries."""

from orders.gateways.manual import NAME, Manual
from orders.gateways.port import Gateway

_gateways: dict[str, Gateway] = {NAME: Manual()}


def register(name: str, gateway: Gateway) -> None:
    """Add a gateway; payments name it from then on."""
    _gateways[name] = gateway


def gateway(name: str) -> Gateway | None:
    return _gateways.get(name)


def known_gateways() -> list[str]:
    return sorted(_gateways)
