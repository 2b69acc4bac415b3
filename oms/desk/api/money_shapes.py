"""How payments and refunds look in the API's description."""

from rest_framework import serializers

from oms.core.money import ZERO
from oms.desk.api.shapes import AMOUNT, MoneySummaryShape, PaymentDraftShape, tell_customer_field
from orders.placing.payments import METHODS


class PaymentShape(serializers.Serializer):
    id = serializers.UUIDField()
    gateway = serializers.CharField()
    method = serializers.ChoiceField(choices=METHODS)
    state = serializers.CharField(help_text="authorised, captured or voided")
    amount = serializers.DecimalField(**AMOUNT)
    currency = serializers.CharField()
    base_currency = serializers.CharField(allow_blank=True)
    base_rate = serializers.DecimalField(max_digits=18, decimal_places=8, allow_null=True)
    reference = serializers.CharField(allow_blank=True)
    captured_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class CapturedShape(PaymentDraftShape):
    """Money received."""

    authorised_only = None
    authorisation_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="The authorised payment whose money it is."
    )


class RefundedLineShape(serializers.Serializer):
    line_id = serializers.UUIDField()
    quantity = serializers.IntegerField()
    goods = serializers.DecimalField(**AMOUNT, help_text="Without tax.")
    tax = serializers.DecimalField(**AMOUNT)
    shipping = serializers.DecimalField(**AMOUNT, help_text="The units' share of the order's shipping.")


class RefundPartShape(serializers.Serializer):
    """What goes back to one payment."""

    payment_id = serializers.UUIDField()
    amount = serializers.DecimalField(**AMOUNT)
    state = serializers.CharField(help_text="due, sending, unknown, done or failed")
    reference = serializers.CharField(allow_blank=True)
    error = serializers.CharField(allow_blank=True)


class SubjectShape(serializers.Serializer):
    kind = serializers.CharField()
    id = serializers.CharField()


class RefundShape(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Counted per order.")
    state = serializers.CharField(help_text="requested, refunded or failed")
    amount = serializers.DecimalField(**AMOUNT)
    goodwill = serializers.DecimalField(**AMOUNT)
    currency = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    asked_by = serializers.CharField()
    subject = SubjectShape(allow_null=True)
    lines = RefundedLineShape(many=True)
    parts = RefundPartShape(many=True)
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class LineMoneyShape(serializers.Serializer):
    line_id = serializers.UUIDField()
    units_left = serializers.IntegerField()
    goods_left = serializers.DecimalField(**AMOUNT)
    tax_left = serializers.DecimalField(**AMOUNT)
    shipping_left = serializers.DecimalField(**AMOUNT)
    unit_refund = serializers.DecimalField(**AMOUNT, help_text="One unit with its tax, without shipping.")
    worth = serializers.DecimalField(**AMOUNT)
    refunded = serializers.DecimalField(**AMOUNT)


class MoneyShape(MoneySummaryShape):
    currency = serializers.CharField()
    lines = LineMoneyShape(many=True)
    payments = PaymentShape(many=True)
    refunds = RefundShape(many=True)


class RefundUnitsShape(serializers.Serializer):
    line_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1)


class RefundDraftShape(serializers.Serializer):
    """Units of lines, a sum without units, or both."""

    lines = RefundUnitsShape(many=True, required=False, default=list)
    shipping = serializers.BooleanField(
        required=False, allow_null=True, default=None,
        help_text="The units' share of it: true or false. Null: what is left of it, with the last units.",
    )  # fmt: skip
    goodwill = serializers.DecimalField(required=False, default=ZERO, **AMOUNT, help_text="A sum for no unit.")
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    tell_customer = tell_customer_field()


class PlannedPaymentShape(serializers.Serializer):
    payment_id = serializers.UUIDField()
    amount = serializers.DecimalField(**AMOUNT)


class RefundPlanShape(serializers.Serializer):
    currency = serializers.CharField()
    amount = serializers.DecimalField(**AMOUNT)
    goodwill = serializers.DecimalField(**AMOUNT)
    lines = RefundedLineShape(many=True)
    payments = PlannedPaymentShape(many=True)


class AwaitedRefundShape(serializers.Serializer):
    """Above your limit: a second person decides."""

    approval_id = serializers.UUIDField()
    sentence = serializers.CharField()
