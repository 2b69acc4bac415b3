"""Figures of a stretch of days, and sales by day."""

from datetime import date, timedelta

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.actions.rebuild import start_rebuild
from analytics.actions.record import merchant_zone
from analytics.behind import FIGURES, order_of, orders_behind
from analytics.figures import Share, Span, figures_of, sales_of, stages_of
from analytics.models import OrderJourney
from oms.core.actors import require
from oms.core.api.resources import JobSerializer
from oms.core.api.schema import page_of
from oms.core.api.views import TenantView
from oms.core.errors import Invalid
from oms.core.tenancy import unit

DAYS_MAX = 400


class SpanQuery(serializers.Serializer):
    """Days in the merchant's own time zone, both in the span; the last 30 when left out."""

    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    channel_id = serializers.UUIDField(required=False)


class ShareSerializer(serializers.Serializer):
    """``share`` is null where there is nothing to measure."""

    good = serializers.IntegerField()
    all = serializers.IntegerField()
    share = serializers.DecimalField(max_digits=7, decimal_places=4, allow_null=True)


class StageSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="The moment the stage ends with.")
    count = serializers.IntegerField()
    median = serializers.FloatField(help_text="Hours.")
    p90 = serializers.FloatField(help_text="Hours that nine in ten stay below.")


class FiguresSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    order_accuracy = ShareSerializer()
    caught_before_leaving = serializers.IntegerField()
    on_time = ShareSerializer()
    inventory_accuracy = ShareSerializer(
        allow_null=True, help_text="As short picks measured it, in units; null until something was measured."
    )
    count_accuracy_lines = ShareSerializer(allow_null=True, help_text="Lines of counts that were as in the book.")
    count_accuracy_units = ShareSerializer(allow_null=True, help_text="Units of counts, neither missing nor too many.")
    return_rate = ShareSerializer(help_text="`good` are those of which something came back.")
    satisfied = ShareSerializer(help_text="Answers of 4 or 5.")
    score = serializers.DecimalField(max_digits=3, decimal_places=1, allow_null=True)
    stages = StageSerializer(many=True)


class SalesSerializer(serializers.Serializer):
    day = serializers.DateField()
    channel = serializers.CharField()
    currency = serializers.CharField()
    orders = serializers.IntegerField()
    sales = serializers.DecimalField(max_digits=20, decimal_places=4)
    refunds = serializers.DecimalField(max_digits=20, decimal_places=4)


class SalesListSerializer(serializers.Serializer):
    results = SalesSerializer(many=True)


class BehindQuery(SpanQuery):
    figure = serializers.ChoiceField(choices=list(FIGURES))
    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=250)


class JourneySerializer(serializers.ModelSerializer):
    """An order's moments; those that have not come are null."""

    order_id = serializers.UUIDField()
    number = serializers.IntegerField(source="order.number")

    class Meta:
        model = OrderJourney
        fields = [
            "order_id", "number", "placed_at", "cleared_at", "allocated_at", "backordered_at", "released_at",
            "picked_at", "packed_at", "dispatched_at", "promised_at", "delivered_at", "cancelled_at", "caught_at",
            "short_at", "claims", "returned_units", "refunded", "refunded_at", "score",
        ]  # fmt: skip


class FiguresView(TenantView):
    verbs = {"GET": "analytics.view"}

    @extend_schema(
        summary="The figures of some days", tags=["analytics"], operation_id="analytics_figures",
        parameters=[SpanQuery], responses=FiguresSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        span = _span(request)
        found = figures_of(span)
        return Response(
            {
                "since": span.first, "until": span.last, "order_accuracy": _share(found.accuracy),
                "caught_before_leaving": found.caught, "on_time": _share(found.on_time),
                "inventory_accuracy": _share(found.inventory) if found.inventory else None,
                "count_accuracy_lines": _share(found.count_lines) if found.count_lines else None,
                "count_accuracy_units": _share(found.count_units) if found.count_units else None,
                "return_rate": _share(found.returns), "satisfied": _share(found.satisfied), "score": found.score,
                "stages": StageSerializer(stages_of(span), many=True).data,
            }
        )  # fmt: skip


class SalesView(TenantView):
    verbs = {"GET": "analytics.view"}

    @extend_schema(
        summary="Orders and sales by day, channel and currency", tags=["analytics"], operation_id="analytics_sales",
        parameters=[SpanQuery], responses=SalesListSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response({"results": SalesSerializer(sales_of(_span(request)), many=True).data})


class OrdersBehind(TenantView):
    verbs = {"GET": "analytics.view"}

    @extend_schema(
        summary="The orders behind a figure, newest first", tags=["analytics"], operation_id="analytics_orders",
        parameters=[BehindQuery], responses=page_of(JourneySerializer, "Journey"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        require(unit().actor, "orders.view")
        given = BehindQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        figure = given.validated_data["figure"]
        return self.page(orders_behind(figure, _span(request)), JourneySerializer, order=order_of(figure))


class Rebuild(TenantView):
    verbs = {"POST": "settings.edit"}

    @extend_schema(
        summary="Count all figures again", tags=["analytics"], operation_id="analytics_rebuild", request=None,
        responses={202: JobSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return Response(JobSerializer(start_rebuild()).data, status=202)


def _span(request: Request) -> Span:
    given = SpanQuery(data=request.query_params)
    given.is_valid(raise_exception=True)
    asked = given.validated_data
    zone = merchant_zone()
    today: date = unit().now.astimezone(zone).date()
    last = asked.get("until", today)
    first = asked.get("since", last - timedelta(days=29))
    if not timedelta(0) <= last - first < timedelta(days=DAYS_MAX):
        raise Invalid.field("since", f"Ask for 1 to {DAYS_MAX} days that end on or after they begin.", "out_of_range")
    return Span(first, last, asked.get("channel_id"), zone)


def _share(found: Share) -> dict:
    share = None if found.share is None else f"{found.share:.4f}"
    return {"good": found.good, "all": found.all, "share": share}
