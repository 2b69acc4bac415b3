"""What an item is made of: the contents of a kit, or what goods are assembled from."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import queries
from inventory.actions.kits.contents import VERB, Contents, set_contents
from inventory.api.naming import named
from inventory.models import Item
from inventory.stock.kits import COMPONENTS_MAX, KINDS, KIT, PER_KIT_MAX
from oms.core.api.views import TenantView, etag, valid
from oms.core.errors import FieldError, Invalid, NotFound


class ComponentSerializer(serializers.Serializer):
    item_id = serializers.UUIDField(source="component_id")
    sku = serializers.CharField(source="component.sku")
    name = serializers.CharField(source="component.name")
    kind = serializers.ChoiceField(source="component.kind", choices=KINDS)
    quantity = serializers.IntegerField(help_text="Units in one.")


class ContentsSerializer(serializers.Serializer):
    """A kit, or goods: those that have components are assembled from them."""

    item_id = serializers.UUIDField(source="item.id")
    sku = serializers.CharField(source="item.sku")
    kind = serializers.ChoiceField(source="item.kind", choices=KINDS)
    ships_in_parts = serializers.BooleanField(source="item.ships_in_parts")
    version = serializers.IntegerField(source="item.version", help_text="The item's; also the ETag.")
    components = ComponentSerializer(many=True)


class ComponentWriteSerializer(serializers.Serializer):
    """Name the item by ``sku`` or ``item_id``."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=PER_KIT_MAX)


class ContentsWriteSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(
        choices=KINDS, default=KIT,
        help_text="A `kit` has no stock of its own. `goods` with components are assembled from them.",
    )  # fmt: skip
    ships_in_parts = serializers.BooleanField(
        default=False, help_text="Of a kit: its components may come from several locations."
    )
    components = ComponentWriteSerializer(many=True, max_length=COMPONENTS_MAX)


class Components(TenantView):
    verbs = {"GET": "stock.view", "PUT": VERB}

    @extend_schema(
        operation_id="item_components_retrieve", summary="Read what an item is made of", tags=["items"],
        responses=ContentsSerializer,
    )  # fmt: skip
    def get(self, request: Request, item_id: UUID) -> Response:
        return _answer(_item(item_id))

    @extend_schema(
        operation_id="item_components_replace", summary="Say what an item is made of; send its ETag as If-Match",
        tags=["items"], request=ContentsWriteSerializer, responses=ContentsSerializer,
    )  # fmt: skip
    def put(self, request: Request, item_id: UUID) -> Response:
        self.check_version(_item(item_id).version)
        sent = valid(ContentsWriteSerializer, request)
        lines = sent["components"]
        ids = [item for item, _ in named(lines, path="components.{}.", needed=("item",))]
        components = {key: line["quantity"] for key, line in zip(ids, lines, strict=True)}
        if len(components) < len(ids):
            _refuse_twice(ids)
        contents = Contents(sent["kind"], sent["ships_in_parts"], components)
        return _answer(set_contents(item_id=item_id, contents=contents))


def _item(item_id: UUID) -> Item:
    found = Item.objects.filter(id=item_id).first()
    if found is None:
        raise NotFound("There is no such item.")
    return found


def _refuse_twice(ids: list[UUID]) -> None:
    at = next(at for at, key in enumerate(ids) if key in ids[:at])
    message = "This component stands here twice. Put both into one line."
    raise Invalid(message, fields=[FieldError(f"components.{at}.item_id", "duplicate", message)])


def _answer(item: Item) -> Response:
    found = {"item": item, "components": queries.components_of(item.id)}
    return Response(ContentsSerializer(found).data, headers={"ETag": etag(item.version)})
