"""Shapes of purchase orders in the API."""

from rest_framework import serializers

from inventory import queries
from inventory.actions.purchasing.settings import LIMITS
from inventory.allowed import allowed_on_purchase_order
from inventory.api.pages import PageQuery, TracedLineSerializer
from inventory.api.transfer_serializers import ArrivedLineSerializer, AtOneLocation, ReplenishLineSerializer
from inventory.models import PurchaseOrder
from inventory.printing import order_total
from inventory.replenishing.drafts import LINES_MAX, NOTE_MAX
from inventory.replenishing.lifecycle import NOTICE_STATES, STATES
from inventory.stock.values import QUANTITY_MAX
from oms.core.actors import Actor
from oms.core.api.schema import AllowedActionShape


class PurchaseLineDraftSerializer(ReplenishLineSerializer):
    unit_cost = serializers.DecimalField(
        required=False, allow_null=True, default=None, max_digits=18, decimal_places=4, min_value=0,
        help_text="In the supplier's currency; left out, what their catalogue says for so many.",
    )  # fmt: skip


class PurchaseDraftSerializer(AtOneLocation):
    """The location by its code, or by its id."""

    supplier_id = serializers.UUIDField()
    lines = PurchaseLineDraftSerializer(many=True, allow_empty=False, max_length=LINES_MAX)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_MAX)
    expected_on = serializers.DateField(required=False, allow_null=True, default=None)


class PurchaseSendSerializer(serializers.Serializer):
    mail = serializers.BooleanField(default=True, help_text="Mail it to the supplier as a PDF.")


class ConfirmedLineSerializer(ReplenishLineSerializer):
    quantity = serializers.IntegerField(min_value=0, max_value=QUANTITY_MAX, help_text="Units that will come in all.")
    expected_on = serializers.DateField(required=False, allow_null=True, default=None)


class AcknowledgeSerializer(serializers.Serializer):
    """What the supplier answered; lines left out come as ordered."""

    reference = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_MAX)
    expected_on = serializers.DateField(required=False, allow_null=True, default=None)
    lines = ConfirmedLineSerializer(many=True, required=False, default=list, max_length=LINES_MAX)


class AnnounceSerializer(serializers.Serializer):
    """An advance ship notice. The same ``reference`` for the same order again is announced once."""

    reference = serializers.CharField(max_length=NOTE_MAX, help_text="The supplier's number of the delivery.")
    expected_on = serializers.DateField()
    carrier = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_MAX)
    tracking_number = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_MAX)
    lines = ReplenishLineSerializer(many=True, allow_empty=False, max_length=LINES_MAX)


class DeliveryNoticeLineSerializer(serializers.Serializer):
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    quantity = serializers.IntegerField()


class DeliveryNoticeSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    reference = serializers.CharField()
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    expected_on = serializers.DateField()
    state = serializers.ChoiceField(choices=NOTICE_STATES)
    lines = DeliveryNoticeLineSerializer(many=True)


class DeliveredLineSerializer(TracedLineSerializer, ArrivedLineSerializer):
    packs = serializers.BooleanField(default=False, help_text="The quantity counts packs, not units.")


class PurchaseReceiveSerializer(serializers.Serializer):
    """``receipt_id`` is yours: the same one sent again is booked once."""

    receipt_id = serializers.UUIDField()
    reference = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_MAX)
    notice_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="The announced delivery that this is."
    )
    lines = DeliveredLineSerializer(many=True, allow_empty=False, max_length=LINES_MAX)


class PurchaseQuery(PageQuery):
    state = serializers.ChoiceField(choices=STATES, required=False)
    supplier_id = serializers.UUIDField(required=False)


class PurchaseOrderSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    supplier_id = serializers.UUIDField()
    supplier = serializers.CharField(source="supplier.name")
    location_id = serializers.UUIDField()
    location = serializers.CharField(source="location.code")
    currency = serializers.CharField()
    note = serializers.CharField()
    expected_on = serializers.DateField(allow_null=True)
    reference = serializers.CharField(help_text="The supplier's own number of it.")
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    mailed_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class PurchaseLineSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    item_id = serializers.UUIDField()
    sku = serializers.CharField(source="item.sku")
    code = serializers.CharField(help_text="The supplier's own.")
    quantity = serializers.IntegerField()
    pack_size = serializers.IntegerField()
    unit_cost = serializers.DecimalField(max_digits=18, decimal_places=4)
    received = serializers.IntegerField()
    confirmed = serializers.IntegerField(allow_null=True, help_text="Units the supplier said will come in all.")
    expected_on = serializers.DateField(allow_null=True, help_text="Where it differs from that of the order.")
    awaited = serializers.IntegerField()


class OnePurchaseOrderSerializer(PurchaseOrderSerializer):
    lines = PurchaseLineSerializer(many=True)
    notices = DeliveryNoticeSerializer(many=True, help_text="Deliveries the supplier announced.")
    total = serializers.DecimalField(max_digits=18, decimal_places=4)
    allowed_actions = AllowedActionShape(many=True)


def _whole(name: str, help_text: str) -> serializers.IntegerField:
    least, most = LIMITS[name]
    return serializers.IntegerField(min_value=least, max_value=most, help_text=help_text)


class ReplenishingSerializer(serializers.Serializer):
    over_percent = _whole("over_percent", "A delivery may be so much over what was ordered.")
    under_percent = _whole("under_percent", "So much less still completes a line.")
    service_percent = _whole("service_percent", "In so many percent of cases stock lasts until the next delivery.")
    cover_days = _whole("cover_days", "What is ordered lasts so long beyond the delivery.")


def one_purchase_order(found: PurchaseOrder, actor: Actor) -> dict:
    """The order as `OnePurchaseOrderSerializer` describes it."""
    lines = queries.lines_of_purchase_order(found.id)
    return {
        **PurchaseOrderSerializer(found).data,
        "lines": PurchaseLineSerializer(lines, many=True).data,
        "notices": DeliveryNoticeSerializer(queries.notices_of_purchase_order(found.id), many=True).data,
        "total": str(order_total(found, lines)),
        "allowed_actions": [each.to_json() for each in allowed_on_purchase_order(found, actor).values()],
    }
