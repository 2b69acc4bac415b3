"""Shapes of items and locations in the API."""

from rest_framework import serializers

from inventory.api.pages import PageQuery
from inventory.items import CODES_MAX, MEASURES, SERIALS_AT, SHELF_LIFE_MAX, Alias
from inventory.places import KINDS
from oms.core.money import AMOUNT_MAX


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

    def changes(self) -> dict[str, object]:
        """What was sent, as the actions want it."""
        given = dict(self.validated_data)
        if "aliases" in given:
            given["aliases"] = tuple(Alias(each["code"], each["channel_id"]) for each in given["aliases"])
        if "barcodes" in given:
            given["barcodes"] = tuple(given["barcodes"])
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
    tracks_lots = serializers.BooleanField()
    shelf_life_days = serializers.IntegerField(allow_null=True)
    tracks_serials = serializers.BooleanField()
    serials_at = serializers.ListField(child=serializers.CharField())
    origin = serializers.CharField(help_text="`import` when an order file named it first.")
    version = serializers.IntegerField(help_text="Also the ETag.")
    created_at = serializers.DateTimeField()

    def get_aliases(self, item) -> AliasSerializer(many=True):
        return [
            {"code": code.code_key, "channel_id": code.channel_id} for code in item.codes.all() if code.kind == "alias"
        ]


class ItemQuery(PageQuery):
    q = serializers.CharField(
        required=False, max_length=200,
        help_text="Beginning of a SKU, a barcode, an alias, or beginnings of words of the name; 500 matches at most.",
    )  # fmt: skip
    active = serializers.BooleanField(required=False, allow_null=True, default=None)
    origin = serializers.CharField(required=False, max_length=40)


class LocationWriteSerializer(serializers.Serializer):
    """Every field of a location that can be set; a PATCH sends only those that change."""

    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=list(KINDS), required=False)
    address = serializers.DictField(
        required=False,
        help_text="`name`, `company`, `line1`, `line2`, `city`, `region`, `postcode`, `country` (two letters), "
        "`phone`, `latitude`, `longitude`.",
    )
    timezone = serializers.CharField(required=False, max_length=64, help_text="Like Europe/London.")
    cutoff = serializers.TimeField(required=False, allow_null=True, help_text="Orders until then leave the same day.")
    priority = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000, help_text="Lowest first.")
    ships = serializers.BooleanField(required=False, help_text="False stops routing new orders there.")
    active = serializers.BooleanField(required=False, help_text="False closes it; it must be empty.")


class LocationSerializer(serializers.Serializer):
    """A place that holds stock and ships."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=list(KINDS))
    address = serializers.DictField()
    timezone = serializers.CharField()
    cutoff = serializers.TimeField(allow_null=True)
    priority = serializers.IntegerField()
    ships = serializers.BooleanField()
    active = serializers.BooleanField()
    version = serializers.IntegerField(help_text="Also the ETag.")
    created_at = serializers.DateTimeField()


class LocationRankSerializer(serializers.Serializer):
    location_ids = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=1000,
        help_text="The preferred first; those left out follow in the order they had.",
    )  # fmt: skip
