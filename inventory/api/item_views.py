"""Items and locations."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.items import ItemDraft, create_item, update_item
from inventory.actions.locations import create_location, reorder_locations, update_location
from inventory.api.item_serializers import ItemQuery, ItemSerializer, ItemWriteSerializer
from inventory.api.location_serializers import LocationRankSerializer, LocationSerializer, LocationWriteSerializer
from inventory.api.pages import PageQuery, page_of
from inventory.models import Item, Location, Product
from oms.core.api.views import TenantView, etag
from oms.core.errors import NotFound


class VersionedView(TenantView):
    """Answers with the record's version as its ETag."""

    def versioned(self, record: Item | Location | Product, serializer_class: type, status: int = 200) -> Response:
        return Response(serializer_class(record).data, status=status, headers={"ETag": etag(record.version)})

    def expected(self, version: int) -> int | None:
        """The version a change insists on; raises `Stale` at once when it is not this one."""
        self.check_version(version)
        return version if self.request.headers.get("If-Match", "*").strip() != "*" else None


class Items(VersionedView):
    verbs = {"GET": "stock.view", "POST": "items.edit"}

    @extend_schema(
        operation_id="items_list", summary="List items by SKU", tags=["items"], parameters=[ItemQuery],
        responses=page_of(ItemSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = asked(ItemQuery, request)
        items = queries.find_items(
            text=wanted.get("q", ""), active=wanted["active"], origin=wanted.get("origin", "")
        ).prefetch_related("codes", "packs", "substitutes")
        return self.page(items, ItemSerializer, order=("sku_key", "id"))

    @extend_schema(
        operation_id="items_create", summary="Create an item", tags=["items"], request=ItemWriteSerializer,
        responses={201: ItemSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = ItemWriteSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        item = create_item(draft=ItemDraft(**sent.changes(), origin="api"))
        response = self.versioned(item, ItemSerializer, status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}/{item.id}")
        return response


class OneItem(VersionedView):
    verbs = {"GET": "stock.view", "PATCH": "items.edit"}

    @extend_schema(operation_id="items_retrieve", summary="Read an item", tags=["items"], responses=ItemSerializer)
    def get(self, request: Request, item_id: UUID) -> Response:
        return self.versioned(one(Item.objects.all(), item_id, "item"), ItemSerializer)

    @extend_schema(
        operation_id="items_update", summary="Change an item; send its ETag as If-Match", tags=["items"],
        request=ItemWriteSerializer(partial=True), responses=ItemSerializer,
    )  # fmt: skip
    def patch(self, request: Request, item_id: UUID) -> Response:
        item = one(Item.objects.all(), item_id, "item")
        expected = self.expected(item.version)
        sent = ItemWriteSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        changed = update_item(item_id=item.id, changes=sent.changes(), expected_version=expected)
        return self.versioned(changed, ItemSerializer)


class Locations(VersionedView):
    verbs = {"GET": "locations.view", "POST": "locations.edit"}

    @extend_schema(
        operation_id="locations_list", summary="List locations by code", tags=["locations"], parameters=[PageQuery],
        responses=page_of(LocationSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(queries.visible_locations(), LocationSerializer, order=("code", "id"))

    @extend_schema(
        operation_id="locations_create", summary="Create a location", tags=["locations"],
        request=LocationWriteSerializer, responses={201: LocationSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = LocationWriteSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        location = create_location(**sent.validated_data)
        response = self.versioned(location, LocationSerializer, status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}/{location.id}")
        return response


class OneLocation(VersionedView):
    verbs = {"GET": "locations.view", "PATCH": "locations.edit"}

    @extend_schema(
        operation_id="locations_retrieve", summary="Read a location", tags=["locations"], responses=LocationSerializer
    )
    def get(self, request: Request, location_id: UUID) -> Response:
        return self.versioned(one(queries.visible_locations(), location_id, "location"), LocationSerializer)

    @extend_schema(
        operation_id="locations_update", summary="Change a location; send its ETag as If-Match", tags=["locations"],
        request=LocationWriteSerializer(partial=True), responses=LocationSerializer,
    )  # fmt: skip
    def patch(self, request: Request, location_id: UUID) -> Response:
        location = one(queries.visible_locations(), location_id, "location")
        expected = self.expected(location.version)
        sent = LocationWriteSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        changed = update_location(location_id=location.id, changes=sent.validated_data, expected_version=expected)
        return self.versioned(changed, LocationSerializer)


class RankLocations(TenantView):
    verbs = {"POST": "locations.edit"}

    @extend_schema(
        operation_id="locations_rank", summary="Say which locations are preferred", tags=["locations"],
        request=LocationRankSerializer, responses=LocationSerializer(many=True),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = LocationRankSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        ranked = reorder_locations(location_ids=sent.validated_data["location_ids"])
        return Response(LocationSerializer(ranked, many=True).data)


def asked(serializer_class: type, request: Request) -> dict:
    """The query of the address in this shape."""
    given = serializer_class(data=request.query_params)
    given.is_valid(raise_exception=True)
    return given.validated_data


def one(rows: QuerySet, key: UUID, what: str) -> Item | Location:
    """Raises `NotFound`."""
    found = rows.filter(id=key).first()
    if found is None:
        raise NotFound(f"There is no such {what}.")
    return found
