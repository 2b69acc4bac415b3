"""Backorders, and moving an order by hand."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment import queries
from fulfillment.actions.move import move_order
from fulfillment.api.serializers import BackorderPageSerializer, BackorderSerializer, DecisionSerializer, MoveSerializer
from oms.core.api.views import TenantView
from oms.core.errors import Invalid

PAGE = [
    OpenApiParameter("item_id", UUID, description="Only this item."),
    OpenApiParameter("cursor", str, description="From `next` or `previous`."),
    OpenApiParameter("page_size", int, description="1 to 250, 50 by default."),
]


class Backorders(TenantView):
    verbs = {"GET": "orders.view"}

    @extend_schema(
        operation_id="backorders_list",
        summary="List what waits for stock, the order placed first at the top",
        tags=["fulfillment"],
        parameters=PAGE,
        responses=BackorderPageSerializer,
    )
    def get(self, request: Request) -> Response:
        rows = queries.backorders()
        if given := request.query_params.get("item_id"):
            rows = rows.filter(item_id=_uuid("item_id", given))
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


def _uuid(field: str, given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise Invalid.field(field, "Give an id like 0192f0c4-7d5e-7a3b-8f21-4c9d2e6a1b70.") from None
