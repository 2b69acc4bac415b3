"""The ledger: taking entries back, and looking back."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.reverse import reverse_movement
from inventory.api.ledger_serializers import ReversedSerializer, ReverseSerializer
from inventory.api.stock_serializers import AwaitedSerializer
from oms.accounts.models import Approval
from oms.core.api.views import TenantView, valid


class ReverseMovement(TenantView):
    verbs = {"POST": "stock.reverse"}

    @extend_schema(
        operation_id="movement_reverse", summary="Take an entry of the ledger back, by another", tags=["stock"],
        request=ReverseSerializer, responses={201: ReversedSerializer, 202: AwaitedSerializer},
    )  # fmt: skip
    def post(self, request: Request, movement_id: int) -> Response:
        outcome = reverse_movement(movement_id=movement_id, reason=valid(ReverseSerializer, request)["reason"])
        if isinstance(outcome, Approval):
            return Response(AwaitedSerializer(outcome).data, status=202)
        return Response(ReversedSerializer(outcome).data, status=201)
