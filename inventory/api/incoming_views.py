"""What is on its way, and what can be promised by a day."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.api.naming import named
from inventory.models import Item
from inventory.stock.values import QUANTITY_MAX
from oms.core.api.views import TenantView
from oms.core.errors import NotFound


class AtpQuery(serializers.Serializer):
    """Name the item by ``sku`` or ``item_id``; without a location all that ship are asked."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)
    by = serializers.DateField()


class IncomingSerializer(serializers.Serializer):
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location_name")
    kind = serializers.CharField(help_text="`purchase_order` or `transfer`.")
    number = serializers.IntegerField()
    units = serializers.IntegerField()
    expected_on = serializers.DateField(allow_null=True)
    likely_on = serializers.DateField(
        allow_null=True, help_text="The day that is relied on: as much later as this supplier usually is."
    )
    late = serializers.BooleanField(help_text="It should be here already.")


class AtpSerializer(serializers.Serializer):
    item_id = serializers.UUIDField()
    available = serializers.IntegerField(help_text="What an order may take now.")
    promised = serializers.IntegerField(source="promise.units", help_text="Available now or arriving until that day.")
    enough = serializers.BooleanField(source="promise.enough")
    earliest = serializers.DateField(
        source="promise.earliest", allow_null=True, help_text="The first day on which all of it can be promised."
    )
    incoming = IncomingSerializer(many=True)


class AvailableToPromise(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="atp", summary="Can so many be promised by a day?", tags=["stock"], parameters=[AtpQuery],
        responses=AtpSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        given = AtpQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        ((item_id, location_id),) = named([asked], path="", needed=("item",))
        if not Item.objects.filter(id=item_id).exists():
            raise NotFound("There is no such item.")
        found = queries.atp(item_id=item_id, quantity=asked["quantity"], by=asked["by"], location_id=location_id)
        return Response(AtpSerializer(found).data)
