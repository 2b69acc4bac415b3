"""Signing secrets: ``whsec_…`` as the specification writes them, encrypted at rest, two of them after a rotation."""

from datetime import datetime

from standardwebhooks import Webhook

from oms.core.secrets import decrypt, encrypt
from oms.webhooks.models import Endpoint

FIELD = "webhooks.endpoint.secret"


def sealed(secret: str, tenant_id: int) -> str:
    return encrypt(secret, tenant_id=tenant_id, field=FIELD)


def secrets_in_force(endpoint: Endpoint, now: datetime) -> list[str]:
    """The newest first; after a rotation the one before it too, until its time is over."""
    stored = [endpoint.secret]
    if endpoint.previous_secret and endpoint.previous_until and now < endpoint.previous_until:
        stored.append(endpoint.previous_secret)
    return [decrypt(each, tenant_id=endpoint.tenant_id, field=FIELD) for each in stored]


def signature_headers(secrets: list[str], event_id: str, body: str, now: datetime) -> dict[str, str]:
    """The three headers of the specification; any one valid signature satisfies a receiver."""
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(event_id, now, body) for secret in secrets),
    }
