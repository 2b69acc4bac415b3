"""The secrets of one checkout, made at the first start and kept in a file only its user can read."""

import base64
import json
import os
import secrets
from pathlib import Path


def _encryption_key() -> str:
    """One key of the ring `id:base64key,…`, newest first (see `oms/core/secrets.py`)."""
    return f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


MAKERS = {
    "secret_key": lambda: secrets.token_urlsafe(50),
    "encryption_keys": _encryption_key,
    # Hexadecimal, so that they stand in an address as they are.
    "postgres_password": lambda: secrets.token_hex(24),
    "owner_password": lambda: secrets.token_hex(24),
    "app_password": lambda: secrets.token_hex(24),
    "relay_password": lambda: secrets.token_hex(24),
    "valkey_password": lambda: secrets.token_hex(24),
}


class Keyring:
    """A mapping of named secrets; what is missing is made and written down."""

    def __init__(self, path: Path) -> None:
        kept = json.loads(path.read_text()) if path.exists() else {}
        self._values = {name: kept.get(name) or make() for name, make in MAKERS.items()}
        if self._values != kept:
            write_private(path, json.dumps(self._values, indent=2))

    def __getitem__(self, name: str) -> str:
        return self._values[name]


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, in one step: nobody ever sees half of it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)
