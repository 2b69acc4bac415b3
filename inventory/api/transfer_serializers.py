"""Shapes of transfers in the API."""

from rest_framework import serializers

from inventory import queries
from inventory.allowed import allowed_on_transfer
from inventory.api.pages import PageQuery
from inventory.models import SELLABLE, STATES, Transfer
from inventory.replenishing.drafts import LINES_MAX, NOTE_MAX
from inventory.replenishing.lifecycle import STATES as TRANSFER_STATES
from inventory.replenishing.transfers import RESOLUTIONS
from inventory.stock.values import QUANTITY_MAX
from oms.core.actors import Actor
from oms.core.api.schema import AllowedActionShape


class ReplenishLineSerializer(serializers.Serializer):
    """Name the item by ``sku`` (or any code of it) or by ``item_id``."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)


class AtOneLocation(serializers.Serializer):
    """The location by its code, or by its id."""

    location = serializers.CharField(required=False, max_length=40)
    location_id = serializers.UUIDField(required=False)

    def validate(self, sent: dict) -> dict:
        if ("location" in sent) == ("location_id" in sent):
            message = "Name the location by its code or by location_id: one of the two."
            raise serializers.ValidationError({"location": message})
        return sent


class ArrivedLineSerializer(ReplenishLineSerializer):
    state = serializers.ChoiceField(choices=STATES, default=SELLABLE)


class TransferDraftSerializer(serializers.Serializer):
    """Each end by its location's code, or by its id."""

    origin = serializers.CharField(required=False, max_length=40)
    origin_id = serializers.UUIDField(required=False)
    destination = serializers.CharField(required=False, max_length=40)
    destination_id = serializers.UUIDField(required=False)
    lines = ReplenishLineSerializer(many=True, allow_empty=False, max_length=LINES_MAX)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_MAX)
    expected_on = serializers.DateField(required=False, allow_null=True, default=None)

    def validate(self, sent: dict) -> dict:
        for end in ("origin", "destination"):
            if (end in sent) == (f"{end}_id" in sent):
                raise serializers.ValidationError({end: f"Name the {end} by its code or by {end}_id: one of the two."})
        return sent


class TransferSendSerializer(serializers.Serializer):
    expected_on = serializers.DateField(required=False, allow_null=True, default=None)


class TransferReceiveSerializer(serializers.Serializer):
    """``receipt_id`` is yours: the same one sent again is booked once."""

    receipt_id = serializers.UUIDField()
    lines = ArrivedLineSerializer(many=True, allow_empty=False, max_length=LINES_MAX)


class ResolutionSerializer(serializers.Serializer):
    line_id = serializers.UUIDField()
    resolution = serializers.ChoiceField(choices=RESOLUTIONS)


class TransferCloseSerializer(serializers.Serializer):
    """One answer for each line of which units are missing."""

    resolutions = ResolutionSerializer(many=True, default=list, max_length=LINES_MAX)


class TransferQuery(PageQuery):
    state = serializers.ChoiceField(choices=TRANSFER_STATES, required=False)


class TransferSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=TRANSFER_STATES)
    origin_id = serializers.UUIDField()
    origin = serializers.CharField(source="origin.code")
    destination_id = serializers.UUIDField()
    destination = serializers.CharField(source="destination.code")
    note = serializers.CharField()
    expected_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class TransferLineSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    quantity = serializers.IntegerField()
    sent = serializers.IntegerField()
    received = serializers.IntegerField()
    lost = serializers.IntegerField()
    stayed = serializers.IntegerField(help_text="Found at the sender after all.")
    awaited = serializers.IntegerField()


class OneTransferSerializer(TransferSerializer):
    lines = TransferLineSerializer(many=True)
    allowed_actions = AllowedActionShape(many=True)


def one_transfer(found: Transfer, actor: Actor) -> dict:
    """The transfer as `OneTransferSerializer` describes it."""
    return {
        **TransferSerializer(found).data,
        "lines": TransferLineSerializer(queries.lines_of_transfer(found.id), many=True).data,
        "allowed_actions": [each.to_json() for each in allowed_on_transfer(found, actor).values()],
    }
