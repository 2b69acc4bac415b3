"""What to order now, why, and the rules set by hand."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.purchasing import EDIT, VIEW
from inventory.actions.purchasing.reorder import Wanted, lift_reorder_rule, order_suggested, set_reorder_rule
from inventory.api.naming import named
from inventory.api.pages import PageQuery, page_of
from inventory.api.purchase_serializers import PurchaseOrderSerializer
from inventory.replenishing.drafts import LINES_MAX
from inventory.stock.values import QUANTITY_MAX
from oms.core.api.views import TenantView, valid

SHOWN = 1_000


class SuggestionQuery(serializers.Serializer):
    location_id = serializers.UUIDField(required=False)
    supplier_id = serializers.UUIDField(required=False)


class SuggestionSerializer(serializers.Serializer):
    item_id = serializers.UUIDField(source="item.id")
    sku = serializers.CharField(source="item.sku")
    location_id = serializers.UUIDField(source="location.id")
    location = serializers.CharField(source="location.code")
    supplier_id = serializers.UUIDField(source="source.supplier_id", default=None, allow_null=True)
    daily_demand = serializers.FloatField(source="arithmetic.demand.mean")
    daily_sigma = serializers.FloatField(source="arithmetic.demand.sigma")
    lead_time_days = serializers.IntegerField(source="arithmetic.lead_time")
    lead_time_sigma = serializers.FloatField(source="arithmetic.lead_time_sigma")
    lead_time_deliveries = serializers.IntegerField(
        source="arithmetic.deliveries", help_text="As many deliveries it was measured over; 0: as the supplier says."
    )
    z = serializers.FloatField(source="arithmetic.z")
    safety_stock = serializers.IntegerField(source="arithmetic.safety_stock")
    reorder_point = serializers.IntegerField(source="arithmetic.reorder_point")
    target = serializers.IntegerField(source="arithmetic.target")
    position = serializers.IntegerField(source="arithmetic.position", help_text="Free now and coming.")
    quantity = serializers.IntegerField(source="arithmetic.quantity")
    by_hand = serializers.BooleanField(source="arithmetic.by_hand")


class SuggestionListSerializer(serializers.Serializer):
    """What runs out first comes first."""

    results = SuggestionSerializer(many=True)


class WantedSerializer(serializers.Serializer):
    item_id = serializers.UUIDField()
    location_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)


class OrderSuggestedSerializer(serializers.Serializer):
    lines = WantedSerializer(many=True, allow_empty=False, max_length=LINES_MAX)


class OrderedListSerializer(serializers.Serializer):
    """One draft per supplier and location."""

    results = PurchaseOrderSerializer(many=True)


class ReorderRuleSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location.code")
    minimum = serializers.IntegerField()
    maximum = serializers.IntegerField()


class SetReorderRuleSerializer(serializers.Serializer):
    """Setting it again for the same item and location replaces it."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    minimum = serializers.IntegerField(min_value=0, max_value=QUANTITY_MAX)
    maximum = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)


class Suggestions(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        operation_id="suggestions_list", summary="What to order now, with the arithmetic", tags=["purchasing"],
        parameters=[SuggestionQuery], responses=SuggestionListSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = SuggestionQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = queries.suggestions(**asked.validated_data)[:SHOWN]
        return Response(SuggestionListSerializer({"results": found}).data)


class OrderSuggested(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="suggestions_order", summary="Draft purchase orders by supplier", tags=["purchasing"],
        request=OrderSuggestedSerializer, responses={201: OrderedListSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        lines = [Wanted(**each) for each in valid(OrderSuggestedSerializer, request)["lines"]]
        return Response(OrderedListSerializer({"results": order_suggested(lines=lines)}).data, status=201)


class ReorderRules(TenantView):
    verbs = {"GET": VIEW, "PUT": EDIT}

    @extend_schema(
        operation_id="reorder_rules_list", summary="List rules set by hand, newest first", tags=["purchasing"],
        parameters=[PageQuery], responses=page_of(ReorderRuleSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.reorder_rules(), ReorderRuleSerializer, order=("-created_at", "-id"))

    @extend_schema(
        operation_id="reorder_rules_set", summary="Set when to order more", tags=["purchasing"],
        request=SetReorderRuleSerializer, responses=ReorderRuleSerializer,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        sent = valid(SetReorderRuleSerializer, request)
        ((item_id, location_id),) = named([sent], path="")
        rule = set_reorder_rule(
            item_id=item_id, location_id=location_id, minimum=sent["minimum"], maximum=sent["maximum"]
        )
        return Response(ReorderRuleSerializer(rule).data)


class OneReorderRule(TenantView):
    verbs = {"DELETE": EDIT}

    @extend_schema(
        operation_id="reorder_rules_lift", summary="Let demand decide again", tags=["purchasing"], responses={204: None}
    )
    def delete(self, request: Request, reorderrule_id: UUID) -> Response:
        lift_reorder_rule(rule_id=reorderrule_id)
        return Response(status=204)
