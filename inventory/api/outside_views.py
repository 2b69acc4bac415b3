"""What has already happened elsewhere: sold at a till, shipped by a 3PL, scanned without a network."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.happened import NAME_MAX, VERB, Happened, book_happened
from inventory.api.naming import named
from inventory.models import SELLABLE, STATES
from inventory.stock.outside import WHAT
from inventory.stock.values import QUANTITY_MAX
from oms.core.api.views import TenantView, valid

FACTS_MAX = 500


class HappenedSerializer(serializers.Serializer):
    """The item by ``sku`` (or any code of it) or ``item_id``, the location by its code or id."""

    external_id = serializers.CharField(max_length=NAME_MAX, help_text="Your own id: told twice it is booked once.")
    what = serializers.ChoiceField(choices=list(WHAT))
    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)
    state = serializers.ChoiceField(choices=STATES, default=SELLABLE)
    happened_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class OutsideFactsSerializer(serializers.Serializer):
    source = serializers.CharField(max_length=NAME_MAX, help_text="Who tells it: the till, the 3PL.")
    facts = HappenedSerializer(many=True, allow_empty=False, max_length=FACTS_MAX)


class BookedSerializer(serializers.Serializer):
    external_id = serializers.CharField()
    known = serializers.BooleanField(help_text="It was booked before.")
    unexplained = serializers.IntegerField(help_text="Units the book did not have: a count is called for.")


class BookedListSerializer(serializers.Serializer):
    results = BookedSerializer(many=True)


class OutsideFacts(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="stock_happened", summary="Book what has already happened elsewhere", tags=["stock"],
        request=OutsideFactsSerializer, responses=BookedListSerializer,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = valid(OutsideFactsSerializer, request)
        lines = sent["facts"]
        facts = [
            Happened(
                line["external_id"], line["what"], item_id, location_id, line["quantity"], line["state"],
                line["happened_at"],
            )
            for line, (item_id, location_id) in zip(lines, named(lines, path="facts.{}."), strict=True)
        ]  # fmt: skip
        booked = book_happened(source=sent["source"], facts=facts)
        return Response({"results": BookedSerializer(booked, many=True).data})
