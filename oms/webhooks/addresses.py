"""Which addresses an endpoint may have. The sender filters again: a name may lead elsewhere tomorrow."""

import ipaddress
from urllib.parse import urlsplit

from oms.core.errors import FieldError

LENGTH_MAX = 2000


def address_problems(url: str, *, allow_private: bool) -> list[FieldError]:
    """What is wrong with ``url``; empty when nothing is."""
    if len(url) > LENGTH_MAX or not url.isascii() or not url.isprintable() or " " in url:
        return [_problem("invalid", f"Use an address of up to {LENGTH_MAX} plain characters.")]
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return [_problem("invalid", "This is not an address. It should look like https://example.com/hooks.")]
    if parts.scheme not in ("https", "http") or not host:
        return [_problem("invalid", "This is not an address. It should look like https://example.com/hooks.")]
    if parts.username or parts.password:
        return [_problem("credentials", "Leave out user name and password: every message is signed instead.")]
    if allow_private:
        return []
    if parts.scheme != "https":
        return [_problem("not_https", "Use an https address, so that nobody on the way can read the messages.")]
    if _is_private(host):
        return [_problem("private_address", "Use a public address: webhooks are not sent into private networks.")]
    return []


def _problem(code: str, message: str) -> FieldError:
    return FieldError("url", code, message)


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
