"""Create, check and revoke API keys. The secret is shown once and stored as a hash."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from oms.accounts import roles
from oms.accounts.actions.granting import check_scope, check_verbs
from oms.accounts.events import KeyCreated, KeyRevoked
from oms.accounts.locks import lock_key
from oms.accounts.models import ApiKey
from oms.core.audit import Change, record
from oms.core.db.reading import read_models
from oms.core.errors import FieldError, Invalid, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit

MARK = "tl_"
NAME_LENGTH_MAX = 80
LAST_USED_EVERY = timedelta(minutes=1)


def create_key(
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None = None,
    locations: Collection[UUID] = (),
    channels: Collection[UUID] = (),
) -> tuple[ApiKey, str]:
    """A new key of this tenant and its one-time secret (``tl_<prefix>_<secret>``).

    Raises `Invalid` naming each bad field, and `Forbidden` for more than its maker may do.
    """
    opened = unit()
    name = name.strip()
    _check(name, scopes, expires_at)
    check_verbs(scopes)
    check_scope(locations, channels)
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        tenant_id=opened.tenant_id, name=name, prefix=prefix, secret_hash=_hash(secret), scopes=sorted(set(scopes)),
        locations=sorted(set(locations)), channels=sorted(set(channels)), created_by=opened.actor.label,
        created_at=opened.now, expires_at=expires_at,
    )  # fmt: skip
    record([Change("keys.create", f"API key “{name}” created", (("api_key", key.id),), after={"scopes": key.scopes})])
    publish([KeyCreated(key_id=key.id)])
    return key, f"{MARK}{prefix}_{secret}"


def revoke_key(*, key_id: UUID) -> ApiKey:
    """Stop a key at once. Raises `NotFound`; revoking twice changes nothing."""
    key = lock_key(key_id)
    if key is None:
        raise NotFound("There is no such API key.")
    if key.revoked_at is None:
        key.revoked_at = unit().now
        key.save(update_fields=["revoked_at"])
        record([Change("keys.revoke", f"API key “{key.name}” revoked", (("api_key", key.id),))])
        publish([KeyRevoked(key_id=key.id)])
    return key


def find_key(presented: str) -> ApiKey | None:
    """The key a caller presented, if its secret is right; expired and revoked ones too, so that we can say so."""
    prefix, _, secret = presented.removeprefix(MARK).partition("_")
    if not presented.startswith(MARK) or not secret:
        return None
    for key in read_models(ApiKey, "prefix = %s", [prefix]):
        if hmac.compare_digest(key.secret_hash, _hash(secret)):
            return key
    return None


def note_use(key: ApiKey) -> None:
    """Keep "last used" roughly true, with at most one write a minute."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > LAST_USED_EVERY:
        ApiKey.objects.filter(id=key.id).update(last_used_at=now)


def _check(name: str, scopes: Collection[str], expires_at: datetime | None) -> None:
    problems = []
    if not 0 < len(name) <= NAME_LENGTH_MAX:
        problems.append(FieldError("name", "required", "Name the key after the program that will use it."))
    if not scopes or set(scopes) - set(roles.VERBS):
        problems.append(FieldError("scopes", "unknown_scope", f"Choose from: {', '.join(roles.VERBS)}."))
    if expires_at is not None and expires_at <= unit().now:
        problems.append(FieldError("expires_at", "in_the_past", "Choose a time in the future, or none."))
    if problems:
        raise Invalid("The key was not created.", fields=problems)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
