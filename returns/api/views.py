"""Ask to send goods back, answer that, receive and inspect them: each step is one action."""

from collections.abc import Callable, Sequence
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

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
from returns.models import Return
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


def _step(
    operation: str, summary: str, act: Callable[..., Return], *, verb: str = EDIT, shape: type[Serializer] | None = None
) -> type[TenantView]:
    """The door of one step: ``act`` is called with the return and the body in this shape; the answer is all of it."""

    class Step(TenantView):
        verbs = {"POST": verb}

        @extend_schema(
            summary=summary, tags=["returns"], operation_id=operation, request=shape,
            responses=shapes.OneReturnSerializer,
        )  # fmt: skip
        def post(self, request: Request, return_id: UUID) -> Response:
            return _shown(act(return_id=return_id, **(valid(shape, request) if shape else {})).id)

    return Step


def _receive(*, return_id: UUID, receipts: Sequence[dict]) -> Return:
    return receive_return(return_id=return_id, receipts=[ReceiptDraft(**each) for each in receipts])


def _inspect(*, return_id: UUID, inspections: Sequence[dict]) -> Return:
    return inspect_return(return_id=return_id, inspections=[InspectionDraft(**each) for each in inspections])


ApproveReturn = _step("returns_approve", "Let the goods come", approve_return)
DeclineReturn = _step("returns_decline", "Decline, and say why", decline_return, shape=shapes.ReturnDeclineSerializer)
CancelReturn = _step("returns_cancel", "It does not come after all", cancel_return)
ReturnWasSent = _step("returns_sent", "The customer has sent it", mark_sent, shape=shapes.ReturnSentSerializer)
ReceiveReturn = _step("returns_receive", "Book what arrived", _receive, verb=WORK, shape=shapes.ReturnReceiveSerializer)
InspectReturn = _step(
    "returns_inspect", "Write down what was seen, and what becomes of it", _inspect, verb=WORK,
    shape=shapes.ReturnInspectSerializer,
)  # fmt: skip
FinishReturn = _step("returns_finish", "Settle with what came", finish_return, verb=WORK)


def _shown(return_id: UUID, *, status: int = 200) -> Response:
    found = return_by_id(return_id)
    headers = {"ETag": etag(found.version)}
    if status == 201:
        headers["Location"] = f"/api/v1/returns/{found.id}"
    return Response(shapes.one_return(found, unit().actor), status=status, headers=headers)
