"""Shapes that several requests and answers share: keyset pages, and the lot of a line."""

from rest_framework import serializers

from inventory.stock.serials import SERIAL_MAX
from inventory.stock.tracing import LOT_MAX


def page_of(serializer_class: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """A page with ``results`` of this serializer, and links to its neighbours."""
    name = serializer_class.__name__.removesuffix("Serializer") + "PageSerializer"
    fields = {
        "results": serializer_class(many=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
    }
    return type(name, (serializers.Serializer,), fields)


class LotLineSerializer(serializers.Serializer):
    """The lot that units of an item tracked by lot belong to, as it stands on the goods."""

    lot = serializers.CharField(required=False, allow_blank=True, default="", max_length=LOT_MAX)
    made_on = serializers.DateField(required=False, allow_null=True, default=None)
    expires_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Good until then; else by the item's shelf life."
    )


class TracedLineSerializer(LotLineSerializer):
    """And the numbers that were read on its units, where they are known one by one."""

    serials = serializers.ListField(
        child=serializers.CharField(max_length=SERIAL_MAX), required=False, default=list, max_length=1000
    )


class PageQuery(serializers.Serializer):
    cursor = serializers.CharField(required=False, help_text="From `next` or `previous`.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=250, help_text="50 by default.")
