"""Orders in the making: saved as often as one likes, without number or reservation, until placed or discarded.

A draft may be wrong or half done: it is kept exactly as typed, and checked when it is placed.
"""

from dataclasses import replace
from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotFound, Stale
from oms.core.money import ZERO
from oms.core.tenancy import unit
from orders import next_step
from orders.actions.place import Placed, place_order
from orders.lifecycle import DRAFT, next_state
from orders.locks import lock_order
from orders.models import Order
from orders.placing.checking import draft_problems
from orders.placing.codec import draft_from_json, draft_to_json
from orders.placing.drafts import OrderDraft
from orders.placing.pricing import Totals, price_line, price_order
from orders.placing.texts import clean_draft, text_problems
from orders.queries.placing import known_channels

KEPT_IN = "draft"


def save_draft(*, draft: OrderDraft) -> Order:
    """Keep a new draft. Raises `Invalid` only for what cannot be stored, or when it names no sales channel."""
    row = _fill(Order(id=uuid7(), state=DRAFT, created_at=unit().now, placed_at=unit().now), draft)
    row.save(force_insert=True)
    record([Change("orders.draft", "Draft started", (("order", row.id),))])
    return row


def update_draft(*, order_id: UUID, draft: OrderDraft, version: int | None = None) -> Order:
    """Replace what the draft says. Raises `NotFound`, `NotAllowed`, `Stale` (another ``version``) or `Invalid`."""
    row = _locked_draft(order_id, "update")
    if version is not None and version != row.version:
        raise Stale("Someone changed this draft meanwhile. Read it again before you save yours.", current=row.version)
    row.version += 1
    _fill(row, draft).save()
    return row


def place_draft(*, order_id: UUID) -> Placed:
    """Place the draft; the order keeps its id. Raises what `place_order` raises, and the draft stays."""
    row = _locked_draft(order_id, "place")
    draft = draft_of(row)
    row.delete()
    return place_order(draft=replace(draft, order_id=order_id))


def discard_draft(*, order_id: UUID) -> None:
    """Throw the draft away. Raises `NotFound` or `NotAllowed`."""
    row = _locked_draft(order_id, "discard")
    row.delete()
    record([Change("orders.draft.discard", "Draft discarded", (("order", order_id),))])


def draft_of(order: Order) -> OrderDraft:
    """What the saved draft says. Raises `NotFound` for an order that is none."""
    if KEPT_IN not in order.attributes:
        raise NotFound("There is no such draft.")
    return draft_from_json(order.attributes[KEPT_IN])


def _locked_draft(order_id: UUID, verb: str) -> Order:
    row = lock_order(order_id)
    next_state(row.state, verb)
    return row


def _fill(row: Order, given: OrderDraft) -> Order:
    """The draft itself, and beside it what the list shows, as far as it can be known yet."""
    draft = clean_draft(given)
    problems = text_problems(draft)
    if problems:
        raise Invalid(problems[0].message, fields=problems)
    row.channel_id = known_channels().id_of(draft)
    row.email, row.phone, row.customer_note = draft.email, draft.phone, draft.customer_note
    row.customer_name = draft.customer_name or draft.ship_to.name
    row.country, row.currency, row.source = draft.ship_to.country, draft.currency, draft.source
    row.line_count = len(draft.lines)
    row.first_item = next((line.title or line.sku for line in draft.lines), "")
    row.next_step = next_step.PLACE
    row.attributes = {KEPT_IN: draft_to_json(draft)}
    totals = _totals(draft)
    if totals is not None:
        row.goods_total, row.discount_total, row.shipping_total = totals.goods, totals.discount, totals.shipping
        row.tax_total, row.total = totals.tax, totals.total
        row.units = sum(line.quantity for line in draft.lines if line.kind == "goods")
    return row


def _totals(draft: OrderDraft) -> Totals | None:
    """What it comes to so far; None while an amount makes no sense."""
    problems = draft_problems(draft, now=unit().now)
    if any(each.field.startswith(("lines.", "shipping", "discount", "currency")) for each in problems):
        return None
    priced = [
        price_line(line, line.unit_price or ZERO, currency=draft.currency, tax_included=draft.tax_included)
        for line in draft.lines
    ]
    return price_order(draft, priced)
