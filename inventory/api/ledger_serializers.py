"""Shapes of what is done to the ledger, and asked of it, in the API."""

from rest_framework import serializers

from inventory.api.stock_serializers import LostSerializer


class ReverseSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, help_text="Why it is taken back.")


class ReversedSerializer(serializers.Serializer):
    """The new entry; ``lost`` are the reservations that the shelf no longer covers."""

    movement_id = serializers.IntegerField()
    reverses_id = serializers.IntegerField()
    unexplained = serializers.IntegerField(help_text="Units that the shelf no longer had.")
    lost = LostSerializer(many=True)
