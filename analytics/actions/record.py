"""Write what facts add to the figures: seven statements at most for a batch, however large."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.models import DailyFloor, DailySales, OrderJourney
from analytics.projecting import FLOOR, MERGED, SUM, WRONG, Known, Projected, project
from oms.core.db.bulk import insert_rows
from oms.core.events import Envelope
from oms.core.models import Tenant
from oms.core.tenancy import unit
from orders.models import Order
from returns.events import ReturnCancelled, ReturnDeclined, ReturnInspected
from returns.models import ReturnLine
from shipping.events import ShipmentHandedOver
from shipping.models import Shipment

_OWN = ("channel_id", "currency", "total", "units", "placed_at")
_KEPT = ("channel_id", "total", "units")
_JOURNEY = "ON CONFLICT (tenant_id, order_id) DO UPDATE SET " + ", ".join(
    [
        *(
            f"{name} = coalesce(excluded.{name}, analytics_orderjourney.{name})"
            for name in ("channel_id", "total", "units")
        ),
        "currency = coalesce(nullif(excluded.currency, ''), analytics_orderjourney.currency)",
        *(
            f"{name} = analytics_orderjourney.{name} + excluded.{name}"
            if rule == SUM
            else f"{name} = {rule}(analytics_orderjourney.{name}, excluded.{name})"
            for name, rule in MERGED.items()
        ),
    ]
)
_SALES = "ON CONFLICT (tenant_id, day, channel_id, currency) DO UPDATE SET " + ", ".join(
    f"{name} = analytics_dailysales.{name} + excluded.{name}" for name in ("orders", "units", "sales", "refunds")
)
_FLOOR = "ON CONFLICT (tenant_id, day, location_id) DO UPDATE SET " + ", ".join(
    f"{name} = analytics_dailyfloor.{name} + excluded.{name}" for name in FLOOR
)


def record_facts(*, envelopes: Sequence[Envelope]) -> None:
    """Add a batch to the figures."""
    zone = merchant_zone()
    found = project(envelopes, zone, _known(envelopes))
    orders = _orders({*found.placed, *(order_id for order_id, _, _ in found.refunds)})
    placed = set(found.placed)
    insert_rows(
        OrderJourney,
        [_journey(key, columns, orders if key in placed else {}) for key, columns in sorted(found.journeys.items())],
        on_conflict=_JOURNEY,
    )
    insert_rows(DailySales, _sales(found, orders, zone), on_conflict=_SALES)
    insert_rows(DailyFloor, _floor(found), on_conflict=_FLOOR)


def merchant_zone() -> ZoneInfo:
    return ZoneInfo(Tenant.objects.values_list("timezone", flat=True).get(id=unit().tenant_id))


def _known(envelopes: Sequence[Envelope]) -> Known:
    """A statement for parcels and one for returns, where the batch has facts that need it."""
    ended = (ReturnDeclined, ReturnCancelled, ReturnInspected)
    left = {each.fact.shipment_id for each in envelopes if isinstance(each.fact, ShipmentHandedOver)}
    back = {each.fact.return_id for each in envelopes if isinstance(each.fact, ended)}
    promises = Shipment.objects.filter(id__in=left).values_list("id", "promised_at") if left else ()
    wrong = ReturnLine.objects.filter(return_request_id__in=back, reason__in=WRONG)
    claims = wrong.values_list("return_request_id", flat=True) if back else ()
    return Known(dict(promises), frozenset(claims))


def _orders(ids: set[UUID]) -> dict[UUID, tuple]:
    """Order → channel, currency, total, units and when it was placed; what an order is does not change."""
    found = Order.objects.filter(id__in=ids).values_list("id", *_OWN) if ids else ()
    return {order_id: tuple(own) for order_id, *own in found}


def _journey(order_id: UUID, columns: Mapping[str, object], orders: Mapping[UUID, tuple]) -> dict:
    own = dict(zip(_OWN, orders.get(order_id, (None, "", None, None, None)), strict=True))
    empty = {name: 0 if rule == SUM else None for name, rule in MERGED.items()}
    return {"order_id": order_id, **empty, **columns, **own}


def _sales(found: Projected, orders: Mapping[UUID, tuple], zone: ZoneInfo) -> list[dict]:
    rows: dict[tuple[date, UUID, str], dict] = {}
    for order_id in found.placed:
        channel_id, currency, total, units, placed_at = orders[order_id]
        row = _row(rows, placed_at.astimezone(zone).date(), channel_id, currency)
        row["orders"] += 1
        row["units"] += units
        row["sales"] += total
    for (order_id, day, currency), amount in found.refunds.items():
        _row(rows, day, orders[order_id][0], currency)["refunds"] += amount
    return [rows[key] for key in sorted(rows, key=lambda key: (key[0], str(key[1]), key[2]))]


def _row(rows: dict, day: date, channel_id: UUID, currency: str) -> dict:
    empty = {"orders": 0, "units": 0, "sales": 0, "refunds": 0}
    return rows.setdefault(
        (day, channel_id, currency), {"day": day, "channel_id": channel_id, "currency": currency, **empty}
    )


def _floor(found: Projected) -> list[dict]:
    return [
        {"location_id": location_id, "day": day, **{name: sums.get(name, 0) for name in FLOOR}}
        for (location_id, day), sums in sorted(found.floor.items(), key=lambda each: (each[0][1], str(each[0][0])))
    ]
