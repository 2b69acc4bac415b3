"""What is out of stock, or low."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.api.pages import PageQuery, page_of
from inventory.queries import stock_alerts
from inventory.stock.alerting import KINDS
from oms.core.api.views import TenantView


class StockAlertSerializer(serializers.Serializer):
    """From when it was noticed; an alert that is over is not listed any more."""

    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    kind = serializers.ChoiceField(choices=KINDS)
    since = serializers.DateTimeField()


class StockAlertQuery(PageQuery):
    kind = serializers.ChoiceField(choices=KINDS, required=False)


class StockAlerts(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="stock_alerts_list", summary="List what is out of stock or low, newest first", tags=["stock"],
        parameters=[StockAlertQuery], responses=page_of(StockAlertSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = StockAlertQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = stock_alerts(kind=asked.validated_data.get("kind", ""))
        return self.page(rows, StockAlertSerializer, order=("-since", "-id"))
