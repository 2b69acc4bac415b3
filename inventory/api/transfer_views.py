"""Move stock between locations: draft, send, receive, close."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.transfers import VERB
from inventory.actions.transfers.close import close_transfer
from inventory.actions.transfers.prepare import TransferLineDraft, cancel_transfer, create_transfer, update_transfer
from inventory.actions.transfers.receive import Arrived, receive_transfer
from inventory.actions.transfers.send import send_transfer
from inventory.api import transfer_serializers as shapes
from inventory.api.naming import location_of, named
from inventory.api.pages import page_of
from oms.core.api.views import TenantView, etag, valid
from oms.core.tenancy import unit


class Transfers(TenantView):
    verbs = {"GET": "stock.view", "POST": VERB}

    @extend_schema(
        operation_id="transfers_list", summary="List transfers, newest first", tags=["transfers"],
        parameters=[shapes.TransferQuery], responses=page_of(shapes.TransferSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = shapes.TransferQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = queries.transfers(state=asked.validated_data.get("state", ""))
        return self.page(rows, shapes.TransferSerializer, order=("-id",))

    @extend_schema(
        operation_id="transfers_create", summary="Draft a transfer", tags=["transfers"],
        request=shapes.TransferDraftSerializer, responses={201: shapes.OneTransferSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return _shown(create_transfer(**_draft(request)).id, status=201)


class OneTransfer(TenantView):
    verbs = {"GET": "stock.view", "PUT": VERB}

    @extend_schema(
        operation_id="transfers_get", summary="One transfer with its lines", tags=["transfers"],
        responses=shapes.OneTransferSerializer,
    )  # fmt: skip
    def get(self, request: Request, transfer_id: UUID) -> Response:
        return _shown(transfer_id)

    @extend_schema(
        operation_id="transfers_replace", summary="Replace a draft", tags=["transfers"],
        request=shapes.TransferDraftSerializer, responses=shapes.OneTransferSerializer,
    )  # fmt: skip
    def put(self, request: Request, transfer_id: UUID) -> Response:
        self.check_version(queries.transfer_by_id(transfer_id).version)
        return _shown(update_transfer(transfer_id=transfer_id, **_draft(request)).id)


class SendTransfer(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="transfers_send", summary="Take it off the sender's shelf", tags=["transfers"],
        request=shapes.TransferSendSerializer, responses=shapes.OneTransferSerializer,
    )  # fmt: skip
    def post(self, request: Request, transfer_id: UUID) -> Response:
        sent = valid(shapes.TransferSendSerializer, request)
        return _shown(send_transfer(transfer_id=transfer_id, expected_on=sent["expected_on"]).id)


class ReceiveTransfer(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="transfers_receive", summary="Book a delivery, once per receipt", tags=["transfers"],
        request=shapes.TransferReceiveSerializer, responses=shapes.OneTransferSerializer,
    )  # fmt: skip
    def post(self, request: Request, transfer_id: UUID) -> Response:
        queries.transfer_by_id(transfer_id)
        sent = valid(shapes.TransferReceiveSerializer, request)
        found = named(sent["lines"], needed=("item",))
        arrived = [
            Arrived(item_id, line["quantity"], line["state"])
            for line, (item_id, _) in zip(sent["lines"], found, strict=True)
        ]
        receive_transfer(transfer_id=transfer_id, receipt_id=sent["receipt_id"], arrived=arrived)
        return _shown(transfer_id)


class CloseTransfer(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="transfers_close", summary="Say what became of what is missing", tags=["transfers"],
        request=shapes.TransferCloseSerializer, responses=shapes.OneTransferSerializer,
    )  # fmt: skip
    def post(self, request: Request, transfer_id: UUID) -> Response:
        sent = valid(shapes.TransferCloseSerializer, request)
        answers = {each["line_id"]: each["resolution"] for each in sent["resolutions"]}
        return _shown(close_transfer(transfer_id=transfer_id, resolutions=answers).id)


class CancelTransfer(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="transfers_cancel", summary="Drop a draft", tags=["transfers"], request=None,
        responses=shapes.OneTransferSerializer,
    )  # fmt: skip
    def post(self, request: Request, transfer_id: UUID) -> Response:
        return _shown(cancel_transfer(transfer_id=transfer_id).id)


def _draft(request: Request) -> dict:
    """The body as the actions take it."""
    sent = valid(shapes.TransferDraftSerializer, request)
    lines = [
        TransferLineDraft(item_id, line["quantity"])
        for line, (item_id, _) in zip(sent["lines"], named(sent["lines"], needed=("item",)), strict=True)
    ]
    return {
        "origin_id": location_of(sent, "origin"), "destination_id": location_of(sent, "destination"), "lines": lines,
        "note": sent["note"], "expected_on": sent["expected_on"],
    }  # fmt: skip


def _shown(transfer_id: UUID, *, status: int = 200) -> Response:
    found = queries.transfer_by_id(transfer_id)
    headers = {"ETag": etag(found.version)}
    if status == 201:
        headers["Location"] = f"/api/v1/transfers/{found.id}"
    return Response(shapes.one_transfer(found, unit().actor), status=status, headers=headers)
