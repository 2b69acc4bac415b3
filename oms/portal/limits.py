"""How often somebody may guess: by where they come from, by order number and by contact. Counted in Valkey."""

import hashlib
from collections.abc import Mapping

from django.core.cache import cache

from oms.core.errors import TooMany

MINUTES = 10
# Per quarter of what a person in trouble would need, and far below what guessing needs.
MOST = {"place": 40, "number": 12, "contact": 12, "code": 6}


def check_limits(tenant_id: int, keys: Mapping[str, str]) -> None:
    """Count one try of each kind. Raises `TooMany`, the same whatever was being guessed."""
    for kind, value in keys.items():
        digest = hashlib.sha256(value.strip().lower().encode()).hexdigest()
        key = f"portal:{tenant_id}:{kind}:{digest}"
        cache.add(key, 0, timeout=MINUTES * 60)
        if cache.incr(key) > MOST[kind]:
            raise TooMany(f"That was tried too often. Wait {MINUTES} minutes, then try again.")


def place_of(address: str) -> str:
    """The network an address belongs to: one household, not one machine."""
    return address.rpartition(".")[0] if "." in address else ":".join(address.split(":")[:4])
