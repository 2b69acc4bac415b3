"""The orders behind a figure: what to look at when it is not what it should be."""

from datetime import datetime, time

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate

from analytics.figures import Span
from analytics.models import OrderJourney
from oms.core.tenancy import unit

# Figure → the moment that puts an order into a span, by which its list is in order too.
FIGURES = {
    "accuracy": "dispatched_at", "on_time": "promised_at", "returns": "dispatched_at", "satisfaction": "dispatched_at",
    "backordered": "dispatched_at", "caught": "caught_at", "inventory": "short_at", "orders": "placed_at",
    "refunds": "refunded_at",
}  # fmt: skip


def orders_behind(figure: str, span: Span) -> QuerySet[OrderJourney]:
    """Those that speak against the figure, or that it is made of; page them by `order_of`.

    An order that was caught, short or refunded more than once stands on the last of these days.
    """
    moment, (since, until) = FIGURES[figure], span.moments
    days = {name: TruncDate(f"{name}_at", tzinfo=span.zone) for name in ("delivered", "promised")}
    rows = OrderJourney.objects.select_related("order").alias(**{f"{name}_day": day for name, day in days.items()})
    rows = rows.filter(_narrowed(figure, span), **{f"{moment}__gte": since, f"{moment}__lt": until})
    return rows if span.channel_ids is None else rows.filter(channel_id__in=span.channel_ids)


def order_of(figure: str) -> tuple[str, str]:
    return f"-{FIGURES[figure]}", "-id"


def _narrowed(figure: str, span: Span) -> Q:
    match figure:
        case "accuracy":
            return Q(claims__gt=0)
        case "on_time":
            return _late(span)
        case "returns":
            return Q(returned_units__gt=0)
        case "satisfaction":
            return Q(score__isnull=False)
        case "backordered":
            return Q(backordered_at__isnull=False)
    return Q()


def _late(span: Span) -> Q:
    """Delivered on a later day of the merchant's, or not yet though the day has passed."""
    today = datetime.combine(unit().now.astimezone(span.zone).date(), time(), span.zone)
    arrived = Q(parcels_arrived__gt=0, parcels_arrived__gte=F("parcels_left"))
    after = Q(delivered_day__gt=F("promised_day"))
    return (arrived & after) | (~arrived & Q(promised_at__lt=today))
