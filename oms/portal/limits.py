"""How often somebody may guess: by where they come from, by order number and by contact. Counted in Valkey."""

import hashlib
from collections.abc import Mapping
from time import time

from django.core.cache import cache

from oms.core.errors import TooMany

MINUTES = 10
# Per quarter of what a person in trouble would need, and far below what guessing needs.
MOST = {"place": 40, "number": 12, "contact": 12, "code": 6, "mail_to": 3, "mail_from": 10}


def check_limits(tenant_id: int, keys: Mapping[str, str]) -> None:
    """Count one try of each kind, before it is known to be right, so that of many at once each is counted.

    Raises `TooMany`, the same whatever was being guessed.
    """
    for kind, value in keys.items():
        if _count(_key(tenant_id, kind, value)) > MOST[kind]:
            raise TooMany(f"That was tried too often. Wait {MINUTES} minutes, then try again.")


def forgive(tenant_id: int, keys: Mapping[str, str]) -> None:
    """Take a try back: whoever was right has not guessed, and many honest customers may share a network."""
    for kind, value in keys.items():
        key = _key(tenant_id, kind, value)
        if cache.get(key, 0) > 0:
            cache.decr(key)


def _count(key: str) -> int:
    cache.add(key, 0, timeout=2 * MINUTES * 60)
    return cache.incr(key)


def _key(tenant_id: int, kind: str, value: str) -> str:
    """One counter per span of minutes: it lives longer than its span, so it never ends between two steps."""
    digest = hashlib.sha256(value.strip().lower().encode()).hexdigest()
    return f"portal:{tenant_id}:{kind}:{digest}:{int(time()) // (MINUTES * 60)}"
