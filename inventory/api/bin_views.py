"""Bins of a location, what is in them, and putting goods away."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.bins import BINS_MAX, EDIT, VERB, create_bins, delete_bin, put_away, update_bin
from inventory.api.naming import named
from inventory.api.pages import PageQuery, page_of
from inventory.models import Bin
from inventory.queries.bins import WALK, bin_by_id, bins_of, contents_of_bin
from inventory.queries.lookup import visible_locations
from inventory.stock.bins import CODE_MAX, KINDS, PICK
from inventory.stock.values import QUANTITY_MAX
from oms.core.api.views import TenantView, valid
from oms.core.errors import NotFound

TAG = ["locations"]


class BinSerializer(serializers.Serializer):
    """A place on a shelf."""

    id = serializers.UUIDField()
    location_id = serializers.UUIDField()
    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    place = serializers.IntegerField(help_text="When the walk comes to it: the lowest first.")


class BinContentSerializer(serializers.Serializer):
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    on_hand = serializers.IntegerField()


class OneBinSerializer(BinSerializer):
    contents = serializers.ListField(child=BinContentSerializer())


class BinsDraftSerializer(serializers.Serializer):
    codes = serializers.ListField(
        child=serializers.CharField(max_length=CODE_MAX), allow_empty=False, max_length=BINS_MAX,
        help_text="In the order of the walk, after the bins there are.",
    )  # fmt: skip
    kind = serializers.ChoiceField(choices=KINDS, default=PICK)


class BinPatchSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=KINDS, required=False)
    place = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000_000)


class PutAwaySerializer(serializers.Serializer):
    """Without ``from_bin_id`` the units lay in no bin there."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)
    from_bin_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class Bins(TenantView):
    verbs = {"GET": "stock.view", "POST": EDIT}

    @extend_schema(
        operation_id="bins_list", summary="List a location's bins, in the order of its walk", tags=TAG,
        parameters=[PageQuery], responses=page_of(BinSerializer),
    )  # fmt: skip
    def get(self, request: Request, location_id: UUID) -> Response:
        _location(location_id)
        return self.page(bins_of(location_id), BinSerializer, order=WALK)

    @extend_schema(
        operation_id="bins_create", summary="Lay bins out; those there are already stay as they are", tags=TAG,
        request=BinsDraftSerializer, responses={201: BinSerializer(many=True)},
    )  # fmt: skip
    def post(self, request: Request, location_id: UUID) -> Response:
        _location(location_id)
        sent = valid(BinsDraftSerializer, request)
        made = create_bins(location_id=location_id, codes=sent["codes"], kind=sent["kind"])
        return Response(BinSerializer(made, many=True).data, status=201)


class OneBin(TenantView):
    verbs = {"GET": "stock.view", "PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(operation_id="bins_get", summary="One bin with what is in it", tags=TAG, responses=OneBinSerializer)
    def get(self, request: Request, bin_id: UUID) -> Response:
        return _shown(bin_by_id(bin_id))

    @extend_schema(
        operation_id="bins_update", summary="What it is for, and its place in the walk", tags=TAG,
        request=BinPatchSerializer, responses=OneBinSerializer,
    )  # fmt: skip
    def patch(self, request: Request, bin_id: UUID) -> Response:
        found, sent = bin_by_id(bin_id), valid(BinPatchSerializer, request)
        return _shown(
            update_bin(bin_id=bin_id, kind=sent.get("kind", found.kind), place=sent.get("place", found.place))
        )

    @extend_schema(operation_id="bins_delete", summary="Remove an empty bin", tags=TAG, responses={204: None})
    def delete(self, request: Request, bin_id: UUID) -> Response:
        delete_bin(bin_id=bin_id)
        return Response(status=204)


class PutAway(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="bins_put_away", summary="Put units into this bin", tags=TAG, request=PutAwaySerializer,
        responses=OneBinSerializer,
    )  # fmt: skip
    def post(self, request: Request, bin_id: UUID) -> Response:
        bin_by_id(bin_id)
        sent = valid(PutAwaySerializer, request)
        ((item_id, _),) = named([sent], path="", needed=("item",))
        put_away(item_id=item_id, bin_id=bin_id, quantity=sent["quantity"], from_bin_id=sent["from_bin_id"])
        return _shown(bin_by_id(bin_id))


def _location(location_id: UUID) -> None:
    if not visible_locations().filter(id=location_id).exists():
        raise NotFound("There is no such location.")


def _shown(found: Bin) -> Response:
    return Response({**BinSerializer(found).data,
                     "contents": BinContentSerializer(contents_of_bin(found.id), many=True).data})  # fmt: skip
