"""Assemble goods from their components, or take them apart."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.kits.assembling import VERB, cancel_assembly, finish_assembly, plan_assembly
from inventory.allowed import allowed_on_assembly
from inventory.api.naming import named
from inventory.api.pages import PageQuery, page_of
from inventory.replenishing.drafts import NOTE_MAX
from inventory.stock.assembling import ASSEMBLE, KINDS, QUANTITY_MAX, STATES
from oms.core.api.schema import AllowedActionShape
from oms.core.api.views import TenantView, etag, valid
from oms.core.tenancy import unit


class AssemblyQuery(PageQuery):
    state = serializers.ChoiceField(choices=STATES, required=False)


class AssemblyPlanSerializer(serializers.Serializer):
    """Name the item by ``sku`` or ``item_id``, the location by ``location`` (its code) or ``location_id``."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)
    kind = serializers.ChoiceField(choices=KINDS, default=ASSEMBLE)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_MAX)


class AssemblyFinishSerializer(serializers.Serializer):
    quantity = serializers.IntegerField(
        required=False, min_value=1, max_value=QUANTITY_MAX, help_text="All that are left, when left out."
    )


class AssemblySerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=KINDS)
    state = serializers.ChoiceField(choices=STATES)
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location.code")
    quantity = serializers.IntegerField()
    done = serializers.IntegerField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Also the ETag.")


class AssemblyLineSerializer(serializers.Serializer):
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    per_unit = serializers.IntegerField(help_text="Units in one, as they were when the order was planned.")


class OneAssemblySerializer(AssemblySerializer):
    lines = AssemblyLineSerializer(many=True)
    allowed_actions = AllowedActionShape(many=True)


class Assemblies(TenantView):
    verbs = {"GET": "stock.view", "POST": VERB}

    @extend_schema(
        operation_id="assemblies_list", summary="List assembly orders, newest first", tags=["assembly"],
        parameters=[AssemblyQuery], responses=page_of(AssemblySerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = AssemblyQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = queries.assemblies(state=asked.validated_data.get("state", ""))
        return self.page(rows, AssemblySerializer, order=("-id",))

    @extend_schema(
        operation_id="assemblies_plan", summary="Plan an assembly order; what it takes is reserved", tags=["assembly"],
        request=AssemblyPlanSerializer, responses={201: OneAssemblySerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = valid(AssemblyPlanSerializer, request)
        ((item_id, location_id),) = named([sent], path="")
        made = plan_assembly(
            item_id=item_id, location_id=location_id, quantity=sent["quantity"], kind=sent["kind"], note=sent["note"]
        )
        return _shown(made.id, status=201)


class OneAssembly(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="assemblies_get", summary="One assembly order with its components", tags=["assembly"],
        responses=OneAssemblySerializer,
    )  # fmt: skip
    def get(self, request: Request, assemblyorder_id: UUID) -> Response:
        return _shown(assemblyorder_id)


class FinishAssembly(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="assemblies_finish", summary="Book that some, or all, are done", tags=["assembly"],
        request=AssemblyFinishSerializer, responses=OneAssemblySerializer,
    )  # fmt: skip
    def post(self, request: Request, assemblyorder_id: UUID) -> Response:
        sent = valid(AssemblyFinishSerializer, request)
        left = queries.assembly_by_id(assemblyorder_id).left
        return _shown(finish_assembly(assembly_id=assemblyorder_id, quantity=sent.get("quantity", left)).id)


class CancelAssembly(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="assemblies_cancel", summary="Give back what is reserved; what is done stays", tags=["assembly"],
        request=None, responses=OneAssemblySerializer,
    )  # fmt: skip
    def post(self, request: Request, assemblyorder_id: UUID) -> Response:
        return _shown(cancel_assembly(assembly_id=assemblyorder_id).id)


def _shown(assembly_id: UUID, *, status: int = 200) -> Response:
    found = queries.assembly_by_id(assembly_id)
    body = {
        **AssemblySerializer(found).data,
        "lines": AssemblyLineSerializer(queries.lines_of_assembly(found.id), many=True).data,
        "allowed_actions": [each.to_json() for each in allowed_on_assembly(found, unit().actor).values()],
    }
    headers = {"ETag": etag(found.version)}
    if status == 201:
        headers["Location"] = f"/api/v1/assemblies/{found.id}"
    return Response(body, status=status, headers=headers)
