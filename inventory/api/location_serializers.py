"""Shapes of locations in the API."""

from rest_framework import serializers

from inventory.places import KINDS


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
