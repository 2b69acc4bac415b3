"""What belongs to items: what a code stands for, pictures, products and their variants, fields of one's own."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.actions.catalogue.custom_fields import add_custom_field, change_custom_field, give_up_custom_field
from inventory.actions.catalogue.images import add_images, order_images, remove_image
from inventory.actions.catalogue.products import create_product, update_product
from inventory.api import catalogue_serializers as shapes
from inventory.api.item_views import VersionedView, asked, one
from inventory.api.pages import PageQuery, page_of
from inventory.models import Item, Product
from inventory.queries import catalogue, resolve_skus
from oms.core.api.views import TenantView, valid
from oms.core.errors import NotFound
from oms.core.pictures import Picture


class Codes(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="items_by_code", summary="Read what a scanned code stands for", tags=["items"],
        parameters=[shapes.CodeQuery], responses=shapes.CodeSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        code = asked(shapes.CodeQuery, request)["code"]
        found = resolve_skus([code], packs=True).get(code)
        if found is None:
            raise NotFound(f"No item has the code “{code}”.")
        return Response(shapes.CodeSerializer(found).data)


class Images(TenantView):
    verbs = {"GET": "stock.view", "POST": "items.edit", "PATCH": "items.edit"}
    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        operation_id="items_images_list", summary="List the pictures of an item", tags=["items"],
        responses=shapes.ImageSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, item_id: UUID) -> Response:
        return self._shown(_item(item_id))

    @extend_schema(
        operation_id="items_images_add", summary="Add pictures to an item", tags=["items"],
        request={"multipart/form-data": shapes.NewImagesSerializer},
        responses={201: shapes.ImageSerializer(many=True)},
    )  # fmt: skip
    def post(self, request: Request, item_id: UUID) -> Response:
        item_id, sent = _item(item_id), valid(shapes.NewImagesSerializer, request)["images"]
        add_images(item_id=item_id, pictures=[Picture(each.name, each.read()) for each in sent])
        return self._shown(item_id, status=201)

    @extend_schema(
        operation_id="items_images_order", summary="Put the pictures of an item in order", tags=["items"],
        request=shapes.ImageOrderSerializer, responses=shapes.ImageSerializer(many=True),
    )  # fmt: skip
    def patch(self, request: Request, item_id: UUID) -> Response:
        order_images(item_id=_item(item_id), image_ids=valid(shapes.ImageOrderSerializer, request)["image_ids"])
        return self._shown(item_id)

    def _shown(self, item_id: UUID, status: int = 200) -> Response:
        images = catalogue.images_of([item_id])[item_id]
        body = shapes.ImageSerializer(images, many=True, context={"request": self.request}).data
        return Response(body, status=status)


class OneImage(TenantView):
    verbs = {"DELETE": "items.edit"}

    @extend_schema(
        operation_id="items_images_remove", summary="Take a picture away", tags=["items"], responses={204: None}
    )
    def delete(self, request: Request, itemimage_id: UUID) -> Response:
        remove_image(image_id=itemimage_id)
        return Response(status=204)


class Products(VersionedView):
    verbs = {"GET": "stock.view", "POST": "items.edit"}

    @extend_schema(
        operation_id="products_list", summary="List products by name", tags=["items"], parameters=[PageQuery],
        responses=page_of(shapes.ProductSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.page(Product.objects.all(), shapes.ProductSerializer, order=("name_key", "id"))

    @extend_schema(
        operation_id="products_create", summary="Create a product", tags=["items"],
        request=shapes.ProductWriteSerializer, responses={201: shapes.ProductSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        made = create_product(**valid(shapes.ProductWriteSerializer, request))
        response = self.versioned(made, shapes.ProductSerializer, status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}/{made.id}")
        return response


class OneProduct(VersionedView):
    verbs = {"GET": "stock.view", "PATCH": "items.edit"}

    @extend_schema(
        operation_id="products_retrieve", summary="Read a product", tags=["items"], responses=shapes.ProductSerializer
    )
    def get(self, request: Request, product_id: UUID) -> Response:
        return self.versioned(catalogue.product_by_id(product_id), shapes.ProductSerializer)

    @extend_schema(
        operation_id="products_update", summary="Change a product; send its ETag as If-Match", tags=["items"],
        request=shapes.ProductWriteSerializer(partial=True), responses=shapes.ProductSerializer,
    )  # fmt: skip
    def patch(self, request: Request, product_id: UUID) -> Response:
        found = catalogue.product_by_id(product_id)
        expected = self.expected(found.version)
        sent = shapes.ProductWriteSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        wanted = {"name": found.name, "options": found.options} | dict(sent.validated_data)
        changed = update_product(product_id=found.id, expected_version=expected, **wanted)
        return self.versioned(changed, shapes.ProductSerializer)


class Variants(TenantView):
    verbs = {"GET": "stock.view"}

    @extend_schema(
        operation_id="products_variants_list", summary="List the variants of a product by SKU", tags=["items"],
        parameters=[PageQuery], responses=page_of(shapes.VariantSerializer),
    )  # fmt: skip
    def get(self, request: Request, product_id: UUID) -> Response:
        items = Item.objects.filter(product_id=catalogue.product_by_id(product_id).id)
        return self.page(items, shapes.VariantSerializer, order=("sku_key", "id"))


class CustomFields(TenantView):
    verbs = {"GET": "stock.view", "POST": "items.edit"}

    @extend_schema(
        operation_id="custom_fields_list", summary="List the fields of your own that items have", tags=["items"],
        responses=shapes.CustomFieldsSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response(shapes.CustomFieldsSerializer({"results": catalogue.custom_fields()}).data)

    @extend_schema(
        operation_id="custom_fields_add", summary="Give items a field of your own", tags=["items"],
        request=shapes.NewCustomFieldSerializer, responses={201: shapes.CustomFieldSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        made = add_custom_field(**valid(shapes.NewCustomFieldSerializer, request))
        return Response(shapes.CustomFieldSerializer(made).data, status=201)


class OneCustomField(TenantView):
    verbs = {"PUT": "items.edit", "DELETE": "items.edit"}

    @extend_schema(
        operation_id="custom_fields_change", summary="Change a field of your own; its kind stays", tags=["items"],
        request=shapes.CustomFieldWriteSerializer, responses=shapes.CustomFieldSerializer,
    )  # fmt: skip
    def put(self, request: Request, customfield_id: UUID) -> Response:
        changed = change_custom_field(field_id=customfield_id, **valid(shapes.CustomFieldWriteSerializer, request))
        return Response(shapes.CustomFieldSerializer(changed).data)

    @extend_schema(
        operation_id="custom_fields_give_up", summary="Give a field of your own up", tags=["items"],
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, customfield_id: UUID) -> Response:
        give_up_custom_field(field_id=customfield_id)
        return Response(status=204)


def _item(item_id: UUID) -> UUID:
    """Raises `NotFound`."""
    return one(Item.objects.all(), item_id, "item").id
