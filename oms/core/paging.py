"""Keyset pages: every page costs the same, however deep. No offsets, no exact counts."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from oms.core.errors import Invalid

COUNT_CAP = 1_000


@dataclass(frozen=True)
class Page:
    """``next`` and ``previous`` are opaque cursors, or None at an end."""

    items: list
    next: str | None
    previous: str | None


def encode_cursor(values: Sequence[Any], *, backwards: bool) -> str:
    raw = json.dumps([backwards, *map(_plain, values)], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[bool, list[str]]:
    """Raises `Invalid` for anything we did not make."""
    try:
        backwards, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        readable = all(isinstance(value, str) and value.isprintable() for value in values)
        if not isinstance(backwards, bool) or not readable:
            raise ValueError(cursor)
    except (ValueError, TypeError):
        raise Invalid.field("cursor", "This cursor was not made by us. Start again without it.", "bad_cursor") from None
    return backwards, values


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value) if value is not None else None


def keyset_page(rows: QuerySet, *, order: Sequence[str], size: int, cursor: str = "") -> Page:
    """One page of ``rows`` ordered by two columns with the same direction, the last one unique.

    ``order`` is like ``("-placed_at", "-id")`` and wants an index ``(tenant_id, placed_at DESC, id DESC)``.
    """
    backwards, values = decode_cursor(cursor) if cursor else (False, [])
    names = [name.lstrip("-") for name in order]
    descending = order[0].startswith("-")
    if values:
        rows = rows.filter(_beyond(rows, names, values, less=descending != backwards))
    direction = "-" if descending != backwards else ""
    found = list(rows.order_by(*(direction + name for name in names))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_previous = more if backwards else bool(cursor)
    has_next = True if backwards else more
    return Page(
        found,
        _cursor_at(found[-1], names, backwards=False) if found and has_next else None,
        _cursor_at(found[0], names, backwards=True) if found and has_previous else None,
    )


def _cursor_at(row: Any, names: Sequence[str], *, backwards: bool) -> str:
    read = row.get if isinstance(row, dict) else lambda name: getattr(row, name)
    return encode_cursor([read(name) for name in names], backwards=backwards)


def _beyond(rows: QuerySet, names: Sequence[str], values: Sequence[str], *, less: bool) -> Q:
    """``(a, b) < (x, y)``, written so that the first column alone bounds the index scan."""
    if len(values) != len(names):
        raise Invalid.field("cursor", "This cursor belongs to another list. Start again without it.", "bad_cursor")
    try:
        x, *rest = [
            rows.model._meta.get_field(name).to_python(value) for name, value in zip(names, values, strict=True)
        ]
    except Exception:
        raise Invalid.field(
            "cursor", "This cursor belongs to another list. Start again without it.", "bad_cursor"
        ) from None
    op = "lt" if less else "gt"
    if not rest:
        return Q(**{f"{names[0]}__{op}": x})
    return Q(**{f"{names[0]}__{op}e": x}) & (Q(**{f"{names[0]}__{op}": x}) | Q(**{f"{names[1]}__{op}": rest[0]}))


def capped_count(rows: QuerySet, cap: int = COUNT_CAP) -> int:
    """At most ``cap + 1``: "1,001" means "1,000+"."""
    return rows.order_by()[: cap + 1].count()
