"""Shapes of suppliers' bills in the API."""

from decimal import Decimal

from rest_framework import serializers

from inventory.allowed import allowed_on_bill
from inventory.api.pages import PageQuery
from inventory.billing.lifecycle import STATES
from inventory.billing.matching import VERDICTS
from inventory.billing.sharing import CHARGES, SHARED_BY
from inventory.models import SupplierBill
from inventory.queries.billing import lines_of_bill
from inventory.replenishing.drafts import LINES_MAX, NOTE_MAX
from inventory.stock.values import QUANTITY_MAX
from oms.core.actors import Actor
from oms.core.api.schema import AllowedActionShape

CHARGES_MAX = 20


def _money(**options: object) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=4, **options)


class BillGoodsDraftSerializer(serializers.Serializer):
    """The item by ``sku`` or ``item_id``; without an order it is billed without one."""

    sku = serializers.CharField(required=False, max_length=100)
    item_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=QUANTITY_MAX)
    unit_price = _money(min_value=0)
    purchase_order_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class BillChargeDraftSerializer(serializers.Serializer):
    """Shared out over what came of these orders."""

    charge = serializers.ChoiceField(choices=CHARGES)
    amount = _money(min_value=0)
    shared_by = serializers.ChoiceField(choices=SHARED_BY, default="value")
    purchase_order_ids = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=100)


class BillDraftSerializer(serializers.Serializer):
    supplier_id = serializers.UUIDField()
    number = serializers.CharField(max_length=60, help_text="The supplier's own; it counts once per supplier.")
    billed_on = serializers.DateField()
    currency = serializers.CharField(max_length=3)
    rate = serializers.DecimalField(
        required=False, allow_null=True, default=None, max_digits=20, decimal_places=10,
        help_text="What one unit of its currency is worth in yours; needed where they differ.",
    )  # fmt: skip
    lines = BillGoodsDraftSerializer(many=True, required=False, default=list, max_length=LINES_MAX)
    charges = BillChargeDraftSerializer(many=True, required=False, default=list, max_length=CHARGES_MAX)
    tax = _money(required=False, default=Decimal(0), min_value=0)
    total = _money(required=False, allow_null=True, default=None, help_text="Compared with the sum, where given.")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_MAX)


class BillNoteSerializer(serializers.Serializer):
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=NOTE_MAX)


class BillQuery(PageQuery):
    state = serializers.ChoiceField(choices=STATES, required=False)
    supplier_id = serializers.UUIDField(required=False)


class SupplierBillSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    supplier_id = serializers.UUIDField()
    supplier = serializers.CharField(source="supplier.name")
    number = serializers.CharField()
    billed_on = serializers.DateField()
    currency = serializers.CharField()
    rate = serializers.DecimalField(max_digits=20, decimal_places=10)
    tax = _money()
    total = _money()
    state = serializers.ChoiceField(choices=STATES)
    note = serializers.CharField()
    entered_by = serializers.CharField()
    entered_at = serializers.DateTimeField()
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class SupplierBillLineSerializer(serializers.Serializer):
    """Goods, or a charge; ``verdicts`` are what stands against it."""

    item_id = serializers.UUIDField(allow_null=True)
    sku = serializers.CharField(source="item.sku", allow_null=True, default=None)
    order_line_id = serializers.UUIDField(allow_null=True)
    quantity = serializers.IntegerField(source="units")
    unit_price = _money()
    charge = serializers.CharField()
    shared_by = serializers.CharField()
    purchase_order_ids = serializers.ListField(source="orders", child=serializers.UUIDField())
    amount = _money()
    verdicts = serializers.ListField(child=serializers.ChoiceField(choices=VERDICTS))


class OneSupplierBillSerializer(SupplierBillSerializer):
    lines = SupplierBillLineSerializer(many=True)
    allowed_actions = AllowedActionShape(many=True)


class BillApprovalSerializer(serializers.Serializer):
    """The bill; or, above your limit, the ``approval_id`` of what now waits for a second person."""

    bill = OneSupplierBillSerializer()
    approval_id = serializers.UUIDField(allow_null=True)


class TolerancesSerializer(serializers.Serializer):
    price_percent = _money(min_value=0, max_value=100, help_text="A price may be off by so many percent.")
    price_absolute = _money(min_value=0, help_text="Or by so much, if that is more.")
    units = serializers.IntegerField(min_value=0, max_value=QUANTITY_MAX, help_text="Billed beyond what came.")


class NotBilledOrderSerializer(serializers.Serializer):
    purchase_order_id = serializers.UUIDField(source="order.id")
    number = serializers.IntegerField(source="order.number")
    units = serializers.IntegerField()
    value = _money()
    since = serializers.DateField()
    days = serializers.IntegerField()


class NotBilledSupplierSerializer(serializers.Serializer):
    supplier_id = serializers.UUIDField(source="supplier.id")
    supplier = serializers.CharField(source="supplier.name")
    value = _money()
    orders = NotBilledOrderSerializer(many=True)


class NotBilledSerializer(serializers.Serializer):
    """In the merchant's currency."""

    total = _money()
    suppliers = NotBilledSupplierSerializer(many=True)


def one_bill(found: SupplierBill, actor: Actor) -> dict:
    """The bill as `OneSupplierBillSerializer` describes it."""
    return {
        **SupplierBillSerializer(found).data,
        "lines": SupplierBillLineSerializer(lines_of_bill(found.id), many=True).data,
        "allowed_actions": [each.to_json() for each in allowed_on_bill(found, actor).values()],
    }
