"""The ledger: taking entries back, and closing its days."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.close_period import close_period, reopen_period
from inventory.actions.reverse import reverse_movement
from inventory.api.ledger_serializers import (
    ClosePeriodSerializer,
    PeriodSerializer,
    ReopenPeriodSerializer,
    ReversedSerializer,
    ReverseSerializer,
)
from inventory.api.pages import PageQuery, page_of
from inventory.api.stock_serializers import AwaitedSerializer
from inventory.queries.periods import NEWEST, periods
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


class Periods(TenantView):
    verbs = {"GET": "stock.view", "POST": "stock.audit"}

    @extend_schema(
        operation_id="stock_periods_list", summary="List the days that were closed, newest first", tags=["stock"],
        parameters=[PageQuery], responses=page_of(PeriodSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(periods(), PeriodSerializer, order=NEWEST)

    @extend_schema(
        operation_id="stock_periods_close", summary="Close all days up to a date", tags=["stock"],
        request=ClosePeriodSerializer, responses={201: PeriodSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        period = close_period(**valid(ClosePeriodSerializer, request))
        return Response(PeriodSerializer(period).data, status=201)


class ReopenPeriod(TenantView):
    verbs = {"POST": "stock.audit"}

    @extend_schema(
        operation_id="stock_periods_reopen", summary="Take the latest closing back", tags=["stock"],
        request=ReopenPeriodSerializer, responses=PeriodSerializer,
    )  # fmt: skip
    def post(self, request: Request, stock_period_id: UUID) -> Response:
        period = reopen_period(period_id=stock_period_id, reason=valid(ReopenPeriodSerializer, request)["reason"])
        return Response(PeriodSerializer(period).data)
