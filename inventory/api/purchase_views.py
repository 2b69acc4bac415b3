"""Buy stock: write an order, send it, receive it, close it."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.purchasing import EDIT, RECEIVE, SEND, VIEW
from inventory.actions.purchasing.acknowledge import Confirmed, acknowledge_purchase_order
from inventory.actions.purchasing.announce import Announced, announce_delivery, withdraw_delivery
from inventory.actions.purchasing.receive import Delivered, receive_purchase_order
from inventory.actions.purchasing.send import close_purchase_order, send_purchase_order
from inventory.actions.purchasing.settings import set_replenishing
from inventory.actions.purchasing.write import (
    PurchaseDraft,
    PurchaseLineDraft,
    cancel_purchase_order,
    create_purchase_order,
    update_purchase_order,
)
from inventory.api import purchase_serializers as shapes
from inventory.api.naming import location_of, lot_of, named
from inventory.api.pages import page_of
from inventory.api.stock_serializers import AwaitedSerializer
from oms.accounts.models import Approval
from oms.core.api.views import TenantView, etag, valid
from oms.core.tenancy import unit


class PurchaseOrders(TenantView):
    verbs = {"GET": VIEW, "POST": EDIT}

    @extend_schema(
        operation_id="purchase_orders_list", summary="List purchase orders, newest first", tags=["purchasing"],
        parameters=[shapes.PurchaseQuery], responses=page_of(shapes.PurchaseOrderSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        given = shapes.PurchaseQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = {name: given.validated_data[name] for name in ("state", "supplier_id") if name in given.validated_data}
        return self.page(queries.purchase_orders(**asked), shapes.PurchaseOrderSerializer, order=("-id",))

    @extend_schema(
        operation_id="purchase_orders_create", summary="Draft a purchase order", tags=["purchasing"],
        request=shapes.PurchaseDraftSerializer, responses={201: shapes.OnePurchaseOrderSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return _shown(create_purchase_order(draft=_draft(request)).id, status=201)


class OnePurchaseOrder(TenantView):
    verbs = {"GET": VIEW, "PUT": EDIT}

    @extend_schema(
        operation_id="purchase_orders_get", summary="One purchase order with its lines", tags=["purchasing"],
        responses=shapes.OnePurchaseOrderSerializer,
    )  # fmt: skip
    def get(self, request: Request, purchaseorder_id: UUID) -> Response:
        return _shown(purchaseorder_id)

    @extend_schema(
        operation_id="purchase_orders_replace", summary="Replace a draft", tags=["purchasing"],
        request=shapes.PurchaseDraftSerializer, responses=shapes.OnePurchaseOrderSerializer,
    )  # fmt: skip
    def put(self, request: Request, purchaseorder_id: UUID) -> Response:
        self.check_version(queries.purchase_order_by_id(purchaseorder_id).version)
        return _shown(update_purchase_order(purchase_order_id=purchaseorder_id, draft=_draft(request)).id)


class SendPurchaseOrder(TenantView):
    verbs = {"POST": SEND}

    @extend_schema(
        operation_id="purchase_orders_send", summary="Order it", tags=["purchasing"],
        request=shapes.PurchaseSendSerializer,
        responses={200: shapes.OnePurchaseOrderSerializer, 202: AwaitedSerializer},
    )  # fmt: skip
    def post(self, request: Request, purchaseorder_id: UUID) -> Response:
        mail = valid(shapes.PurchaseSendSerializer, request)["mail"]
        outcome = send_purchase_order(purchase_order_id=purchaseorder_id, mail=mail)
        if isinstance(outcome, Approval):
            return Response(AwaitedSerializer(outcome).data, status=202)
        return _shown(outcome.id)


class AcknowledgePurchaseOrder(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="purchase_orders_acknowledge", summary="Write down what the supplier answered",
        tags=["purchasing"], request=shapes.AcknowledgeSerializer, responses=shapes.OnePurchaseOrderSerializer,
    )  # fmt: skip
    def post(self, request: Request, purchaseorder_id: UUID) -> Response:
        queries.purchase_order_by_id(purchaseorder_id)
        sent = valid(shapes.AcknowledgeSerializer, request)
        lines = [
            Confirmed(item_id, line["quantity"], line["expected_on"])
            for line, (item_id, _) in zip(sent["lines"], named(sent["lines"], needed=("item",)), strict=True)
        ]
        acknowledge_purchase_order(
            purchase_order_id=purchaseorder_id, reference=sent["reference"], expected_on=sent["expected_on"],
            lines=lines,
        )  # fmt: skip
        return _shown(purchaseorder_id)


class AnnounceDelivery(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="purchase_orders_announce", summary="Announce a delivery (advance ship notice)",
        tags=["purchasing"], request=shapes.AnnounceSerializer, responses={201: shapes.OnePurchaseOrderSerializer},
    )  # fmt: skip
    def post(self, request: Request, purchaseorder_id: UUID) -> Response:
        queries.purchase_order_by_id(purchaseorder_id)
        sent = valid(shapes.AnnounceSerializer, request)
        lines = [
            (item_id, line["quantity"])
            for line, (item_id, _) in zip(sent["lines"], named(sent["lines"], needed=("item",)), strict=True)
        ]
        announce_delivery(purchase_order_id=purchaseorder_id, delivery=Announced(**{**sent, "lines": lines}))
        return _shown(purchaseorder_id, status=201)


class WithdrawDelivery(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="purchase_orders_withdraw_delivery", summary="An announced delivery does not come",
        tags=["purchasing"], request=None, responses=shapes.OnePurchaseOrderSerializer,
    )  # fmt: skip
    def post(self, request: Request, deliverynotice_id: UUID) -> Response:
        return _shown(withdraw_delivery(notice_id=deliverynotice_id).purchase_order_id)


class ReceivePurchaseOrder(TenantView):
    verbs = {"POST": RECEIVE}

    @extend_schema(
        operation_id="purchase_orders_receive", summary="Book a delivery, once per receipt", tags=["purchasing"],
        request=shapes.PurchaseReceiveSerializer, responses=shapes.OnePurchaseOrderSerializer,
    )  # fmt: skip
    def post(self, request: Request, purchaseorder_id: UUID) -> Response:
        queries.purchase_order_by_id(purchaseorder_id)
        sent = valid(shapes.PurchaseReceiveSerializer, request)
        delivered = [
            Delivered(item_id, line["quantity"], line["state"], line["packs"], lot_of(line), tuple(line["serials"]))
            for line, (item_id, _) in zip(sent["lines"], named(sent["lines"], needed=("item",)), strict=True)
        ]
        receive_purchase_order(
            purchase_order_id=purchaseorder_id, receipt_id=sent["receipt_id"], delivered=delivered,
            reference=sent["reference"], notice_id=sent["notice_id"],
        )  # fmt: skip
        return _shown(purchaseorder_id)


class ClosePurchaseOrder(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="purchase_orders_close", summary="Expect no more of it", tags=["purchasing"], request=None,
        responses=shapes.OnePurchaseOrderSerializer,
    )  # fmt: skip
    def post(self, request: Request, purchaseorder_id: UUID) -> Response:
        return _shown(close_purchase_order(purchase_order_id=purchaseorder_id).id)


class CancelPurchaseOrder(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="purchase_orders_cancel", summary="Give up an order of which nothing came", tags=["purchasing"],
        request=None, responses=shapes.OnePurchaseOrderSerializer,
    )  # fmt: skip
    def post(self, request: Request, purchaseorder_id: UUID) -> Response:
        return _shown(cancel_purchase_order(purchase_order_id=purchaseorder_id).id)


class ReplenishingSettings(TenantView):
    verbs = {"GET": VIEW, "PUT": EDIT}

    @extend_schema(
        operation_id="replenishing_settings_get", summary="Tolerances, and how sure stock must last",
        tags=["purchasing"], responses=shapes.ReplenishingSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response(shapes.ReplenishingSerializer(queries.replenishing_settings()).data)

    @extend_schema(
        operation_id="replenishing_settings_set", summary="Set them", tags=["purchasing"],
        request=shapes.ReplenishingSerializer, responses=shapes.ReplenishingSerializer,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        return Response(
            shapes.ReplenishingSerializer(set_replenishing(**valid(shapes.ReplenishingSerializer, request))).data
        )


def _draft(request: Request) -> PurchaseDraft:
    sent = valid(shapes.PurchaseDraftSerializer, request)
    lines = [
        PurchaseLineDraft(item_id, line["quantity"], line["unit_cost"])
        for line, (item_id, _) in zip(sent["lines"], named(sent["lines"], needed=("item",)), strict=True)
    ]
    return PurchaseDraft(sent["supplier_id"], location_of(sent, "location"), lines, sent["note"], sent["expected_on"])


def _shown(purchase_order_id: UUID, *, status: int = 200) -> Response:
    found = queries.purchase_order_by_id(purchase_order_id)
    headers = {"ETag": etag(found.version)}
    if status == 201:
        headers["Location"] = f"/api/v1/purchase-orders/{found.id}"
    return Response(shapes.one_purchase_order(found, unit().actor), status=status, headers=headers)
