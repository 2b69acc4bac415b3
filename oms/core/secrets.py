"""Secrets at rest: AES-GCM under a rotatable key, bound to the tenant and field they belong to.

``ENCRYPTION_KEYS`` is ``id:base64key,…``, newest first: the first encrypts, all decrypt. Stored as
``id.nonce.ciphertext``. The binding (AAD) makes a ciphertext moved to another tenant's row useless.
"""

import base64
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12


class Unreadable(Exception):
    """The secret belongs to another row or its key is gone."""


@cache
def _keys(configured: str) -> dict[str, AESGCM]:
    if not configured:
        raise ImproperlyConfigured("Set ENCRYPTION_KEYS (id:base64key) before storing secrets.")
    pairs = (entry.split(":", 1) for entry in configured.split(","))
    return {name: AESGCM(base64.b64decode(key)) for name, key in pairs}


def _binding(tenant_id: int, field: str) -> bytes:
    return f"{tenant_id}:{field}".encode()


def encrypt(text: str, *, tenant_id: int, field: str) -> str:
    """Encrypt for one field (``webhooks.endpoint.secret``) of one tenant."""
    keys = _keys(settings.ENCRYPTION_KEYS)
    name = next(iter(keys))
    nonce = os.urandom(NONCE_BYTES)
    sealed = keys[name].encrypt(nonce, text.encode(), _binding(tenant_id, field))
    return ".".join([name, base64.urlsafe_b64encode(nonce).decode(), base64.urlsafe_b64encode(sealed).decode()])


def decrypt(stored: str, *, tenant_id: int, field: str) -> str:
    """Raises `Unreadable` for another tenant's or field's ciphertext, or a key that is gone."""
    name, nonce, sealed = stored.split(".")
    key = _keys(settings.ENCRYPTION_KEYS).get(name)
    if key is None:
        raise Unreadable(f"The encryption key “{name}” is not configured any more.")
    try:
        opened = key.decrypt(
            base64.urlsafe_b64decode(nonce), base64.urlsafe_b64decode(sealed), _binding(tenant_id, field)
        )
    except InvalidTag:
        raise Unreadable("This secret belongs to another record.") from None
    return opened.decode()
