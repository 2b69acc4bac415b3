"""Suppliers' bills: enter one, decide about it, and what was received and not billed yet."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.billing import APPROVE, EDIT, VIEW
from inventory.actions.billing.drafts import BillDraft, ChargeLine, GoodsLine
from inventory.actions.billing.enter import enter_bill
from inventory.actions.billing.matching import match_again
from inventory.actions.billing.settings import set_billing_tolerances
from inventory.actions.billing.settle import approve_bill, dispute_bill, withdraw_bill
from inventory.api import bill_serializers as shapes
from inventory.api.naming import named
from inventory.api.pages import page_of
from inventory.queries import billing as queries
from oms.accounts.models import Approval
from oms.core.api.views import TenantView, etag, valid
from oms.core.money import ZERO
from oms.core.tenancy import unit


class SupplierBills(TenantView):
    verbs = {"GET": VIEW, "POST": EDIT}

    @extend_schema(
        operation_id="bills_list", summary="List suppliers' bills, newest first", tags=["purchasing"],
        parameters=[shapes.BillQuery], responses=page_of(shapes.SupplierBillSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        given = shapes.BillQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = {name: given.validated_data[name] for name in ("state", "supplier_id") if name in given.validated_data}
        return self.page(queries.bills(**asked), shapes.SupplierBillSerializer, order=("-id",))

    @extend_schema(
        operation_id="bills_create", summary="Enter a bill; one that matches is posted at once", tags=["purchasing"],
        request=shapes.BillDraftSerializer, responses={201: shapes.OneSupplierBillSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = valid(shapes.BillDraftSerializer, request)
        items = [item_id for item_id, _ in named(sent["lines"], needed=("item",))]
        goods = [
            GoodsLine(item_id, line["quantity"], line["unit_price"], line["purchase_order_id"])
            for line, item_id in zip(sent.pop("lines"), items, strict=True)
        ]
        charges = [
            ChargeLine(line["charge"], line["amount"], tuple(line["purchase_order_ids"]), line["shared_by"])
            for line in sent.pop("charges")
        ]
        sent["currency"] = sent["currency"].strip().upper()
        return _shown(enter_bill(draft=BillDraft(**sent, goods=goods, charges=charges)).id, status=201)


class OneSupplierBill(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        operation_id="bills_get", summary="One bill with its lines and what stands against them", tags=["purchasing"],
        responses=shapes.OneSupplierBillSerializer,
    )  # fmt: skip
    def get(self, request: Request, supplierbill_id: UUID) -> Response:
        return _shown(supplierbill_id)


class ApproveBill(TenantView):
    verbs = {"POST": APPROVE}

    @extend_schema(
        operation_id="bills_approve", summary="Owe a bill as it is", tags=["purchasing"],
        request=shapes.BillNoteSerializer, responses=shapes.BillApprovalSerializer,
    )  # fmt: skip
    def post(self, request: Request, supplierbill_id: UUID) -> Response:
        answer = approve_bill(bill_id=supplierbill_id, **valid(shapes.BillNoteSerializer, request))
        bill = shapes.one_bill(queries.bill_by_id(supplierbill_id), unit().actor)
        return Response({"bill": bill, "approval_id": str(answer.id) if isinstance(answer, Approval) else None})


class MatchBill(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="bills_match", summary="Match a bill again", tags=["purchasing"], request=None,
        responses=shapes.OneSupplierBillSerializer,
    )  # fmt: skip
    def post(self, request: Request, supplierbill_id: UUID) -> Response:
        return _shown(match_again(bill_id=supplierbill_id).id)


class DisputeBill(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="bills_dispute", summary="Say what is wrong with a bill", tags=["purchasing"],
        request=shapes.BillNoteSerializer, responses=shapes.OneSupplierBillSerializer,
    )  # fmt: skip
    def post(self, request: Request, supplierbill_id: UUID) -> Response:
        return _shown(dispute_bill(bill_id=supplierbill_id, **valid(shapes.BillNoteSerializer, request)).id)


class WithdrawBill(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="bills_withdraw", summary="Take a bill away; its number is free again", tags=["purchasing"],
        request=shapes.BillNoteSerializer, responses=shapes.OneSupplierBillSerializer,
    )  # fmt: skip
    def post(self, request: Request, supplierbill_id: UUID) -> Response:
        return _shown(withdraw_bill(bill_id=supplierbill_id, **valid(shapes.BillNoteSerializer, request)).id)


class NotBilled(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        operation_id="not_billed_get", summary="What was received and not billed yet, by supplier and order",
        tags=["purchasing"], responses=shapes.NotBilledSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        found = queries.not_billed()
        total = sum((each.value for each in found), ZERO)
        return Response(shapes.NotBilledSerializer({"total": total, "suppliers": found}).data)


class BillingSettings(TenantView):
    verbs = {"GET": VIEW, "PUT": APPROVE}

    @extend_schema(
        operation_id="billing_settings_get", summary="How far a bill may be off and still match",
        tags=["purchasing"], responses=shapes.TolerancesSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response(shapes.TolerancesSerializer(queries.billing_tolerances()).data)

    @extend_schema(
        operation_id="billing_settings_set", summary="Set it", tags=["purchasing"],
        request=shapes.TolerancesSerializer, responses=shapes.TolerancesSerializer,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        wanted = set_billing_tolerances(**valid(shapes.TolerancesSerializer, request))
        return Response(shapes.TolerancesSerializer(wanted).data)


def _shown(bill_id: UUID, *, status: int = 200) -> Response:
    found = queries.bill_by_id(bill_id)
    headers = {"ETag": etag(found.version)}
    if status == 201:
        headers["Location"] = f"/api/v1/bills/{found.id}"
    return Response(shapes.one_bill(found, unit().actor), status=status, headers=headers)
