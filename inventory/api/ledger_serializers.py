"""Shapes of what is done to the ledger, and asked of it, in the API."""

from rest_framework import serializers

from inventory.api.pages import PageQuery
from inventory.api.stock_serializers import LostSerializer, MovementSerializer
from inventory.models import IN_TRANSIT, SELLABLE, STATES
from inventory.queries import BY


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


class _Narrowed(PageQuery):
    """What every look back may be narrowed to."""

    by = serializers.ChoiceField(
        choices=BY, default="recorded", help_text="By when entries were recorded, or by when they took effect."
    )
    item_id = serializers.UUIDField(required=False, help_text="Only this item.")
    sku = serializers.CharField(required=False, max_length=100, help_text="Only the item this SKU or code names.")
    location_id = serializers.UUIDField(required=False, help_text="Only this location.")


class AsOfQuery(_Narrowed):
    at = serializers.DateTimeField(required=False, help_text="The moment; now by default.")
    q = serializers.CharField(required=False, max_length=200, help_text="As in the list of items.")


class DiffQuery(_Narrowed):
    since = serializers.DateTimeField(help_text="What had happened by then is left out.")
    until = serializers.DateTimeField(required=False, help_text="The later moment; now by default.")


class AccountThenSerializer(serializers.Serializer):
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location_name")
    state = serializers.CharField()
    units = serializers.IntegerField()


class AccountChangeSerializer(serializers.Serializer):
    """``before + came - left = after``."""

    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location_name")
    state = serializers.CharField()
    before = serializers.IntegerField()
    came = serializers.IntegerField()
    left = serializers.IntegerField()
    after = serializers.IntegerField()


class ItemThenSerializer(serializers.Serializer):
    """An item with every account that had units of it then."""

    item_id = serializers.UUIDField(source="item.id")
    sku = serializers.CharField(source="item.sku")
    accounts = AccountThenSerializer(many=True)


class ItemDiffSerializer(serializers.Serializer):
    """An item with every account that something happened to."""

    item_id = serializers.UUIDField(source="item.id")
    sku = serializers.CharField(source="item.sku")
    accounts = AccountChangeSerializer(many=True)


class WhyQuery(PageQuery):
    """Name one account: an item (by id or SKU) at a location, in a state."""

    item_id = serializers.UUIDField(required=False)
    sku = serializers.CharField(required=False, max_length=100)
    location_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=[*STATES, IN_TRANSIT], default=SELLABLE)
    until = serializers.DateTimeField(required=False, help_text="Leave out what was recorded later.")


class ExplainedEntrySerializer(MovementSerializer):
    change = serializers.IntegerField(help_text="Units more (or fewer) in this account.")
    running = serializers.IntegerField(help_text="What the account had after it.")


class ExplainedSerializer(serializers.Serializer):
    """A balance, what its entries add up to, and the entries themselves, newest first."""

    on_hand = serializers.IntegerField(help_text="The balance as it is now.")
    entered = serializers.IntegerField(help_text="What its entries add up to.")
    results = ExplainedEntrySerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
