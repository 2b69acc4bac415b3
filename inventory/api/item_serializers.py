"""Shapes of items in the API."""

from uuid import UUID

from rest_framework import serializers

from inventory.api.pages import PageQuery
from inventory.details import OPTIONS_MAX, SUBSTITUTES_MAX, TAGS_MAX
from inventory.items import CODES_MAX, MEASURES, SERIALS_AT, SHELF_LIFE_MAX, Alias
from inventory.packing import PACKS_MAX, Pack
from inventory.queries.catalogue import pack_of
from inventory.stock.kits import KINDS
from inventory.stock.values import QUANTITY_MAX
from oms.core.money import AMOUNT_MAX

GTIN_HELP = "The trade number: 8, 12, 13 or 14 digits with the right check digit. Any other code is a barcode."


def _measure(name: str, what: str) -> serializers.IntegerField:
    return serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=MEASURES[name], help_text=what
    )


def _amount(what: str) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=18, decimal_places=4, required=False, allow_null=True, min_value=0, max_value=AMOUNT_MAX,
        help_text=f"{what}, in the merchant's currency.",
    )  # fmt: skip


class AliasSerializer(serializers.Serializer):
    """Another code that names the item; with a channel, only in that channel's orders."""

    code = serializers.CharField(max_length=100)
    channel_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class PackLevelSerializer(serializers.Serializer):
    """So many units packed as one. A scan of its GTIN or a barcode of it counts all of them."""

    name = serializers.CharField(max_length=40)
    units = serializers.IntegerField(min_value=2, max_value=QUANTITY_MAX)
    gtin = serializers.CharField(required=False, allow_blank=True, default="", max_length=14, help_text=GTIN_HELP)
    barcodes = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, default=list, max_length=CODES_MAX
    )
    weight_g = _measure("weight_g", "Grams, of the whole pack.")
    length_mm = _measure("length_mm", "Millimetres.")
    width_mm = _measure("width_mm", "Millimetres.")
    height_mm = _measure("height_mm", "Millimetres.")


class ItemWriteSerializer(serializers.Serializer):
    """Every field of an item that can be set; a PATCH sends only those that change."""

    sku = serializers.CharField(max_length=100)
    name = serializers.CharField(required=False, allow_blank=True, max_length=500)
    barcodes = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, max_length=CODES_MAX,
        help_text="Replaces the barcodes there were.",
    )  # fmt: skip
    aliases = AliasSerializer(many=True, required=False, help_text="Replaces the aliases there were.")
    weight_g = _measure("weight_g", "Grams.")
    length_mm = _measure("length_mm", "Millimetres.")
    width_mm = _measure("width_mm", "Millimetres.")
    height_mm = _measure("height_mm", "Millimetres.")
    price = _amount("What one costs the customer")
    cost = _amount("What one costs the merchant")
    active = serializers.BooleanField(required=False)
    final_sale = serializers.BooleanField(required=False, help_text="Sold for good: it cannot be sent back.")
    tracks_lots = serializers.BooleanField(
        required=False, help_text="Its units are told apart by lot; what lies there now is of a lot nobody knows."
    )
    shelf_life_days = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=SHELF_LIFE_MAX,
        help_text="A lot without a date expires so many days after it was made.",
    )  # fmt: skip
    tracks_serials = serializers.BooleanField(required=False, help_text="Each unit is known by its own number.")
    serials_at = serializers.ListField(
        child=serializers.ChoiceField(choices=SERIALS_AT), required=False, help_text="When its number is asked for."
    )
    unit = serializers.CharField(required=False, max_length=20, help_text="What one is called: each, pair, metre.")
    gtin = serializers.CharField(required=False, allow_blank=True, max_length=14, help_text=GTIN_HELP)
    packs = PackLevelSerializer(many=True, required=False, max_length=PACKS_MAX, help_text="Replaces the levels.")
    description = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    hs_code = serializers.CharField(
        required=False, allow_blank=True, max_length=20, help_text="6 to 10 digits; points are left out."
    )
    country_of_origin = serializers.CharField(
        required=False, allow_blank=True, max_length=2, help_text="Two letters, like CN."
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, max_length=TAGS_MAX, help_text="Replaces the tags."
    )
    custom = serializers.DictField(
        child=serializers.CharField(allow_blank=True, allow_null=True, max_length=500), required=False,
        help_text="Key of a custom field to its value as text; those left out stay, empty ones are taken away.",
    )  # fmt: skip
    product_id = serializers.UUIDField(required=False, allow_null=True, help_text="Of which it is a variant.")
    option_values = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, max_length=OPTIONS_MAX,
        help_text="One for each option of the product, in its order.",
    )  # fmt: skip
    substitute_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=SUBSTITUTES_MAX,
        help_text="Items that may be offered when this one is short, the best first. Replaces those there were.",
    )  # fmt: skip

    def changes(self) -> dict[str, object]:
        """What was sent, as the actions want it."""
        given = dict(self.validated_data)
        if "aliases" in given:
            given["aliases"] = tuple(Alias(each["code"], each["channel_id"]) for each in given["aliases"])
        if "barcodes" in given:
            given["barcodes"] = tuple(given["barcodes"])
        if "packs" in given:
            given["packs"] = tuple(Pack(**each | {"barcodes": tuple(each["barcodes"])}) for each in given["packs"])
        if "substitute_ids" in given:
            given["substitutes"] = tuple(given.pop("substitute_ids"))
        return given


class ItemSerializer(serializers.Serializer):
    """An item: a SKU that is stocked."""

    id = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField()
    barcodes = serializers.ListField(child=serializers.CharField())
    aliases = serializers.SerializerMethodField()
    weight_g = serializers.IntegerField(allow_null=True)
    length_mm = serializers.IntegerField(allow_null=True)
    width_mm = serializers.IntegerField(allow_null=True)
    height_mm = serializers.IntegerField(allow_null=True)
    price = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    cost = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    active = serializers.BooleanField()
    final_sale = serializers.BooleanField()
    kind = serializers.ChoiceField(choices=KINDS, help_text="A `kit` has no stock of its own; see its components.")
    ships_in_parts = serializers.BooleanField(help_text="Of a kit: its components may come from several locations.")
    tracks_lots = serializers.BooleanField()
    shelf_life_days = serializers.IntegerField(allow_null=True)
    tracks_serials = serializers.BooleanField()
    serials_at = serializers.ListField(child=serializers.CharField())
    origin = serializers.CharField(help_text="`import` when an order file named it first.")
    version = serializers.IntegerField(help_text="Also the ETag.")
    created_at = serializers.DateTimeField()

    unit = serializers.CharField()
    gtin = serializers.CharField()
    packs = serializers.SerializerMethodField()
    description = serializers.CharField()
    hs_code = serializers.CharField()
    country_of_origin = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    custom = serializers.DictField(child=serializers.CharField())
    product_id = serializers.UUIDField(allow_null=True)
    option_values = serializers.ListField(child=serializers.CharField())
    substitute_ids = serializers.SerializerMethodField()

    def get_packs(self, item) -> PackLevelSerializer(many=True):
        return PackLevelSerializer([pack_of(each) for each in item.packs.all()], many=True).data

    def get_substitute_ids(self, item) -> list[UUID]:
        return [each.other_id for each in item.substitutes.all()]

    def get_aliases(self, item) -> AliasSerializer(many=True):
        return [
            {"code": code.code_key, "channel_id": code.channel_id} for code in item.codes.all() if code.kind == "alias"
        ]


class ItemQuery(PageQuery):
    q = serializers.CharField(
        required=False, max_length=200,
        help_text="Beginning of a SKU, a barcode, an alias, or beginnings of words of the name or a tag; 500 at most.",
    )  # fmt: skip
    active = serializers.BooleanField(required=False, allow_null=True, default=None)
    origin = serializers.CharField(required=False, max_length=40)
