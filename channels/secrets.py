"""The secrets that sign what a channel's hook is sent, encrypted at rest, two of them after a rotation."""

from collections.abc import Mapping
from datetime import datetime

from channels.models import Connection
from oms.core import signed_hooks
from oms.core.secrets import decrypt, encrypt

FIELD = "channels.connection.secret"


def sealed(secret: str, tenant_id: int) -> str:
    return encrypt(secret, tenant_id=tenant_id, field=FIELD)


def is_signed(connection: Connection, body: bytes, headers: Mapping[str, str], now: datetime) -> bool:
    """Is this signed with a secret in force, and less than five minutes old?"""
    stored = [connection.secret]
    if connection.previous_secret and connection.previous_until and now < connection.previous_until:
        stored.append(connection.previous_secret)
    secrets = [decrypt(each, tenant_id=connection.tenant_id, field=FIELD) for each in stored if each]
    return signed_hooks.is_signed(secrets, body, headers)
