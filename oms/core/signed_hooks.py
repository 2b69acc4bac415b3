"""Signatures of what comes in, as the Standard Webhooks specification writes them."""

import base64
import os
from collections.abc import Collection, Mapping

from standardwebhooks import Webhook, WebhookVerificationError

SECRET_BYTES = 32
NOT_SIGNED = (
    "This is not signed with the secret in force, or more than five minutes old. "
    "Sign webhook-id.webhook-timestamp.body as the Standard Webhooks specification says, with the present time."
)


def new_secret() -> str:
    """``whsec_…``, as the specification writes secrets."""
    return "whsec_" + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def is_signed(secrets: Collection[str], body: bytes, headers: Mapping[str, str]) -> bool:
    """Is this signed with one of these secrets, and less than five minutes old?"""
    for secret in secrets:
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):  # the latter for headers and bodies that make no sense
            continue
        return True
    return False
