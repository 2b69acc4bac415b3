"""Scarce stock shared out anew: look first, then apply exactly that."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment.actions.repromise import ITEMS_MAX, VERB, repromise
from fulfillment.queries import sharing_policy_by_id
from fulfillment.sourcing.repromising import (
    CLASSES,
    DAYS_MAX,
    HOURS_MAX,
    PRESETS,
    REDISTRIBUTE,
    SEGMENTS_MAX,
    SORTS,
    Policy,
    Segment,
)
from inventory.queries import resolve_skus
from oms.core.api.views import TenantView, valid
from oms.core.errors import FieldError, Invalid

DAYS = {"min_value": 0, "max_value": DAYS_MAX, "allow_null": True, "required": False, "default": None}


class SegmentSerializer(serializers.Serializer):
    """Orders that match all that is said here are of this class; the first segment that matches decides."""

    kind = serializers.ChoiceField(choices=CLASSES)
    channels = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=50)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, default=list, max_length=50
    )
    due_within_days = serializers.IntegerField(**DAYS)
    older_than_days = serializers.IntegerField(**DAYS)


class RepromiseSerializer(serializers.Serializer):
    """A ``preset``, a kept policy (``policy_id``, with its own frozen hours), or ``segments`` of your own."""

    skus = serializers.ListField(child=serializers.CharField(max_length=100), allow_empty=False, max_length=ITEMS_MAX)
    preset = serializers.ChoiceField(choices=list(PRESETS), required=False, allow_null=True, default=None)
    policy_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    segments = SegmentSerializer(many=True, required=False, default=list, max_length=SEGMENTS_MAX)
    otherwise = serializers.ChoiceField(choices=CLASSES, default=REDISTRIBUTE, help_text="The class of all others.")
    sort = serializers.ChoiceField(choices=SORTS, default="oldest", help_text="Who comes first within a class.")
    ageing_days = serializers.IntegerField(
        min_value=0, max_value=DAYS_MAX, allow_null=True, default=30,
        help_text="Orders this old lose nothing, and are served with `gain` at least.",
    )  # fmt: skip
    frozen_hours = serializers.IntegerField(
        min_value=0, max_value=HOURS_MAX, default=0, help_text="Leave alone what must leave within so many hours."
    )
    apply = serializers.BooleanField(default=False, help_text="Only look, unless this is true.")
    seen = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=64,
        help_text="From the preview: apply only if it would still come to just that.",
    )  # fmt: skip


class EffectSerializer(serializers.Serializer):
    """What an order holds of an item, before and after."""

    order_id = serializers.UUIDField()
    number = serializers.IntegerField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField()
    kind = serializers.ChoiceField(choices=CLASSES)
    wanted = serializers.IntegerField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class RepromisedSerializer(serializers.Serializer):
    applied = serializers.BooleanField()
    seen = serializers.CharField()
    effects = EffectSerializer(many=True)


class RepromiseStock(TenantView):
    verbs = {"POST": VERB}

    @extend_schema(
        operation_id="repromise", summary="Share scarce stock out anew: a preview, or the real thing",
        tags=["fulfillment"], request=RepromiseSerializer, responses=RepromisedSerializer,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = valid(RepromiseSerializer, request)
        kept = sharing_policy_by_id(sent["policy_id"]) if sent["policy_id"] else None
        found = repromise(
            item_ids=_items(sent["skus"]), policy=kept.policy if kept else policy_of(sent),
            frozen_hours=kept.frozen_hours if kept else sent["frozen_hours"],
            apply=sent["apply"], seen=sent["seen"],
        )  # fmt: skip
        return Response(RepromisedSerializer(found).data)


def _items(skus: list[str]) -> set:
    found = resolve_skus(skus)
    unknown = [
        FieldError(f"skus.{position}", "unknown_item", f"No item of yours is called “{sku}”.")
        for position, sku in enumerate(skus)
        if sku not in found
    ]
    if unknown:
        raise Invalid("Nothing was shared out: some items are not known.", fields=unknown)
    return {item.id for item in found.values()}


def policy_of(sent: dict) -> Policy:
    if sent.get("preset"):
        return PRESETS[sent["preset"]]
    segments = tuple(
        Segment(
            each["kind"], frozenset(each["channels"]), frozenset(each["tags"]), each["due_within_days"],
            each["older_than_days"],
        )
        for each in sent["segments"]
    )  # fmt: skip
    return Policy(segments, sent["otherwise"], sent["sort"], sent["ageing_days"])
