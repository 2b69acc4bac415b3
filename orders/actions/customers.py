"""Who ordered: found by e-mail or by the channel's number for them, made when new.

One statement when all are known, two when some are new, however many there are.
"""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.db.reading import read_rows
from oms.core.relays import is_relay_address
from oms.core.tenancy import unit
from orders.models import Customer
from orders.placing.drafts import OrderDraft

Keys = list[tuple[str, str]]
Known = dict[tuple[str, str], UUID]
# Each with its index's own condition: of more than a hundred values the planner does not see that none is empty.
_BY_KEY = {
    kind: f"SELECT '{kind}', {kind}, id FROM orders_customer "
    f"WHERE tenant_id = %s AND {kind} = ANY(%s) AND NOT ({kind} = '')"
    for kind in ("email", "external_id")
}


def find_or_create_customers(drafts: Sequence[OrderDraft]) -> list[UUID | None]:
    """The customer of each draft, None for those that name nobody. What is known of a customer is not overwritten."""
    keys = [_keys(draft) for draft in drafts]
    if not any(keys):
        return [None] * len(drafts)
    known = _known(keys)
    new = _new_rows(drafts, keys, known)
    if new:
        made = {row[0] for row in insert_rows(Customer, new, on_conflict="ON CONFLICT DO NOTHING", returning=["id"])}
        known |= {key: row["id"] for row in new if row["id"] in made for key in _keys_of_row(row)}
        if len(made) < len(new):
            # Someone else made one of them meanwhile: theirs stands.
            known |= _known(keys)
    return [next((known[key] for key in each if key in known), None) for each in keys]


def _keys(draft: OrderDraft) -> Keys:
    """A marketplace's own address is good for one order and tells nobody who the buyer is."""
    email = "" if is_relay_address(draft.email) else draft.email
    return [(kind, value) for kind, value in (("email", email), ("external_id", draft.customer_external_id)) if value]


def _keys_of_row(row: dict) -> Keys:
    return [(kind, row[kind]) for kind in ("email", "external_id") if row[kind]]


def _known(keys: Sequence[Keys]) -> Known:
    wanted: dict[str, set[str]] = defaultdict(set)
    for each in keys:
        for kind, value in each:
            wanted[kind].add(value)
    params = [param for values in wanted.values() for param in (unit().tenant_id, list(values))]
    rows = read_rows(" UNION ALL ".join(_BY_KEY[kind] for kind in wanted), params)
    return {(kind, value): customer_id for kind, value, customer_id in rows}


def _new_rows(drafts: Sequence[OrderDraft], keys: Sequence[Keys], known: Known) -> list[dict]:
    """One row per new customer, sorted, so that two batches meet on the unique index in the same order."""
    rows: dict[tuple[str, str], dict] = {}
    seen = set(known)
    for draft, each in zip(drafts, keys, strict=True):
        if each and seen.isdisjoint(each):
            rows[each[0]] = {
                "id": uuid7(), "name": draft.customer_name or draft.ship_to.name, "email": dict(each).get("email", ""),
                "phone": draft.phone, "external_id": draft.customer_external_id, "created_at": unit().now,
            }  # fmt: skip
        seen.update(each)
    return [rows[key] for key in sorted(rows)]
