"""What a driver's app or a depot posts to the hook of an own-delivery account.

{"scans": [{"id": "s-1", "tracking_number": "OD…", "code": "delivered", "occurred_at": "2026-11-24T10:15:00Z",
            "place": "Leeds", "description": "Left with a neighbour"}]}
"""

import json
from datetime import datetime

from shipping.adapters.port import Scan, Unreadable
from shipping.lifecycle import CODES

SCANS_MAX = 1000
TEXT_MAX = 500
# The texts of a scan, and whether it must have them.
TEXTS = {"id": True, "tracking_number": True, "code": True, "place": False, "description": False}


def scans_in(body: str) -> list[Scan]:
    """Raises `Unreadable` naming the first thing that is wrong."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise _wrong("The body is not JSON.") from None
    rows = data.get("scans") if isinstance(data, dict) else None
    if not isinstance(rows, list) or len(rows) > SCANS_MAX:
        raise _wrong(f"Send an object with “scans”, a list of at most {SCANS_MAX}.")
    return [_scan(row, f"scans.{at}") for at, row in enumerate(rows)]


def _scan(row: object, path: str) -> Scan:
    if not isinstance(row, dict):
        raise _wrong(f"{path} is not an object.")
    texts = {}
    for name, needed in (
        ("id", True),
        ("tracking_number", True),
        ("code", True),
        ("place", False),
        ("description", False),
    ):
        value = row.get(name, "")
        if not isinstance(value, str) or len(value) > TEXT_MAX or "\x00" in value or (needed and not value.strip()):
            raise _wrong(f"{path}.{name} must be a text of 1 to {TEXT_MAX} characters.")
        texts[name] = value.strip()
    if texts["code"] not in CODES:
        raise _wrong(f"{path}.code “{texts['code'][:40]}” is none of: {', '.join(CODES)}.")
    number = texts["tracking_number"].replace(" ", "").upper()
    return Scan(texts["id"], number, texts["code"], _moment(row, path), texts["place"], texts["description"])


def _moment(row: dict, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(row.get("occurred_at"))
    except (TypeError, ValueError):
        raise _wrong(f"{path}.occurred_at must be a time like 2026-11-24T10:15:00Z.") from None
    if moment.tzinfo is None:
        raise _wrong(f"{path}.occurred_at lacks its time zone: end it with Z, or like +01:00.")
    return moment


def _wrong(sentence: str) -> Unreadable:
    return Unreadable("unreadable", sentence)
