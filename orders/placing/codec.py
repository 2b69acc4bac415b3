"""A draft as JSON and back: saved drafts and approvals keep one exactly as it was given."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from oms.core.addresses import Address
from orders.placing.drafts import LineDraft, OrderDraft, PaymentDraft

_READ = {
    "channel_id": UUID, "order_id": UUID, "cart_id": UUID, "placed_at": datetime.fromisoformat, "shipping": Decimal,
    "discount": Decimal, "imported_total": Decimal, "unit_price": Decimal, "tax": Decimal,
    "amount": Decimal, "base_rate": Decimal, "ship_to": Address.from_json, "bill_to": Address.from_json, "tags": tuple,
}  # fmt: skip
_PARTS = {"lines": LineDraft, "payments": PaymentDraft}


def draft_to_json(draft: OrderDraft) -> dict:
    values = {field.name: _plain(getattr(draft, field.name)) for field in dataclasses.fields(draft)}
    for name in _PARTS:
        values[name] = [
            {field.name: _plain(getattr(part, field.name)) for field in dataclasses.fields(part)}
            for part in getattr(draft, name)
        ]
    return values


def draft_from_json(data: Mapping) -> OrderDraft:
    values = {name: _read(name, value) for name, value in data.items() if name not in _PARTS}
    for part, kind in _PARTS.items():
        values[part] = tuple(
            kind(**{name: _read(name, value) for name, value in each.items()}) for each in data.get(part, ())
        )
    return OrderDraft(**values)


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
