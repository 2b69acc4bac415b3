"""Ask to send goods back, answer that, receive and inspect them."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from oms.core.api.schema import page_of
from oms.core.api.views import TenantView, etag, valid
from oms.core.tenancy import unit
from returns.actions.inspect import InspectionDraft, finish_return, inspect_return
from returns.actions.receive import ReceiptDraft, receive_return
from returns.actions.request import (
    ReturnLineDraft,
    approve_return,
    cancel_return,
    decline_return,
    mark_sent,
    request_return,
)
from returns.allowed import EDIT, VIEW, WORK
from returns.api import serializers as shapes
from returns.queries import return_by_id, returns

PAGING = ("cursor", "page_size")


class Returns(TenantView):
    verbs = {"GET": VIEW, "POST": EDIT}

    @extend_schema(
        summary="List returns, newest first", tags=["returns"], operation_id="returns_list",
        parameters=[shapes.ReturnQuery], responses=page_of(shapes.ReturnSerializer, "Return"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        given = shapes.ReturnQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = {name: value for name, value in given.validated_data.items() if name not in PAGING}
        return self.page(returns(**asked), shapes.ReturnSerializer, order=("-id",))

    @extend_schema(
        summary="Open a return", tags=["returns"], operation_id="returns_request",
        request=shapes.ReturnDraftSerializer, responses={201: shapes.OneReturnSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = valid(shapes.ReturnDraftSerializer, request)
        lines = [ReturnLineDraft(**each) for each in given.pop("lines")]
        return _shown(request_return(lines=lines, **given).id, status=201)


class OneReturn(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        summary="One return", tags=["returns"], operation_id="returns_get", responses=shapes.OneReturnSerializer
    )
    def get(self, request: Request, return_id: UUID) -> Response:
        return _shown(return_id)


class ApproveReturn(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        summary="Let the goods come", tags=["returns"], operation_id="returns_approve", request=None,
        responses=shapes.OneReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, return_id: UUID) -> Response:
        return _shown(approve_return(return_id=return_id).id)


class DeclineReturn(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        summary="Decline, and say why", tags=["returns"], operation_id="returns_decline",
        request=shapes.ReturnDeclineSerializer, responses=shapes.OneReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, return_id: UUID) -> Response:
        return _shown(decline_return(return_id=return_id, **valid(shapes.ReturnDeclineSerializer, request)).id)


class CancelReturn(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        summary="It does not come after all", tags=["returns"], operation_id="returns_cancel", request=None,
        responses=shapes.OneReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, return_id: UUID) -> Response:
        return _shown(cancel_return(return_id=return_id).id)


class ReturnWasSent(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        summary="The customer has sent it", tags=["returns"], operation_id="returns_sent",
        request=shapes.ReturnSentSerializer, responses=shapes.OneReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, return_id: UUID) -> Response:
        return _shown(mark_sent(return_id=return_id, **valid(shapes.ReturnSentSerializer, request)).id)


class ReceiveReturn(TenantView):
    verbs = {"POST": WORK}

    @extend_schema(
        summary="Book what arrived", tags=["returns"], operation_id="returns_receive",
        request=shapes.ReturnReceiveSerializer, responses=shapes.OneReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, return_id: UUID) -> Response:
        given = valid(shapes.ReturnReceiveSerializer, request)["receipts"]
        return _shown(receive_return(return_id=return_id, receipts=[ReceiptDraft(**each) for each in given]).id)


class InspectReturn(TenantView):
    verbs = {"POST": WORK}

    @extend_schema(
        summary="Write down what was seen, and what becomes of it", tags=["returns"], operation_id="returns_inspect",
        request=shapes.ReturnInspectSerializer, responses=shapes.OneReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, return_id: UUID) -> Response:
        given = valid(shapes.ReturnInspectSerializer, request)["inspections"]
        drafts = [InspectionDraft(**each) for each in given]
        return _shown(inspect_return(return_id=return_id, inspections=drafts).id)


class FinishReturn(TenantView):
    verbs = {"POST": WORK}

    @extend_schema(
        summary="Settle with what came", tags=["returns"], operation_id="returns_finish", request=None,
        responses=shapes.OneReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, return_id: UUID) -> Response:
        return _shown(finish_return(return_id=return_id).id)


def _shown(return_id: UUID, *, status: int = 200) -> Response:
    found = return_by_id(return_id)
    headers = {"ETag": etag(found.version)}
    if status == 201:
        headers["Location"] = f"/api/v1/returns/{found.id}"
    return Response(shapes.one_return(found, unit().actor), status=status, headers=headers)
