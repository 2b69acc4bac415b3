"""Create, check and revoke API keys. The secret is shown once and stored as a hash."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from oms.accounts import roles
from oms.accounts.models import ApiKey
from oms.core.audit import Change, record
from oms.core.errors import Invalid, NotFound
from oms.core.tenancy import unit

MARK = "tl_"
LAST_USED_EVERY = timedelta(minutes=1)


def create_key(*, name: str, scopes: Collection[str], expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """A new key of this tenant and its one-time secret (``tl_<prefix>_<secret>``).

    Raises `Invalid` naming ``name`` or ``scopes``.
    """
    opened = unit()
    name = name.strip()
    if not name:
        raise Invalid.field("name", "Name the key after the program that will use it.", "required")
    unknown = sorted(set(scopes) - set(roles.VERBS))
    if unknown or not scopes:
        raise Invalid.field("scopes", f"Choose from: {', '.join(roles.VERBS)}.", "unknown_scope")
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        tenant_id=opened.tenant_id, name=name, prefix=prefix, secret_hash=_hash(secret), scopes=sorted(set(scopes)),
        created_by=opened.actor.label, created_at=opened.now, expires_at=expires_at,
    )  # fmt: skip
    record([Change("keys.create", f"API key “{name}” created", (("api_key", key.id),), after={"scopes": key.scopes})])
    return key, f"{MARK}{prefix}_{secret}"


def revoke_key(*, key_id: UUID) -> ApiKey:
    """Stop a key at once. Raises `NotFound`; revoking twice changes nothing."""
    opened = unit()
    key = ApiKey.objects.select_for_update().filter(tenant_id=opened.tenant_id, id=key_id).first()
    if key is None:
        raise NotFound("There is no such API key.")
    if key.revoked_at is None:
        key.revoked_at = opened.now
        key.save(update_fields=["revoked_at"])
        record([Change("keys.revoke", f"API key “{key.name}” revoked", (("api_key", key.id),))])
    return key


def find_key(presented: str) -> ApiKey | None:
    """The key a caller presented, if its secret is right; expired and revoked ones too, so that we can say so."""
    prefix, _, secret = presented.removeprefix(MARK).partition("_")
    if not presented.startswith(MARK) or not secret:
        return None
    key = ApiKey.objects.select_related("tenant").filter(prefix=prefix).first()
    if key is None or not hmac.compare_digest(key.secret_hash, _hash(secret)):
        return None
    return key


def note_use(key: ApiKey) -> None:
    """Keep "last used" roughly true, with at most one write a minute."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > LAST_USED_EVERY:
        ApiKey.objects.filter(id=key.id).update(last_used_at=now)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
