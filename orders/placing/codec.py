"""A draft as JSON and back: saved drafts and approvals keep one exactly as it was given."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from oms.core.addresses import Address
from orders.placing.drafts import LineDraft, OrderDraft

_READ = {
    "channel_id": UUID, "order_id": UUID, "placed_at": datetime.fromisoformat, "shipping": Decimal,
    "discount": Decimal, "imported_total": Decimal, "unit_price": Decimal, "tax": Decimal,
    "ship_to": Address.from_json, "bill_to": Address.from_json, "tags": tuple,
}  # fmt: skip


def draft_to_json(draft: OrderDraft) -> dict:
    values = {field.name: _plain(getattr(draft, field.name)) for field in dataclasses.fields(draft)}
    values["lines"] = [
        {field.name: _plain(getattr(line, field.name)) for field in dataclasses.fields(line)} for line in draft.lines
    ]
    return values


def draft_from_json(data: Mapping) -> OrderDraft:
    values = {name: _read(name, value) for name, value in data.items() if name != "lines"}
    lines = tuple(
        LineDraft(**{name: _read(name, value) for name, value in line.items()}) for line in data.get("lines", ())
    )
    return OrderDraft(**values, lines=lines)


def _plain(value: object) -> object:
    if isinstance(value, Address):
        return value.to_json()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _read(name: str, value: object) -> object:
    return value if value is None or name not in _READ else _READ[name](value)
