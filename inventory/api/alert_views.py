"""What is wrong with whose stock, and who is told of it."""

from dataclasses import replace

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.alerts import set_alert_policy
from inventory.api.pages import PageQuery, page_of
from inventory.queries import alert_policy, stock_alerts
from inventory.stock.alerting import ADDRESSES_MAX, DEAD_DAYS, KINDS
from oms.core.api.views import TenantView, valid


class StockAlertSerializer(serializers.Serializer):
    """From when it was noticed; an alert that is over is not listed any more."""

    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    kind = serializers.ChoiceField(choices=KINDS)
    units = serializers.IntegerField(
        help_text="Left, expiring, waiting for stock, or not selling, when it was noticed."
    )
    since = serializers.DateTimeField()


class StockAlertQuery(PageQuery):
    kind = serializers.ChoiceField(choices=KINDS, required=False)


class StockAlerts(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="stock_alerts_list", summary="List what needs somebody, newest first", tags=["stock"],
        parameters=[StockAlertQuery], responses=page_of(StockAlertSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = StockAlertQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = stock_alerts(kind=asked.validated_data.get("kind", ""))
        return self.page(rows, StockAlertSerializer, order=("-since", "-id"))


class AlertPolicySerializer(serializers.Serializer):
    mail_to = serializers.ListField(
        child=serializers.EmailField(), max_length=ADDRESSES_MAX, required=False, help_text="None: nobody is mailed."
    )
    mail_kinds = serializers.ListField(child=serializers.ChoiceField(choices=KINDS), required=False)
    dead_days = serializers.IntegerField(
        min_value=DEAD_DAYS[0],
        max_value=DEAD_DAYS[1],
        required=False,
        help_text="Stock that sold none for so long is dead.",
    )


class AlertPolicies(TenantView):
    verbs = {"GET": "stock.view", "PATCH": "settings.edit"}

    @extend_schema(
        operation_id="alert_policy_read", summary="Who is mailed of which alerts", tags=["stock"],
        responses=AlertPolicySerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response(alert_policy().to_json())

    @extend_schema(
        operation_id="alert_policy_change", summary="Change who is mailed of which alerts", tags=["stock"],
        request=AlertPolicySerializer, responses=AlertPolicySerializer,
    )  # fmt: skip
    def patch(self, request: Request) -> Response:
        given = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in valid(AlertPolicySerializer, request).items()
        }
        policy = replace(alert_policy(), **given)
        set_alert_policy(policy=policy)
        return Response(policy.to_json())
