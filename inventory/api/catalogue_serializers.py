"""Shapes of what belongs to items: pictures, products, fields of the merchant's own, what a code stands for."""

from rest_framework import serializers

from inventory.actions.catalogue.images import IMAGES_MAX
from inventory.details import CHOICES_MAX, FIELDS_MAX, KINDS, OPTIONS_MAX
from inventory.items import NAME_MAX


class CodeQuery(serializers.Serializer):
    code = serializers.CharField(max_length=200, help_text="As scanned: SKU, barcode, GTIN or alias.")


class CodeSerializer(serializers.Serializer):
    """What one scan stands for."""

    item_id = serializers.UUIDField(source="id")
    sku = serializers.CharField()
    name = serializers.CharField()
    units = serializers.IntegerField(help_text="1, or the units of the pack that carries this code.")


class ImageSerializer(serializers.Serializer):
    """A picture of an item; its addresses work for an hour."""

    id = serializers.UUIDField(source="image.id")
    name = serializers.CharField(source="image.name")
    position = serializers.IntegerField(source="image.position")
    url = serializers.SerializerMethodField()
    thumb_url = serializers.SerializerMethodField()

    def get_url(self, shown) -> str:
        return self.context["request"].build_absolute_uri(shown.url)

    def get_thumb_url(self, shown) -> str:
        return self.context["request"].build_absolute_uri(shown.thumb_url)


class NewImagesSerializer(serializers.Serializer):
    images = serializers.ListField(
        child=serializers.FileField(max_length=200), min_length=1, max_length=IMAGES_MAX,
        help_text="JPEG, PNG, WebP or GIF, up to 8 MB each; kept as JPEG.",
    )  # fmt: skip


class ImageOrderSerializer(serializers.Serializer):
    image_ids = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=IMAGES_MAX,
        help_text="The first stands for the item; those left out follow as they were.",
    )  # fmt: skip


class ProductWriteSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=NAME_MAX)
    options = serializers.ListField(
        child=serializers.CharField(max_length=100), min_length=1, max_length=OPTIONS_MAX,
        help_text="What its variants differ by, like Size and Colour.",
    )  # fmt: skip


class ProductSerializer(serializers.Serializer):
    """A style whose variants are items."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField(help_text="Also the ETag.")
    created_at = serializers.DateTimeField()


class VariantSerializer(serializers.Serializer):
    item_id = serializers.UUIDField(source="id")
    sku = serializers.CharField()
    name = serializers.CharField()
    option_values = serializers.ListField(child=serializers.CharField())
    active = serializers.BooleanField()


class CustomFieldWriteSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    choices = serializers.ListField(
        child=serializers.CharField(max_length=500), required=False, default=list, max_length=CHOICES_MAX,
        help_text="Of a choice; the only values it takes.",
    )  # fmt: skip
    required = serializers.BooleanField(required=False, default=False, help_text="No item is saved without a value.")


class NewCustomFieldSerializer(CustomFieldWriteSerializer):
    kind = serializers.ChoiceField(choices=KINDS)


class CustomFieldSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    key = serializers.CharField(help_text="Its name in an item's `custom`; it never changes.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    choices = serializers.ListField(child=serializers.CharField())
    required = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class CustomFieldsSerializer(serializers.Serializer):
    results = CustomFieldSerializer(many=True, help_text=f"All of them: at most {FIELDS_MAX}.")
