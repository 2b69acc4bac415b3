"""The shape of keyset pages in the API's description."""

from rest_framework import serializers


def page_of(serializer_class: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """A page with ``results`` of this serializer, and links to its neighbours."""
    name = serializer_class.__name__.removesuffix("Serializer") + "PageSerializer"
    fields = {
        "results": serializer_class(many=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
    }
    return type(name, (serializers.Serializer,), fields)


class PageQuery(serializers.Serializer):
    cursor = serializers.CharField(required=False, help_text="From `next` or `previous`.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=250, help_text="50 by default.")
