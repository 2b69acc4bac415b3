"""Shapes of backorders, decisions and moves in the API."""

from rest_framework import serializers

from inventory.api.pages import PageQuery


class BackorderSerializer(serializers.Serializer):
    """Units of one line that wait for stock."""

    id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    order_number = serializers.IntegerField(source="order.number")
    line_id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    title = serializers.CharField(source="line.title")
    waiting = serializers.IntegerField(help_text="Units that wait for stock.")
    placed_at = serializers.DateTimeField(help_text="When the order was placed: the oldest is served first.")
    since = serializers.DateTimeField(help_text="When these units began to wait.")


class BackorderQuery(PageQuery):
    item_id = serializers.UUIDField(required=False, help_text="Only this item.")


class PlacementSerializer(serializers.Serializer):
    line_id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    location_id = serializers.UUIDField()
    quantity = serializers.IntegerField()


class ShortageSerializer(serializers.Serializer):
    line_id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()


class CandidateSerializer(serializers.Serializer):
    """One location as it stood when the decision was made."""

    location_id = serializers.UUIDField()
    name = serializers.CharField()
    units = serializers.IntegerField(help_text="Units of this order it could have sent.")
    wanted = serializers.IntegerField()
    distance_km = serializers.FloatField(allow_null=True)
    distance = serializers.CharField(
        help_text="In words: `12 km`, `about 600 km`, `in the same country`; may be empty."
    )
    sends = serializers.IntegerField(help_text="Units it sends.")
    chosen = serializers.BooleanField()
    pinned = serializers.BooleanField(help_text="A person has put the order here.")
    verdict = serializers.CharField()


class DecisionSerializer(serializers.Serializer):
    """Why an order's goods are where they are. Also what `desk` answers for an order's decisions."""

    id = serializers.UUIDField(source="decision_id")
    sentence = serializers.CharField()
    strategy = serializers.CharField()
    trigger = serializers.CharField()
    at = serializers.DateTimeField()
    placements = PlacementSerializer(many=True)
    shortages = ShortageSerializer(many=True)
    candidates = CandidateSerializer(many=True)


class MoveSerializer(serializers.Serializer):
    location_id = serializers.UUIDField()
    reason = serializers.CharField(
        max_length=500, help_text="Kept with the decision, and shown on the order's timeline."
    )
