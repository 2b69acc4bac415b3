"""Write accepted orders: orders, lines, tags, audit and facts, one statement each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from oms.accounts.models import SalesChannel
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.events import publish
from oms.core.tenancy import unit
from orders import next_step
from orders.actions.paying import payment_rows, state_at_placing
from orders.events import OrderPlaced
from orders.lifecycle import DRAFT, next_state
from orders.models import OUR_ATTRIBUTES, Order, OrderLine, OrderTag, Payment
from orders.placing.candidates import Candidate


@dataclass(frozen=True, slots=True)
class Accepted:
    candidate: Candidate
    number: int
    customer_id: UUID | None
    channel: SalesChannel


def write_orders(*, accepted: Sequence[Accepted]) -> set[UUID]:
    """Insert them all; returns the ids that got in. Left out is who lost the race for its external id."""
    rows = [_order_row(each) for each in accepted]
    # In the order of the unique index, so that two batches meet on it the same way round.
    rows.sort(key=lambda row: (row["channel_id"], row["external_id"]))
    written = {
        row[0]
        for row in insert_rows(
            Order,
            rows,
            on_conflict="ON CONFLICT (tenant_id, channel_id, external_id) WHERE NOT (external_id = '') DO NOTHING",
            returning=["id"],
        )
    }
    kept = [each for each in accepted if each.candidate.id in written]
    insert_rows(OrderLine, [row for each in kept for row in _line_rows(each.candidate)])
    insert_rows(OrderTag, [row for each in kept for row in _tag_rows(each.candidate)])
    insert_rows(Payment, [row for each in kept for row in payment_rows(each.candidate)])
    record([_change(each) for each in kept])
    publish([_fact(each) for each in kept])
    return written


def as_written(accepted: Accepted) -> tuple[Order, list[OrderLine], list[Payment]]:
    """The order, its lines and payments as they stand, in the unit that wrote them: no need to read them back."""
    order = Order(**_order_row(accepted))
    order.channel = accepted.channel
    lines = [OrderLine(**row) for row in _line_rows(accepted.candidate)]
    return order, lines, [Payment(**row) for row in payment_rows(accepted.candidate)]


def _order_row(accepted: Accepted) -> dict:
    each, draft, totals = accepted.candidate, accepted.candidate.draft, accepted.candidate.totals
    return {
        "id": each.id, "number": accepted.number, "channel_id": each.channel_id, "external_id": draft.external_id,
        "customer_id": accepted.customer_id,
        "state": next_state(DRAFT, "place"), "fulfillment_state": "not_allocated",
        "payment_state": state_at_placing(each), "return_state": "",
        "email": draft.email, "phone": draft.phone, "ship_to": draft.ship_to.to_json(),
        "bill_to": draft.bill_to.to_json(), "country": draft.ship_to.country,
        "customer_name": draft.customer_name or draft.ship_to.name,
        "currency": draft.currency, "goods_total": totals.goods, "discount_total": totals.discount,
        "shipping_total": totals.shipping, "tax_total": totals.tax, "total": totals.total,
        "tax_included": draft.tax_included,
        "units": each.units, "line_count": len(each.bought), "first_item": each.first_item,
        "customer_note": draft.customer_note, "open_holds": 0, "next_step": next_step.CHECKING, "locations": [],
        "placed_at": each.placed_at, "created_at": unit().now, "source": draft.source,
        "attributes": _theirs(draft.attributes), "version": 1,
    }  # fmt: skip


def _theirs(attributes: Mapping) -> dict:
    return {name: value for name, value in attributes.items() if name not in OUR_ATTRIBUTES}


def _line_rows(each: Candidate) -> list[dict]:
    return [
        {
            "id": line.id, "order_id": each.id, "position": position, "kind": line.kind,
            "item_id": line.item.id if line.item else None, "sku": line.sku, "title": line.title,
            "quantity": line.draft.quantity, "cancelled": 0, "in_work": 0, "shipped": 0, "returned": 0,
            "unit_price": line.priced.unit_price, "discount": line.priced.discount, "tax": line.priced.tax,
            "total": line.priced.total, "attributes": dict(line.draft.attributes),
            "kit_line_id": line.of_kit.demand_id if line.of_kit else None,
            "per_kit": line.of_kit.per_kit if line.of_kit else None,
            "ships_in_parts": bool(line.of_kit and line.of_kit.in_parts),
        }
        for position, line in enumerate(each.lines, 1)
    ]  # fmt: skip


def _tag_rows(each: Candidate) -> list[dict]:
    return [{"order_id": each.id, "tag": tag, "placed_at": each.placed_at} for tag in each.draft.tags]


def _change(accepted: Accepted) -> Change:
    draft, totals = accepted.candidate.draft, accepted.candidate.totals
    theirs = f" (their number {draft.external_id})" if draft.external_id else ""
    return Change(
        "orders.place",
        f"Order #{accepted.number} placed{theirs}: {totals.total} {draft.currency}",
        (("order", accepted.candidate.id),),
    )


def _fact(accepted: Accepted) -> OrderPlaced:
    each = accepted.candidate
    return OrderPlaced(each.id, accepted.number, each.channel_id, each.draft.external_id)
