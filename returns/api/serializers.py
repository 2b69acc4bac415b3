"""Shapes of returns in the API."""

from rest_framework import serializers

from oms.core.api.paging import SIZE_MAX
from oms.core.api.schema import AllowedActionShape
from returns.allowed import allowed_on
from returns.lifecycle import STATES
from returns.models import DISPOSITIONS, GRADES, OUTCOMES, REASONS, Return, ReturnLine
from returns.queries import VIEWS, lines_of_returns


class ReturnQuery(serializers.Serializer):
    view = serializers.ChoiceField(required=False, choices=VIEWS, default="")
    state = serializers.ChoiceField(required=False, choices=STATES, default="")
    order_id = serializers.UUIDField(required=False)
    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=SIZE_MAX)


class ReturnLineDraftSerializer(serializers.Serializer):
    order_line_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1)
    reason = serializers.ChoiceField(choices=REASONS)
    comment = serializers.CharField(required=False, default="", allow_blank=True, max_length=1_000)
    exchange_item_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class ReturnDraftSerializer(serializers.Serializer):
    order_id = serializers.UUIDField()
    lines = ReturnLineDraftSerializer(many=True, min_length=1)
    outcome = serializers.ChoiceField(required=False, choices=OUTCOMES, default="refund")
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=1_000)


class ReturnDeclineSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=1_000, help_text="The customer reads it.")


class ReturnSentSerializer(serializers.Serializer):
    tracking_number = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)


class ReturnReceiptSerializer(serializers.Serializer):
    id = serializers.UUIDField(help_text="Made by the device; the same id again counts once.")
    return_line_id = serializers.UUIDField()
    quantity = serializers.IntegerField(required=False, min_value=1, default=1)
    serial = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=80, help_text="The number read on the one unit."
    )


class ReturnReceiveSerializer(serializers.Serializer):
    receipts = ReturnReceiptSerializer(many=True, min_length=1)


class InspectionSerializer(serializers.Serializer):
    id = serializers.UUIDField(help_text="Made by the device; the same id again counts once.")
    return_line_id = serializers.UUIDField()
    quantity = serializers.IntegerField(required=False, min_value=1, default=1)
    grade = serializers.ChoiceField(choices=GRADES)
    disposition = serializers.ChoiceField(choices=DISPOSITIONS)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)


class ReturnInspectSerializer(serializers.Serializer):
    inspections = InspectionSerializer(many=True, min_length=1)


class ReturnSerializer(serializers.Serializer):
    """Goods of one order on their way back."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    order_id = serializers.UUIDField()
    order_number = serializers.IntegerField(source="order.number")
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location.name")
    state = serializers.ChoiceField(choices=STATES)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    asked_by = serializers.CharField()
    units = serializers.IntegerField()
    note = serializers.CharField()
    decline_reason = serializers.CharField()
    tracking_number = serializers.CharField()
    refund_id = serializers.UUIDField(allow_null=True)
    exchange_order_id = serializers.UUIDField(allow_null=True)
    requested_at = serializers.DateTimeField()
    approved_at = serializers.DateTimeField(allow_null=True)
    send_by = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    inspected_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Also the ETag.")


class ReturnLineSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    order_line_id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    quantity = serializers.IntegerField()
    received = serializers.IntegerField()
    restocked = serializers.IntegerField()
    damaged = serializers.IntegerField()
    scrapped = serializers.IntegerField()
    sent_back = serializers.IntegerField(help_text="To the customer again; not refunded.")
    reason = serializers.ChoiceField(choices=REASONS)
    comment = serializers.CharField()
    exchange_item_id = serializers.UUIDField(allow_null=True)
    photos = serializers.SerializerMethodField(help_text="How many pictures the customer sent.")

    def get_photos(self, line: ReturnLine) -> int:
        return len(line.photos.all())


class OneReturnSerializer(ReturnSerializer):
    lines = ReturnLineSerializer(many=True)
    allowed_actions = AllowedActionShape(many=True)


def one_return(found: Return, actor: object) -> dict:
    """The whole of one return, as the API answers it."""
    lines = lines_of_returns([found.id])[found.id]
    return {
        **ReturnSerializer(found).data,
        "lines": ReturnLineSerializer(lines, many=True).data,
        "allowed_actions": [each.to_json() for each in allowed_on(found, lines, actor).values()],
    }
