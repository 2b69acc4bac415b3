"""Who ordered: found by e-mail or by the channel's number for them, made when new.

One statement when all are known, two when some are new, however many there are.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit
from orders.models import Customer
from orders.placing.drafts import OrderDraft

Known = dict[tuple[str, str], UUID]


def find_or_create_customers(drafts: Sequence[OrderDraft]) -> list[UUID | None]:
    """The customer of each draft, None for those that name nobody. What is known of a customer is not overwritten."""
    named = [draft for draft in drafts if _keys(draft)]
    if not named:
        return [None] * len(drafts)
    known = _known(named)
    new = _new_rows(named, known)
    if new:
        made = {row[0] for row in insert_rows(Customer, new, on_conflict="ON CONFLICT DO NOTHING", returning=["id"])}
        known |= {key: row["id"] for row in new if row["id"] in made for key in _keys_of_row(row)}
        if len(made) < len(new):
            # Someone else made one of them meanwhile: theirs stands.
            known |= _known(named)
    return [_lookup(draft, known) for draft in drafts]


def _keys(draft: OrderDraft) -> list[tuple[str, str]]:
    pairs = (("email", draft.email), ("external_id", draft.customer_external_id))
    return [(kind, value) for kind, value in pairs if value]


def _keys_of_row(row: dict) -> list[tuple[str, str]]:
    return [(kind, row[kind]) for kind in ("email", "external_id") if row[kind]]


def _lookup(draft: OrderDraft, known: Known) -> UUID | None:
    return next((known[key] for key in _keys(draft) if key in known), None)


def _known(drafts: Sequence[OrderDraft]) -> Known:
    emails = {draft.email for draft in drafts if draft.email}
    theirs = {draft.customer_external_id for draft in drafts if draft.customer_external_id}
    wanted = Q()
    if emails:
        wanted |= Q(email__in=emails)
    if theirs:
        wanted |= Q(external_id__in=theirs)
    found: Known = {}
    for customer_id, email, external_id in Customer.objects.filter(wanted).values_list("id", "email", "external_id"):
        if email:
            found["email", email] = customer_id
        if external_id:
            found["external_id", external_id] = customer_id
    return found


def _new_rows(drafts: Sequence[OrderDraft], known: Known) -> list[dict]:
    """One row per new customer, sorted, so that two batches meet on the unique index in the same order."""
    rows: dict[tuple[str, str], dict] = {}
    seen = set(known)
    for draft in drafts:
        keys = _keys(draft)
        if seen.isdisjoint(keys):
            rows[keys[0]] = {
                "id": uuid7(), "name": draft.customer_name or draft.ship_to.name, "email": draft.email,
                "phone": draft.phone, "external_id": draft.customer_external_id, "created_at": unit().now,
            }  # fmt: skip
        seen.update(keys)
    return [rows[key] for key in sorted(rows)]
