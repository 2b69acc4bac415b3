"""Shapes of lots and recalls in the API."""

from rest_framework import serializers

from inventory.actions.tracing.blocking import ADVICE_MAX, LOTS_MAX, REASON_MAX
from inventory.actions.tracing.expiring import WARN_MAX
from inventory.actions.tracing.units import UNITS_MAX
from inventory.api.pages import PageQuery
from inventory.models import SELLABLE, STATES
from inventory.queries.tracing import VIEWS
from inventory.stock.serials import SERIAL_MAX
from inventory.stock.tracing import LOT_MAX
from inventory.stock.values import QUANTITY_MAX


class LotSerializer(serializers.Serializer):
    """Units of an item that were made together."""

    id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    code = serializers.CharField()
    made_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True, help_text="Good up to and including that day.")
    blocked = serializers.SerializerMethodField()
    blocked_at = serializers.DateTimeField(allow_null=True)
    blocked_reason = serializers.CharField()
    units = serializers.IntegerField(help_text="At the locations you may see, in whatever state.")
    version = serializers.IntegerField(help_text="Also the ETag.")
    created_at = serializers.DateTimeField()

    def get_blocked(self, lot) -> bool:
        return lot.blocked_at is not None


class LotStockSerializer(serializers.Serializer):
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location.name")
    state = serializers.CharField()
    on_hand = serializers.IntegerField()


class OneLotSerializer(LotSerializer):
    stock = serializers.ListField(child=LotStockSerializer())


class LotQuery(PageQuery):
    item_id = serializers.UUIDField(required=False)
    q = serializers.CharField(required=False, max_length=200, help_text="Beginning of a lot's code, or of its item.")
    view = serializers.ChoiceField(choices=VIEWS, required=False)


class LotPatchSerializer(serializers.Serializer):
    """What is not sent stays as it is."""

    made_on = serializers.DateField(required=False, allow_null=True)
    expires_on = serializers.DateField(required=False, allow_null=True)


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=REASON_MAX)


class NameLotSerializer(serializers.Serializer):
    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)
    state = serializers.ChoiceField(choices=STATES, default=SELLABLE)


class LotSettingsSerializer(serializers.Serializer):
    warn_days = serializers.IntegerField(
        min_value=1, max_value=WARN_MAX, help_text="So many days before it expires a lot is spoken of."
    )


class RecallDraftSerializer(serializers.Serializer):
    """Name ``lot_ids`` or ``serial_ids``, or an item and its lots by codes or a range of codes or dates, or its
    units by their serial numbers or a range of them."""

    lot_ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=LOTS_MAX)
    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    codes = serializers.ListField(
        child=serializers.CharField(max_length=LOT_MAX), required=False, default=list, max_length=LOTS_MAX
    )
    first = serializers.CharField(required=False, default="", allow_blank=True, max_length=LOT_MAX)
    last = serializers.CharField(required=False, default="", allow_blank=True, max_length=LOT_MAX)
    expires_from = serializers.DateField(required=False, allow_null=True, default=None)
    expires_until = serializers.DateField(required=False, allow_null=True, default=None)
    serial_ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=UNITS_MAX)
    serials = serializers.ListField(
        child=serializers.CharField(max_length=SERIAL_MAX), required=False, default=list, max_length=UNITS_MAX
    )
    first_serial = serializers.CharField(required=False, default="", allow_blank=True, max_length=SERIAL_MAX)
    last_serial = serializers.CharField(required=False, default="", allow_blank=True, max_length=SERIAL_MAX)
    reason = serializers.CharField(max_length=REASON_MAX)
    advice = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=ADVICE_MAX, help_text="What customers are told to do."
    )


class SerialSerializer(serializers.Serializer):
    """One unit that is known by its own number."""

    id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    code = serializers.CharField()
    lot_id = serializers.UUIDField(allow_null=True)
    location_id = serializers.UUIDField(allow_null=True)
    state = serializers.CharField(help_text="The outside account, when there is no location.")
    demand_id = serializers.UUIDField(allow_null=True, help_text="The order line it left for.")
    blocked_reason = serializers.CharField()
    moved_at = serializers.DateTimeField()


class SerialMoveSerializer(serializers.Serializer):
    """A place it came to."""

    location_id = serializers.UUIDField(allow_null=True)
    state = serializers.CharField()
    cause_kind = serializers.CharField()
    cause_id = serializers.UUIDField(allow_null=True)
    demand_id = serializers.UUIDField(allow_null=True)
    actor = serializers.CharField(source="actor_label")
    at = serializers.DateTimeField()


class OneSerialSerializer(SerialSerializer):
    life = serializers.ListField(child=SerialMoveSerializer(), help_text="Every place it came to, the newest first.")


class SerialQuery(PageQuery):
    item_id = serializers.UUIDField(required=False)
    q = serializers.CharField(required=False, max_length=100, help_text="Beginning of a serial number.")


class RecallSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    reason = serializers.CharField()
    advice = serializers.CharField()
    called_by = serializers.CharField()
    called_at = serializers.DateTimeField()


class OneRecallSerializer(RecallSerializer):
    lots = serializers.ListField(child=LotSerializer())
    units = serializers.ListField(child=SerialSerializer())
