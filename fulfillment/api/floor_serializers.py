"""Shapes of the floor's work in the API."""

from rest_framework import serializers

from fulfillment.actions.pack import BOX_MAX, PARCELS_MAX
from fulfillment.actions.scan import CODE_MAX
from fulfillment.actions.short import REASONS
from fulfillment.floor.views import WorkView, allowed_on
from fulfillment.models.floor import STATES, VERDICTS
from inventory.api.pages import PageQuery
from oms.core.api.schema import AllowedActionShape
from oms.core.tenancy import unit


class WorkSerializer(serializers.Serializer):
    """The work one location does for one order."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    order_id = serializers.UUIDField()
    order_number = serializers.IntegerField(source="order.number")
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location.name")
    state = serializers.ChoiceField(choices=STATES)
    units = serializers.IntegerField()
    line_count = serializers.IntegerField()
    picker = serializers.CharField(source="picker_label")
    ship_by = serializers.DateTimeField(allow_null=True)
    released_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    picked_at = serializers.DateTimeField(allow_null=True)
    packed_at = serializers.DateTimeField(allow_null=True)
    dispatched_at = serializers.DateTimeField(allow_null=True)
    cancel_requested_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class WorkLineSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    order_line_id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    name = serializers.CharField(source="item.name")
    quantity = serializers.IntegerField()
    picked = serializers.IntegerField()
    packed = serializers.IntegerField()
    short = serializers.IntegerField()


class ContentSerializer(serializers.Serializer):
    fulfillment_line_id = serializers.UUIDField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()


class ParcelSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    box = serializers.CharField()
    weight_g = serializers.IntegerField()
    verified = serializers.BooleanField(help_text="Every unit was scanned into it.")
    shipment_id = serializers.UUIDField(allow_null=True)
    tracking_number = serializers.CharField()
    label = serializers.CharField(help_text="Empty until asked for; then due, buying, bought, failed, voided …")
    label_error = serializers.CharField()
    dispatched_at = serializers.DateTimeField(allow_null=True)
    contents = ContentSerializer(many=True)


class OneWorkSerializer(WorkSerializer):
    lines = WorkLineSerializer(many=True)
    parcels = ParcelSerializer(many=True)
    allowed_actions = AllowedActionShape(many=True)


def one_work(view: WorkView) -> dict:
    """The whole of one fulfillment order, as the API answers it."""
    return {
        **WorkSerializer(view.work).data,
        "lines": WorkLineSerializer(view.lines, many=True).data,
        "parcels": [_parcel(view, parcel) for parcel in view.parcels],
        "allowed_actions": [each.to_json() for each in allowed_on(view.work, unit().actor)],
    }


def _parcel(view: WorkView, parcel) -> dict:
    purchase = view.purchases.get(parcel.shipment_id)
    return {
        "id": str(parcel.id), "number": parcel.number, "box": parcel.box, "weight_g": parcel.weight_g,
        "verified": parcel.verified, "shipment_id": str(parcel.shipment_id) if parcel.shipment_id else None,
        "tracking_number": parcel.shipment.tracking_number if parcel.shipment else "",
        "label": purchase.state if purchase else "", "label_error": purchase.error if purchase else "",
        "dispatched_at": parcel.dispatched_at,
        "contents": [
            {
                "fulfillment_line_id": str(each.fulfillment_line_id), "sku": each.fulfillment_line.item.sku,
                "quantity": each.quantity,
            }
            for each in view.contents.get(parcel.id, [])
        ],
    }  # fmt: skip


class WorkQuery(PageQuery):
    location_id = serializers.UUIDField(required=False)
    order_id = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(
        choices=[*STATES, "open"], required=False, help_text="`open`: neither gone nor stopped."
    )


class ReleaseSerializer(serializers.Serializer):
    order_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=500)


class ReleasedSerializer(serializers.Serializer):
    order_id = serializers.UUIDField()
    fulfillment_order_ids = serializers.ListField(child=serializers.UUIDField())
    code = serializers.CharField(help_text="Why not; empty when released.")
    detail = serializers.CharField()


class ReleaseAnswerSerializer(serializers.Serializer):
    results = ReleasedSerializer(many=True)


class StartSerializer(serializers.Serializer):
    take_over = serializers.BooleanField(required=False, default=False, help_text="Take it from who picks it now.")


class FloorScanSerializer(serializers.Serializer):
    scan_id = serializers.UUIDField(help_text="Made by the device; the same id again counts once.")
    code = serializers.CharField(max_length=CODE_MAX)
    typed = serializers.BooleanField(required=False, default=False)


class VerdictSerializer(serializers.Serializer):
    verdict = serializers.ChoiceField(choices=VERDICTS)
    sentence = serializers.CharField()
    sku = serializers.CharField()
    line_id = serializers.CharField(help_text="The line it counted for, or that is full; may be empty.")
    left = serializers.IntegerField(help_text="Units this stage still wants.")
    state = serializers.CharField()
    units = serializers.IntegerField(help_text="Units the scan stands for; of a pack, as many as were wanted.")


class ShortSerializer(serializers.Serializer):
    fulfillment_line_id = serializers.UUIDField()
    found = serializers.IntegerField(min_value=0, help_text="Units that are there, those picked already among them.")
    reason = serializers.ChoiceField(choices=list(REASONS))


class ShortAnswerSerializer(serializers.Serializer):
    outcome = serializers.CharField(help_text="elsewhere, part_elsewhere or waits.")
    sentence = serializers.CharField()
    wanted = serializers.IntegerField()
    found = serializers.IntegerField()


class ParcelContentDraftSerializer(serializers.Serializer):
    fulfillment_line_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1)


class ParcelDraftSerializer(serializers.Serializer):
    weight_g = serializers.IntegerField(min_value=1)
    box = serializers.CharField(required=False, default="", allow_blank=True, max_length=BOX_MAX)
    contents = ParcelContentDraftSerializer(many=True, required=False, help_text="Left out: all that no other box has.")


class PackSerializer(serializers.Serializer):
    parcels = ParcelDraftSerializer(many=True, min_length=1, max_length=PARCELS_MAX)
    confirm_weight = serializers.BooleanField(required=False, default=False)


class LabelSerializer(serializers.Serializer):
    account_id = serializers.UUIDField(required=False, help_text="The oldest active account when left out.")
    service = serializers.CharField(required=False, default="", help_text="The cheapest on offer when left out.")


class DispatchSerializer(serializers.Serializer):
    parcel_ids = serializers.ListField(child=serializers.UUIDField(), required=False, help_text="All when left out.")
    without_label = serializers.BooleanField(required=False, default=False, help_text="The customer collects it.")


class AnswerCancelSerializer(serializers.Serializer):
    accept = serializers.BooleanField()
    reason = serializers.CharField(required=False, default="", allow_blank=True, help_text="Needed to decline.")
