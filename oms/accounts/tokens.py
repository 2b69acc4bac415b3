"""The secret in an invitation's link: made again from the row and our own key, so that nobody stores it."""

import hashlib
from datetime import UTC, datetime

from django.utils.crypto import salted_hmac


def invitation_token(*, tenant_id: int, email: str, expires_at: datetime) -> str:
    about = f"{tenant_id}:{email}:{expires_at.astimezone(UTC).isoformat()}"
    return salted_hmac("oms.accounts.invitation", about, algorithm="sha256").hexdigest()


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
