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


class ClosePeriodSerializer(serializers.Serializer):
    until = serializers.DateField(help_text="The last closed day, in the merchant's zone.")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class ReopenPeriodSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class PeriodSerializer(serializers.Serializer):
    """Days that were closed; the latest that was not reopened counts."""

    id = serializers.UUIDField()
    closed_until = serializers.DateField()
    open_from = serializers.DateTimeField(help_text="No entry takes effect before this moment.")
    note = serializers.CharField()
    closed_at = serializers.DateTimeField()
    closed_by = serializers.CharField()
    reopened_at = serializers.DateTimeField(allow_null=True)
    reopened_by = serializers.CharField()
    reopen_reason = serializers.CharField()
