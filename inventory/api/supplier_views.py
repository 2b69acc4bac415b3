"""Suppliers, and what they sell us."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.purchasing import EDIT, VIEW
from inventory.actions.purchasing.suppliers import (
    CODE_MAX,
    NAME_MAX,
    RANK_MAX,
    create_supplier,
    remove_supplier_item,
    set_supplier_item,
    update_supplier,
)
from inventory.api.naming import named
from inventory.api.pages import PageQuery, page_of
from inventory.replenishing.buying import BREAKS_MAX, LEAD_TIME_MAX, Break
from inventory.stock.values import QUANTITY_MAX
from oms.core.api.views import TenantView, etag, valid


class SupplierDraftSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=CODE_MAX)
    name = serializers.CharField(max_length=NAME_MAX)
    email = serializers.EmailField(required=False, allow_blank=True)
    currency = serializers.CharField(max_length=3)
    lead_time_days = serializers.IntegerField(required=False, min_value=0, max_value=LEAD_TIME_MAX)
    active = serializers.BooleanField(required=False)


class SupplierChangeSerializer(SupplierDraftSerializer):
    """Only what is named is changed."""

    code = serializers.CharField(required=False, max_length=CODE_MAX)
    name = serializers.CharField(required=False, max_length=NAME_MAX)
    currency = serializers.CharField(required=False, max_length=3)


class SupplierSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    currency = serializers.CharField()
    lead_time_days = serializers.IntegerField()
    active = serializers.BooleanField()
    version = serializers.IntegerField()


class PriceBreakSerializer(serializers.Serializer):
    """From so many units on, one costs so much."""

    units = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)
    price = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0)


class SupplierItemDraftSerializer(serializers.Serializer):
    """Setting the same item again replaces what was said of it."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    code = serializers.CharField(required=False, allow_blank=True, default="", max_length=CODE_MAX)
    prices = PriceBreakSerializer(many=True, default=list, max_length=BREAKS_MAX)
    minimum = serializers.IntegerField(default=1, min_value=1, max_value=QUANTITY_MAX)
    pack_size = serializers.IntegerField(default=1, min_value=1, max_value=QUANTITY_MAX)
    lead_time_days = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=LEAD_TIME_MAX,
        help_text="In place of the supplier's own.",
    )  # fmt: skip
    rank = serializers.IntegerField(
        default=100, min_value=0, max_value=RANK_MAX, help_text="Of several suppliers, the lowest is asked first."
    )


class SupplierItemSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    supplier_id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    code = serializers.CharField()
    prices = PriceBreakSerializer(source="breaks", many=True)
    minimum = serializers.IntegerField()
    pack_size = serializers.IntegerField()
    lead_time_days = serializers.IntegerField(allow_null=True)
    rank = serializers.IntegerField()


class Suppliers(TenantView):
    verbs = {"GET": VIEW, "POST": EDIT}

    @extend_schema(
        operation_id="suppliers_list", summary="List suppliers by code", tags=["purchasing"],
        parameters=[PageQuery], responses=page_of(SupplierSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.suppliers(), SupplierSerializer, order=("code", "id"))

    @extend_schema(
        operation_id="suppliers_create", summary="Add a supplier", tags=["purchasing"],
        request=SupplierDraftSerializer, responses={201: SupplierSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        made = create_supplier(**valid(SupplierDraftSerializer, request))
        headers = {"Location": f"/api/v1/suppliers/{made.id}", "ETag": etag(made.version)}
        return Response(SupplierSerializer(made).data, status=201, headers=headers)


class OneSupplier(TenantView):
    verbs = {"GET": VIEW, "PATCH": EDIT}

    @extend_schema(
        operation_id="suppliers_get", summary="One supplier", tags=["purchasing"], responses=SupplierSerializer
    )
    def get(self, request: Request, supplier_id: UUID) -> Response:
        found = queries.supplier_by_id(supplier_id)
        return Response(SupplierSerializer(found).data, headers={"ETag": etag(found.version)})

    @extend_schema(
        operation_id="suppliers_change", summary="Change a supplier", tags=["purchasing"],
        request=SupplierChangeSerializer, responses=SupplierSerializer,
    )  # fmt: skip
    def patch(self, request: Request, supplier_id: UUID) -> Response:
        self.check_version(queries.supplier_by_id(supplier_id).version)
        changed = update_supplier(supplier_id=supplier_id, changes=valid(SupplierChangeSerializer, request))
        return Response(SupplierSerializer(changed).data, headers={"ETag": etag(changed.version)})


class SupplierItems(TenantView):
    verbs = {"GET": VIEW, "PUT": EDIT}

    @extend_schema(
        operation_id="supplier_items_list", summary="A supplier's catalogue, newest first", tags=["purchasing"],
        parameters=[PageQuery], responses=page_of(SupplierItemSerializer),
    )  # fmt: skip
    def get(self, request: Request, supplier_id: UUID) -> Response:
        rows = queries.catalogue_of(queries.supplier_by_id(supplier_id).id)
        return self.page(rows, SupplierItemSerializer, order=("-id",))

    @extend_schema(
        operation_id="supplier_items_set", summary="Put an item into the catalogue", tags=["purchasing"],
        request=SupplierItemDraftSerializer, responses=SupplierItemSerializer,
    )  # fmt: skip
    def put(self, request: Request, supplier_id: UUID) -> Response:
        queries.supplier_by_id(supplier_id)
        sent = valid(SupplierItemDraftSerializer, request)
        ((item_id, _),) = named([sent], path="", needed=("item",))
        sent.pop("sku", None)
        sent["prices"] = [Break(each["units"], each["price"]) for each in sent["prices"]]
        made = set_supplier_item(supplier_id=supplier_id, **{**sent, "item_id": item_id})
        return Response(SupplierItemSerializer(made).data)


class OneSupplierItem(TenantView):
    verbs = {"DELETE": EDIT}

    @extend_schema(
        operation_id="supplier_items_remove", summary="Take an item out of the catalogue", tags=["purchasing"],
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, supplieritem_id: UUID) -> Response:
        remove_supplier_item(supplieritem_id=supplieritem_id)
        return Response(status=204)
