"""Goods sent back to suppliers: book them, ask for the credit note, record it or give it up."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.billing import EDIT as BILLING
from inventory.actions.purchasing import EDIT, VIEW
from inventory.actions.supplier_returns.credit import CreditNote, chase_credit, end_waiting, record_credit
from inventory.actions.supplier_returns.send import SentBack, cancel_supplier_return, send_back
from inventory.allowed import allowed_on_supplier_return
from inventory.api.naming import location_of, named
from inventory.api.pages import PageQuery, page_of
from inventory.api.transfer_serializers import ArrivedLineSerializer, AtOneLocation
from inventory.billing.returning import ENDS, STATES
from inventory.models import STATES as SHELF_STATES
from inventory.queries import supplier_returns as queries
from inventory.replenishing.drafts import LINES_MAX, NOTE_MAX
from oms.core.api.schema import AllowedActionShape
from oms.core.api.views import TenantView, etag, valid
from oms.core.tenancy import unit


class SupplierReturnDraftSerializer(AtOneLocation):
    """``return_id`` is yours: the same one sent again is booked once. The location by its code, or by its id."""

    return_id = serializers.UUIDField()
    supplier_id = serializers.UUIDField()
    purchase_order_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    lines = ArrivedLineSerializer(many=True, allow_empty=False, max_length=LINES_MAX)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_MAX)
    mail = serializers.BooleanField(default=False, help_text="Ask for the credit note by mail at once.")


class CreditNoteSerializer(serializers.Serializer):
    number = serializers.CharField(max_length=60)
    credited_on = serializers.DateField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0, help_text="Without tax.")
    currency = serializers.CharField(max_length=3)
    rate = serializers.DecimalField(
        required=False, allow_null=True, default=None, max_digits=20, decimal_places=10,
        help_text="What one unit of its currency is worth in yours; needed where they differ.",
    )  # fmt: skip


class SupplierReturnEndSerializer(serializers.Serializer):
    how = serializers.ChoiceField(choices=ENDS)
    note = serializers.CharField(max_length=NOTE_MAX)


class SupplierReturnCancelSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=NOTE_MAX)


class SupplierReturnQuery(PageQuery):
    state = serializers.ChoiceField(choices=STATES, required=False)
    supplier_id = serializers.UUIDField(required=False)


class SupplierReturnSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    supplier_id = serializers.UUIDField()
    supplier = serializers.CharField(source="supplier.name")
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location.code")
    purchase_order_id = serializers.UUIDField(allow_null=True)
    note = serializers.CharField()
    sent_at = serializers.DateTimeField()
    chases = serializers.IntegerField()
    mailed_at = serializers.DateTimeField(allow_null=True)
    credit_number = serializers.CharField()
    credited_on = serializers.DateField(allow_null=True)
    credited = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    currency = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class SupplierReturnLineSerializer(serializers.Serializer):
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    state = serializers.ChoiceField(choices=SHELF_STATES)
    quantity = serializers.IntegerField(source="units")


class OneSupplierReturnSerializer(SupplierReturnSerializer):
    lines = SupplierReturnLineSerializer(many=True)
    allowed_actions = AllowedActionShape(many=True)


class SupplierReturns(TenantView):
    verbs = {"GET": VIEW, "POST": EDIT}

    @extend_schema(
        operation_id="supplier_returns_list", summary="List goods sent back to suppliers, newest first",
        tags=["purchasing"], parameters=[SupplierReturnQuery], responses=page_of(SupplierReturnSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        given = SupplierReturnQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = {name: given.validated_data[name] for name in ("state", "supplier_id") if name in given.validated_data}
        return self.page(queries.supplier_returns(**asked), SupplierReturnSerializer, order=("-id",))

    @extend_schema(
        operation_id="supplier_returns_create", summary="Send goods back to a supplier", tags=["purchasing"],
        request=SupplierReturnDraftSerializer, responses={201: OneSupplierReturnSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = valid(SupplierReturnDraftSerializer, request)
        lines = [
            SentBack(item_id, line["quantity"], line["state"])
            for line, (item_id, _) in zip(sent["lines"], named(sent["lines"], needed=("item",)), strict=True)
        ]
        found = send_back(
            return_id=sent["return_id"], supplier_id=sent["supplier_id"], location_id=location_of(sent, "location"),
            purchase_order_id=sent["purchase_order_id"], lines=lines, note=sent["note"], mail=sent["mail"],
        )  # fmt: skip
        return _shown(found.id, status=201)


class OneSupplierReturn(TenantView):
    verbs = {"GET": VIEW}

    @extend_schema(
        operation_id="supplier_returns_get", summary="One of them, with its lines", tags=["purchasing"],
        responses=OneSupplierReturnSerializer,
    )  # fmt: skip
    def get(self, request: Request, supplierreturn_id: UUID) -> Response:
        return _shown(supplierreturn_id)


class ChaseCredit(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="supplier_returns_chase", summary="Ask for its credit note by mail", tags=["purchasing"],
        request=None, responses=OneSupplierReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, supplierreturn_id: UUID) -> Response:
        return _shown(chase_credit(return_id=supplierreturn_id).id)


class RecordCredit(TenantView):
    verbs = {"POST": BILLING}

    @extend_schema(
        operation_id="supplier_returns_credit", summary="Record its credit note", tags=["purchasing"],
        request=CreditNoteSerializer, responses=OneSupplierReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, supplierreturn_id: UUID) -> Response:
        sent = valid(CreditNoteSerializer, request)
        sent["currency"] = sent["currency"].strip().upper()
        return _shown(record_credit(return_id=supplierreturn_id, credit=CreditNote(**sent)).id)


class EndWaiting(TenantView):
    verbs = {"POST": BILLING}

    @extend_schema(
        operation_id="supplier_returns_end", summary="No credit note comes", tags=["purchasing"],
        request=SupplierReturnEndSerializer, responses=OneSupplierReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, supplierreturn_id: UUID) -> Response:
        sent = valid(SupplierReturnEndSerializer, request)
        return _shown(end_waiting(return_id=supplierreturn_id, **sent).id)


class CancelSupplierReturn(TenantView):
    verbs = {"POST": EDIT}

    @extend_schema(
        operation_id="supplier_returns_cancel", summary="They never left", tags=["purchasing"],
        request=SupplierReturnCancelSerializer, responses=OneSupplierReturnSerializer,
    )  # fmt: skip
    def post(self, request: Request, supplierreturn_id: UUID) -> Response:
        note = valid(SupplierReturnCancelSerializer, request)["note"]
        return _shown(cancel_supplier_return(return_id=supplierreturn_id, note=note).id)


def _shown(return_id: UUID, *, status: int = 200) -> Response:
    found = queries.supplier_return_by_id(return_id)
    body = {
        **SupplierReturnSerializer(found).data,
        "lines": SupplierReturnLineSerializer(queries.lines_of_supplier_return(found.id), many=True).data,
        "allowed_actions": [each.to_json() for each in allowed_on_supplier_return(found, unit().actor).values()],
    }
    headers = {"ETag": etag(found.version)}
    if status == 201:
        headers["Location"] = f"/api/v1/supplier-returns/{found.id}"
    return Response(body, status=status, headers=headers)
