"""How long goods must still be good when they leave."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment.actions.shelf_life import DAYS_MAX, VERB, lift_shelf_life, set_shelf_life
from fulfillment.floor.shelf_life import shelf_life_rules
from oms.core.api.schema import PAGING, page_of
from oms.core.api.views import TenantView, valid

TAG = ["lots"]


class SetShelfLifeShape(serializers.Serializer):
    """What is null means all. Of several rules that apply to an order, the strictest counts."""

    channel_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    customer_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    days = serializers.IntegerField(min_value=1, max_value=DAYS_MAX)


class ShelfLifeRuleShape(SetShelfLifeShape):
    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()


class ShelfLifeRules(TenantView):
    verbs = {"GET": "stock.view", "POST": VERB}

    @extend_schema(
        operation_id="shelf_life_rules_list", summary="List how long goods must be good, newest first", tags=TAG,
        parameters=PAGING, responses=page_of(ShelfLifeRuleShape, "ShelfLifeRule"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(shelf_life_rules(), ShelfLifeRuleShape, order=("-created_at", "-id"))

    @extend_schema(
        operation_id="shelf_life_rules_set", summary="Set how long goods for a channel or customer must be good",
        tags=TAG, request=SetShelfLifeShape, responses={201: ShelfLifeRuleShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return Response(ShelfLifeRuleShape(set_shelf_life(**valid(SetShelfLifeShape, request))).data, status=201)


class OneShelfLifeRule(TenantView):
    verbs = {"DELETE": VERB}

    @extend_schema(operation_id="shelf_life_rules_lift", summary="Lift a rule", tags=TAG, responses={204: None})
    def delete(self, request: Request, shelfliferule_id: UUID) -> Response:
        lift_shelf_life(rule_id=shelfliferule_id)
        return Response(status=204)
