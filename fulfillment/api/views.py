"""Backorders, and moving an order by hand."""

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment import queries
from fulfillment.actions.move import move_order
from fulfillment.api.serializers import BackorderQuery, BackorderSerializer, DecisionSerializer, MoveSerializer
from inventory.api.pages import page_of
from oms.core.api.views import TenantView


class Backorders(TenantView):
    verbs = {"GET": "orders.view"}

    @extend_schema(
        operation_id="backorders_list",
        summary="List what waits for stock, the order placed first at the top",
        tags=["fulfillment"],
        parameters=[BackorderQuery],
        responses=page_of(BackorderSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = BackorderQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = queries.backorders()
        if item_id := asked.validated_data.get("item_id"):
            rows = rows.filter(item_id=item_id)
        return self.page(rows, BackorderSerializer, order=("placed_at", "id"))


class MoveOrder(TenantView):
    verbs = {"POST": "orders.allocate"}

    @extend_schema(
        operation_id="orders_move",
        summary="Send an order from a location of your choice",
        description=(
            "Moves everything the order still owes to one location and keeps it there. Refused, with nothing changed, "
            "when the location lacks stock (`location_lacks_stock`) or does not ship (`location_does_not_ship`), and "
            "when the order is not open, on hold, or begun on (`not_allowed`)."
        ),
        tags=["orders"],
        request=MoveSerializer,
        responses={200: OpenApiResponse(DecisionSerializer, description="The decision now in force.")},
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        move = MoveSerializer(data=request.data)
        move.is_valid(raise_exception=True)
        move_order(order_id=order_id, **move.validated_data)
        return Response(DecisionSerializer(queries.why_here(order_id)).data)
