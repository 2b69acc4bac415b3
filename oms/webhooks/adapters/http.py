"""Post to an address that a merchant typed: never into a private network, never along a redirect, never for long."""

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from requests import RequestException
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress

TIMEOUT_SECONDS = 10
RESPONSE_KEPT = 2000
USER_AGENT = "Throughline-Webhooks/1"


@dataclass(frozen=True)
class Outcome:
    """``status`` is None when nothing came back; then ``error`` says why."""

    status: int | None
    response: str
    error: str
    duration_ms: int


def post(url: str, body: str, headers: dict[str, str]) -> Outcome:
    """Send once. Every way in which it can fail is an `Outcome`, not an exception."""
    begun = time.monotonic()
    status, text, error = None, "", ""
    try:
        _check_scheme(url)
        with _session() as session, session.post(
            url, data=body.encode(), headers={**headers, "content-type": "application/json"}, stream=True
        ) as response:  # fmt: skip
            status, text = response.status_code, _beginning(response, begun + TIMEOUT_SECONDS)
    except InvalidIPAddress:
        error = "The address is in a private network, where webhooks are not sent."
    except (RequestException, OSError, ValueError) as failure:
        error = f"{type(failure).__name__}: {failure}"[:RESPONSE_KEPT]
    return Outcome(status, text, error, round((time.monotonic() - begun) * 1000))


def _check_scheme(url: str) -> None:
    if urlsplit(url).scheme != "https" and not settings.WEBHOOK_ALLOW_PRIVATE:
        raise ValueError("only https addresses are sent to")


def _session() -> HTTPSession:
    session = HTTPSession(
        Config(
            ip_filter_enable=not settings.WEBHOOK_ALLOW_PRIVATE,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(TIMEOUT_SECONDS, TIMEOUT_SECONDS),
            user_agent_override=USER_AGENT,
        )
    )
    # Proxies and .netrc of the machine would lead past the filter, or send its credentials to strangers.
    session.trust_env = False
    return session


def _beginning(response, deadline: float) -> str:
    """What a person needs to see of the answer; a receiver that drips is cut off."""
    kept = b""
    for chunk in response.iter_content(512):
        kept += chunk
        if len(kept) >= RESPONSE_KEPT or time.monotonic() > deadline:
            break
    return kept[:RESPONSE_KEPT].decode("utf-8", "replace").replace("\x00", "�")
