"""Where a request comes from. Proxies of ours are believed about whom they heard from, and nobody else is."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Network = IPv4Network | IPv6Network
# One household or office, and not one machine.
HOUSEHOLD = {4: 24, 6: 64}


def place_of(request: HttpRequest) -> str:
    """The network that the request comes from."""
    heard = request.headers.get("X-Forwarded-For", "")
    address = client_address(request.META.get("REMOTE_ADDR", ""), heard, settings.TRUSTED_PROXIES)
    known = _read(address)
    return address if known is None else str(ip_network((known, HOUSEHOLD[known.version]), strict=False))


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The last hop on the way here that is no proxy of ours. Pure.

    Each proxy writes at the right end whom it heard from. Read from there, all that lies beyond the first
    stranger was written by strangers, and so was what is no address.
    """
    nearest = peer
    for hop in reversed([*forwarded.split(","), peer]):
        address = _read(hop.strip())
        if address is None:
            return nearest
        nearest = str(address)
        if not any(address in network for network in trusted):
            return nearest
    return nearest


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
