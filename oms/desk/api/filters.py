"""The filters of the order list: the language in ``q``, and the common ones as parameters of their own."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter

from oms.core.errors import FieldError, Invalid
from orders.filtering import apply_query
from orders.filtering.fields import FULFILLMENT, PAYMENT, STATES
from orders.models import Order
from orders.next_step import HOLD_WORDS


class OrderFilters(django_filters.FilterSet):
    """Each is translated into the language, so that a list, a saved view and the API find the same orders."""

    state = django_filters.ChoiceFilter(choices=[(each, each) for each in STATES], help_text=", ".join(STATES))
    fulfillment_state = django_filters.ChoiceFilter(
        choices=[(each, each) for each in FULFILLMENT], help_text=", ".join(FULFILLMENT)
    )
    payment_state = django_filters.ChoiceFilter(
        choices=[(each, each) for each in PAYMENT], help_text=", ".join(PAYMENT)
    )
    channel = django_filters.CharFilter(method="in_words", help_text="Code or name of a sales channel.")
    tag = django_filters.CharFilter(method="in_words")
    hold = django_filters.ChoiceFilter(
        choices=[(each, each) for each in HOLD_WORDS], method="in_words",
        help_text="Orders with an open hold of this kind: " + ", ".join(HOLD_WORDS),
    )  # fmt: skip
    external_id = django_filters.CharFilter(help_text="The channel's own number, exactly.")
    placed_after = django_filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gte")
    placed_before = django_filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="lt")

    class Meta:
        model = Order
        fields: list[str] = []

    def in_words(self, orders: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        try:
            return apply_query(f'{name}:"{value.replace(chr(34), "")}"', orders=orders)
        except Invalid as refused:
            raise Invalid.field(name, refused.message, "bad_filter") from None


def filtered(params) -> QuerySet[Order]:
    """Raises `Invalid` naming each parameter that makes no sense."""
    asked = params.get("q", "")
    if params.get("state") == "draft":
        asked += " is:draft"
    filters = OrderFilters(params, queryset=apply_query(asked))
    if not filters.is_valid():
        fields = [
            FieldError(name, "bad_filter", " ".join(str(message) for message in messages))
            for name, messages in filters.errors.items()
        ]
        raise Invalid(fields[0].message, fields=fields)
    return filters.qs


PARAMETERS = [
    OpenApiParameter(
        "q", str,
        description="The list's own language: `is:late hold:address sku:MUG* placed:>2026-11-01 -tag:vip smith`.",
    ),
    *(
        OpenApiParameter(name, str, description=each.extra.get("help_text", ""))
        for name, each in OrderFilters.base_filters.items()
    ),
]  # fmt: skip
