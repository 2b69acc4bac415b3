"""Shapes of stock, movements and reservations in the API."""

from rest_framework import serializers

from inventory.api.pages import PageQuery, TracedLineSerializer
from inventory.models import OUTSIDE, SELLABLE, STATES
from inventory.stock.correcting import REASONS
from inventory.stock.values import QUANTITY_MAX

LINES_MAX, SKUS_MAX = 1000, 500


class OnShelfSerializer(serializers.Serializer):
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location_name")
    on_hand = serializers.IntegerField(help_text="Physically there, unsellable units included.")
    reserved = serializers.IntegerField(help_text="Promised to orders.")
    unsellable = serializers.IntegerField(help_text="Damaged or in quality hold.")
    available = serializers.IntegerField(help_text="On hand − reserved − unsellable.")
    in_transit = serializers.IntegerField(help_text="On their way here from another location; not on hand yet.")


class StockSerializer(serializers.Serializer):
    """An item with its stock, in all and per location."""

    item_id = serializers.UUIDField(source="item.id")
    sku = serializers.CharField(source="item.sku")
    name = serializers.CharField(source="item.name")
    on_hand = serializers.IntegerField(source="stock.on_hand")
    reserved = serializers.IntegerField(source="stock.reserved")
    unsellable = serializers.IntegerField(source="stock.unsellable")
    available = serializers.IntegerField(source="stock.available")
    locations = serializers.SerializerMethodField()

    def get_locations(self, row) -> OnShelfSerializer(many=True):
        return OnShelfSerializer(row.stock.by_location.values(), many=True).data


class StockQuery(PageQuery):
    item_id = serializers.UUIDField(required=False, help_text="Only this item.")
    sku = serializers.CharField(required=False, max_length=100, help_text="Only the item this SKU or code names.")
    location_id = serializers.UUIDField(required=False, help_text="Only items that this location has, or had.")
    q = serializers.CharField(required=False, max_length=200, help_text="As in the list of items.")


class ReceiptLineSerializer(TracedLineSerializer):
    """Name the item by ``sku`` or ``item_id``, the location by ``location`` (its code) or ``location_id``."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)
    state = serializers.ChoiceField(choices=STATES, default=SELLABLE)
    from_account = serializers.ChoiceField(choices=OUTSIDE, default="supplier")


class ReceiveSerializer(serializers.Serializer):
    lines = ReceiptLineSerializer(many=True, allow_empty=False, max_length=LINES_MAX)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    happened_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="When they came in, if that was not just now."
    )


class ReceivedSerializer(serializers.Serializer):
    item_id = serializers.UUIDField()
    location_id = serializers.UUIDField()
    state = serializers.CharField()
    received = serializers.IntegerField()
    on_hand = serializers.IntegerField()


class ReceivedListSerializer(serializers.Serializer):
    """Each shelf after the receipt."""

    results = ReceivedSerializer(many=True)


class AdjustSerializer(serializers.Serializer):
    """Say what was ``counted``, or by how much the shelf should ``change``: exactly one of the two."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    counted = serializers.IntegerField(required=False, min_value=0, max_value=QUANTITY_MAX)
    change = serializers.IntegerField(required=False, min_value=-QUANTITY_MAX, max_value=QUANTITY_MAX)
    reason = serializers.ChoiceField(choices=list(REASONS))
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    state = serializers.ChoiceField(choices=STATES, default=SELLABLE)
    happened_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="When it happened, if that was not when it was found."
    )
    lot_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Counted, or changed, of this lot alone."
    )


class LostSerializer(serializers.Serializer):
    demand_kind = serializers.CharField()
    demand_id = serializers.UUIDField()
    quantity = serializers.IntegerField()


class AdjustedSerializer(serializers.Serializer):
    """The shelf after the adjustment; ``lost`` are the reservations it no longer covers."""

    item_id = serializers.UUIDField()
    location_id = serializers.UUIDField()
    state = serializers.CharField()
    change = serializers.IntegerField()
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    unexplained = serializers.IntegerField(help_text="Units the book did not know of before.")
    lost = LostSerializer(many=True)


class AwaitedSerializer(serializers.Serializer):
    """Nothing was changed yet: the amount is above your limit, so a second person decides."""

    approval_id = serializers.UUIDField(source="id")
    sentence = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=4)
    state = serializers.CharField()


class MoveStateSerializer(serializers.Serializer):
    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    from_state = serializers.ChoiceField(choices=STATES)
    to_state = serializers.ChoiceField(choices=STATES)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    lot_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Of this lot; else what expires first."
    )


class AvailabilityRequestSerializer(serializers.Serializer):
    skus = serializers.ListField(child=serializers.CharField(max_length=100), allow_empty=False, max_length=SKUS_MAX)
    channel_id = serializers.UUIDField(
        required=False, allow_null=True, default=None,
        help_text="Say what this channel is offered, and understand its own codes.",
    )  # fmt: skip
    locations = serializers.BooleanField(default=True, help_text="Say also what lies where.")


class AvailabilitySerializer(serializers.Serializer):
    sku = serializers.CharField(help_text="As you sent it.")
    item_id = serializers.UUIDField(allow_null=True, help_text="Null when no item has this SKU or code.")
    available = serializers.IntegerField(help_text="What an order may take: of all locations that ship.")
    offered = serializers.IntegerField(
        allow_null=True, help_text="What the channel you named may show: less what is kept back. Null without one."
    )
    locations = OnShelfSerializer(many=True)


class AvailabilityListSerializer(serializers.Serializer):
    """In the order of the request."""

    results = AvailabilitySerializer(many=True)


class MovementSerializer(serializers.Serializer):
    """Units from one account to another: a location with a state, or an outside account."""

    id = serializers.IntegerField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    quantity = serializers.IntegerField()
    from_location_id = serializers.UUIDField(allow_null=True)
    from_state = serializers.CharField(help_text="The outside account, when there is no location.")
    to_location_id = serializers.UUIDField(allow_null=True)
    to_state = serializers.CharField(help_text="The outside account, when there is no location.")
    cause_kind = serializers.CharField()
    cause_id = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField()
    actor = serializers.CharField(source="actor_label")
    happened_at = serializers.DateTimeField(help_text="When it took effect.")
    true_at = serializers.DateTimeField(
        allow_null=True, help_text="When it truly happened, where that day was closed already."
    )
    recorded_at = serializers.DateTimeField()
    lot_id = serializers.UUIDField(allow_null=True)
    lot = serializers.CharField(source="lot.code", default=None, allow_null=True, help_text="The lot's code.")
    reverses_id = serializers.IntegerField(allow_null=True, help_text="The entry that this one takes back.")
    reversed_by_id = serializers.IntegerField(allow_null=True, help_text="The entry that takes this one back.")


class MovementQuery(PageQuery):
    item_id = serializers.UUIDField(required=False)
    location_id = serializers.UUIDField(required=False)
    cause_kind = serializers.CharField(required=False, max_length=40, help_text="Like `receipt` or `adjustment`.")
    cause_id = serializers.UUIDField(required=False)
    lot_id = serializers.UUIDField(required=False)
    since = serializers.DateTimeField(required=False, help_text="Recorded then or later.")
    until = serializers.DateTimeField(required=False, help_text="Recorded before then.")


class ReservationSerializer(serializers.Serializer):
    """Open units of one item at one location, held for one demand."""

    id = serializers.UUIDField()
    demand_kind = serializers.CharField()
    demand_id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location.name")
    quantity = serializers.IntegerField(help_text="Ever reserved: open + committed + given back + expired.")
    open = serializers.IntegerField()
    committed = serializers.IntegerField()
    given_back = serializers.IntegerField()
    expired = serializers.IntegerField()
    expires_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class ReservationQuery(PageQuery):
    """Name the item or the demand."""

    item_id = serializers.UUIDField(required=False)
    demand_id = serializers.UUIDField(required=False, help_text="An order line's id.")
    location_id = serializers.UUIDField(required=False)

    def validate(self, given: dict) -> dict:
        if "item_id" not in given and "demand_id" not in given:
            raise serializers.ValidationError({"item_id": "Name an item or a demand."})
        return given
