"""An order as the API answers it: its own columns, what belongs to it, its next step and what may be done."""

from datetime import datetime
from decimal import Decimal

from fulfillment.floor.views import WorkView
from oms.core.actors import Actor
from oms.core.money import exponent
from oms.desk.actions_allowed import allowed_actions
from oms.desk.money_resource import amount_text, money_summary
from oms.desk.order_facts import OrderFacts
from oms.desk.privacy import hold_reason, may_know_customers
from orders.models import OUR_ATTRIBUTES, Hold, Order, OrderLine


def order_resource(order: Order, facts: OrderFacts, actor: Actor) -> dict:
    """One dict for the list and the single order; only the latter has ``lines`` and ``money``.

    Who may not see customers gets null for what would name one.
    """
    personal = may_know_customers(actor)
    resource = {
        "id": str(order.id),
        "number": order.number,
        "external_id": order.external_id,
        "channel": {"id": str(order.channel_id), "code": order.channel.code, "name": order.channel.name},
        "state": order.state,
        "fulfillment_state": order.fulfillment_state,
        "payment_state": order.payment_state,
        "return_state": order.return_state,
        "next_step": order.next_step,
        "allowed_actions": [each.to_json() for each in allowed_actions(order, actor, facts.counts)],
        **_amounts(order),
        "units": order.units,
        "line_count": order.line_count,
        "first_item": order.first_item,
        "country": order.country,
        **(_customer(order) if personal else _hidden()),
        "holds": [_hold(hold, personal) for hold in facts.holds],
        "tags": facts.tags,
        "locations": order.locations,
        "ship_by": _moment(order.ship_by),
        "placed_at": _moment(order.placed_at),
        "created_at": _moment(order.created_at),
        "cancelled_at": _moment(order.cancelled_at),
        "source": order.source,
        "version": order.version,
    }
    if facts.lines is not None:
        resource["attributes"] = {name: value for name, value in order.attributes.items() if name not in OUR_ATTRIBUTES}
        resource["money"] = money_summary(facts.money)
        resource["lines"] = [_line(line, order.currency, facts) for line in facts.lines]
        resource["fulfillment_orders"] = [_work(each) for each in facts.works]
    return resource


def _amounts(order: Order) -> dict:
    names = ("goods_total", "discount_total", "shipping_total", "tax_total", "total")
    return {
        "currency": order.currency,
        **{name: amount_text(getattr(order, name), order.currency) for name in names},
        "tax_included": order.tax_included,
    }


def _customer(order: Order) -> dict:
    return {
        "customer": {
            "id": str(order.customer_id) if order.customer_id else None,
            "name": order.customer_name, "email": order.email, "phone": order.phone,
        },
        "ship_to": order.ship_to, "bill_to": order.bill_to, "customer_note": order.customer_note,
    }  # fmt: skip


def _hidden() -> dict:
    return dict.fromkeys(("customer", "ship_to", "bill_to", "customer_note"))


def _line(line: OrderLine, currency: str, facts: OrderFacts) -> dict:
    return {
        "id": str(line.id), "position": line.position, "kind": line.kind, "sku": line.sku, "title": line.title,
        "item_id": str(line.item_id) if line.item_id else None,
        "quantity": line.quantity, "cancelled": line.cancelled, "in_work": line.in_work, "shipped": line.shipped,
        "returned": line.returned, "to_ship": line.to_ship if line.kind == "goods" else 0,
        "reserved": [
            {"location_id": str(held.location_id), "location": held.location_name, "quantity": held.quantity}
            for held in facts.reserved.get(line.id, [])
        ],
        "backordered": facts.waiting.get(line.id, 0),
        "kit_line_id": str(line.kit_line_id) if line.kit_line_id else None, "per_kit": line.per_kit,
        "unit_price": _price(line.unit_price, currency),
        **{name: amount_text(getattr(line, name), currency) for name in ("discount", "tax", "total")},
        "attributes": line.attributes,
    }  # fmt: skip


def _work(view: WorkView) -> dict:
    work = view.work
    return {
        "id": str(work.id), "number": work.number, "location_id": str(work.location_id),
        "location": work.location.name, "state": work.state, "units": work.units,
        "cancel_requested": work.cancel_requested_at is not None, "released_at": _moment(work.released_at),
        "dispatched_at": _moment(work.dispatched_at),
        "parcels": [
            {
                "id": str(parcel.id), "number": parcel.number, "weight_g": parcel.weight_g,
                "shipment_id": str(parcel.shipment_id) if parcel.shipment_id else None,
                "tracking_number": parcel.shipment.tracking_number if parcel.shipment else "",
                "state": parcel.shipment.state if parcel.shipment else "",
                "dispatched_at": _moment(parcel.dispatched_at),
            }
            for parcel in view.parcels
        ],
    }  # fmt: skip


def _hold(hold: Hold, personal: bool) -> dict:
    return {
        "id": str(hold.id), "kind": hold.kind, "reason": str(hold_reason(hold, personal=personal)),
        "line_id": str(hold.line_id) if hold.line_id else None, "set_by": hold.set_by, "set_at": _moment(hold.set_at),
        "until": _moment(hold.until),
    }  # fmt: skip


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _price(price: Decimal, currency: str) -> str:
    """A price per unit may have more digits than the currency; those are kept."""
    digits = max(exponent(currency), -int(price.normalize().as_tuple().exponent))
    return f"{price:.{digits}f}"
