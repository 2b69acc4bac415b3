"""How orders look in the API's description. `reading` reads what is sent, `order_resource` makes what is answered."""

from rest_framework import serializers

from oms.core.api.schema import AllowedActionShape, page_of
from orders.next_step import HOLD_WORDS
from orders.placing.checking import KINDS, PAYMENT_STATES
from orders.placing.payments import METHODS

AMOUNT = {"max_digits": 18, "decimal_places": 4}


class AddressShape(serializers.Serializer):
    """Copied onto the order. `country` is ISO 3166-1 alpha-2."""

    name = serializers.CharField(required=False, max_length=200)
    company = serializers.CharField(required=False, max_length=200)
    line1 = serializers.CharField(required=False, max_length=200, help_text="Street and number.")
    line2 = serializers.CharField(required=False, max_length=200)
    city = serializers.CharField(required=False, max_length=200)
    region = serializers.CharField(required=False, max_length=200, help_text="State or province, where there is one.")
    postcode = serializers.CharField(required=False, max_length=200)
    country = serializers.CharField(required=False, max_length=2)
    phone = serializers.CharField(required=False, max_length=50)
    latitude = serializers.FloatField(required=False, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, min_value=-180, max_value=180)


class CustomerDraftShape(serializers.Serializer):
    """Who buys. Found again by `email`, else by `external_id`."""

    name = serializers.CharField(required=False, max_length=200)
    email = serializers.EmailField(required=False, max_length=254)
    phone = serializers.CharField(required=False, max_length=50)
    external_id = serializers.CharField(required=False, max_length=200, help_text="Your own number for the customer.")


class LineDraftShape(serializers.Serializer):
    """One line. Only kind `goods` reserves stock."""

    sku = serializers.CharField(required=False, max_length=100, help_text="Needed for goods.")
    title = serializers.CharField(required=False, max_length=500, help_text="The item's own name when left out.")
    quantity = serializers.IntegerField(min_value=1, max_value=10_000_000)
    unit_price = serializers.DecimalField(
        required=False, **AMOUNT, help_text="Per unit, before discount. The item's own price when left out."
    )
    discount = serializers.DecimalField(required=False, **AMOUNT, help_text="Taken off the whole line.")
    tax = serializers.DecimalField(required=False, **AMOUNT, help_text="Of the whole line.")
    kind = serializers.CharField(required=False, default="goods", help_text="One of: " + ", ".join(KINDS))
    attributes = serializers.DictField(required=False, help_text="Yours; kept with the line.")


class PaymentDraftShape(serializers.Serializer):
    """Money received for the order, or authorised."""

    amount = serializers.DecimalField(**AMOUNT, help_text="In the order's currency.")
    method = serializers.ChoiceField(required=False, choices=METHODS, default="other")
    gateway = serializers.CharField(required=False, default="manual", help_text="manual: it moves outside of us.")
    reference = serializers.CharField(required=False, default="", help_text="The gateway's own number for it.")
    authorised_only = serializers.BooleanField(required=False, default=False)
    base_currency = serializers.CharField(required=False, default="", help_text="What it is kept in, if another.")
    base_rate = serializers.DecimalField(required=False, max_digits=18, decimal_places=8)


class OrderDraftShape(serializers.Serializer):
    """An order to place. A field that is not listed here is refused, with the nearest one that is."""

    channel = serializers.CharField(
        required=False, help_text="Code or id of the sales channel. Needed unless there is only one."
    )
    external_id = serializers.CharField(
        required=False, max_length=200, help_text="The channel's own number. Taken once per channel: a second is a 409."
    )
    currency = serializers.CharField(max_length=3, help_text="ISO 4217, like EUR.")
    placed_at = serializers.DateTimeField(required=False, help_text="With a time zone. Now when left out.")
    customer = CustomerDraftShape(required=False)
    ship_to = AddressShape(required=False)
    bill_to = AddressShape(required=False)
    lines = LineDraftShape(many=True, min_length=1, max_length=5_000)
    shipping = serializers.DecimalField(required=False, **AMOUNT, min_value=0)
    discount = serializers.DecimalField(required=False, **AMOUNT, min_value=0, help_text="Taken off the whole order.")
    tax_included = serializers.BooleanField(required=False, help_text="Whether prices include the tax of their lines.")
    payment_state = serializers.ChoiceField(required=False, choices=PAYMENT_STATES, default="unpaid")
    payments = PaymentDraftShape(
        many=True, required=False, help_text="Left out, a paid order has one for the whole total."
    )
    tags = serializers.ListField(required=False, child=serializers.CharField(max_length=60), max_length=50)
    customer_note = serializers.CharField(required=False, max_length=5_000)
    attributes = serializers.DictField(
        required=False, help_text="Yours. `payment_required: true` holds the order until it is paid."
    )
    on_shortage = serializers.ChoiceField(
        required=False, choices=("backorder", "refuse"), default="backorder",
        help_text="Accept what the shelf cannot cover and let it wait, or refuse the whole order with a 409.",
    )  # fmt: skip
    cart_id = serializers.UUIDField(
        required=False, help_text="The cart that holds its units: they are this order's from then on."
    )
    on_unknown_sku = serializers.ChoiceField(
        required=False, choices=("refuse", "hold"), default="refuse",
        help_text="Refuse the order with a 422, or accept it on hold until a person matches the line.",
    )  # fmt: skip


class ChannelShape(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()


class CustomerShape(serializers.Serializer):
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class HoldShape(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    reason = serializers.CharField()
    line_id = serializers.UUIDField(allow_null=True)
    set_by = serializers.CharField()
    set_at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class ReservedShape(serializers.Serializer):
    location_id = serializers.UUIDField()
    location = serializers.CharField()
    quantity = serializers.IntegerField()


class LineShape(serializers.Serializer):
    id = serializers.UUIDField()
    position = serializers.IntegerField()
    kind = serializers.CharField()
    sku = serializers.CharField()
    title = serializers.CharField()
    item_id = serializers.UUIDField(allow_null=True)
    quantity = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    in_work = serializers.IntegerField(help_text="Units the floor has begun on; they cannot be changed any more.")
    shipped = serializers.IntegerField()
    returned = serializers.IntegerField()
    to_ship = serializers.IntegerField()
    reserved = ReservedShape(many=True)
    backordered = serializers.IntegerField(help_text="Units that wait for stock.")
    unit_price = serializers.DecimalField(**AMOUNT)
    discount = serializers.DecimalField(**AMOUNT)
    tax = serializers.DecimalField(**AMOUNT)
    total = serializers.DecimalField(**AMOUNT, help_text="Of a component: its share of what its kit's line says.")
    kit_line_id = serializers.UUIDField(
        allow_null=True, help_text="The line of kind `kit` whose component this is. Sum lines without components."
    )
    per_kit = serializers.IntegerField(allow_null=True, help_text="Units of it in one kit.")
    attributes = serializers.DictField()


class OrderSummaryShape(serializers.Serializer):
    """An order in a list. Who may not see customers gets null for what would name one."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(allow_null=True, help_text="Ours; null while a draft.")
    external_id = serializers.CharField()
    channel = ChannelShape()
    state = serializers.CharField()
    fulfillment_state = serializers.CharField()
    payment_state = serializers.CharField()
    return_state = serializers.CharField()
    next_step = serializers.CharField(help_text="What happens next, in one sentence.")
    allowed_actions = AllowedActionShape(many=True)
    currency = serializers.CharField()
    goods_total = serializers.DecimalField(**AMOUNT)
    discount_total = serializers.DecimalField(**AMOUNT)
    shipping_total = serializers.DecimalField(**AMOUNT)
    tax_total = serializers.DecimalField(**AMOUNT)
    total = serializers.DecimalField(**AMOUNT)
    tax_included = serializers.BooleanField()
    units = serializers.IntegerField()
    line_count = serializers.IntegerField()
    first_item = serializers.CharField()
    country = serializers.CharField()
    customer = CustomerShape(allow_null=True)
    ship_to = AddressShape(allow_null=True)
    bill_to = AddressShape(allow_null=True)
    customer_note = serializers.CharField(allow_null=True)
    holds = HoldShape(many=True, help_text="Those that are open.")
    tags = serializers.ListField(child=serializers.CharField())
    locations = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of the locations that work on it."
    )
    ship_by = serializers.DateTimeField(allow_null=True)
    placed_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    cancelled_at = serializers.DateTimeField(allow_null=True)
    source = serializers.CharField()
    version = serializers.IntegerField(help_text="Also the ETag; send it back as If-Match.")


class MoneySummaryShape(serializers.Serializer):
    """At most one of the two debts is above 0. Where a channel told no sums (`known` false) all but `total` are 0."""

    known = serializers.BooleanField()
    total = serializers.DecimalField(**AMOUNT)
    authorised = serializers.DecimalField(**AMOUNT)
    paid = serializers.DecimalField(**AMOUNT)
    refunded = serializers.DecimalField(**AMOUNT)
    refunding = serializers.DecimalField(**AMOUNT, help_text="Asked for, and not confirmed yet.")
    left = serializers.DecimalField(**AMOUNT, help_text="What can still go back.")
    owed_by_customer = serializers.DecimalField(**AMOUNT)
    owed_to_customer = serializers.DecimalField(**AMOUNT)


class OrderShape(OrderSummaryShape):
    attributes = serializers.DictField()
    lines = LineShape(many=True)
    money = MoneySummaryShape()


OrderPageShape = page_of(OrderSummaryShape, "Order")


class BatchShape(serializers.Serializer):
    orders = OrderDraftShape(many=True, min_length=1, max_length=1_000)


class BatchOrderShape(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    short = serializers.IntegerField(help_text="Units that wait for stock.")


class BatchItemShape(serializers.Serializer):
    """Exactly one of `order` and `problem`."""

    index = serializers.IntegerField(help_text="The order's place in the request, from 0.")
    status = serializers.IntegerField(help_text="What the order alone would have been answered with.")
    order = BatchOrderShape(required=False)
    problem = serializers.DictField(required=False)


class BatchAnswerShape(serializers.Serializer):
    placed = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BatchItemShape(many=True)


class AwaitedOrderShape(serializers.Serializer):
    """Kept as a draft: its discount is above your limit, so a second person decides."""

    approval_id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    sentence = serializers.CharField()


class OrderChangeShape(serializers.Serializer):
    """What is left out stays as it is; `tags` replaces all of them."""

    tags = serializers.ListField(required=False, child=serializers.CharField(max_length=60), max_length=50)
    customer_note = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    ship_to = AddressShape(required=False)


def tell_customer_field() -> serializers.BooleanField:
    return serializers.BooleanField(
        required=False, default=True, help_text="False: no mail about it, where we are the one who tells the customer."
    )


class CancelLineShape(serializers.Serializer):
    line_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1)


class CancelShape(serializers.Serializer):
    reason = serializers.CharField(max_length=500)
    lines = CancelLineShape(
        many=True, required=False, allow_null=True, help_text="Leave out to cancel all that is left."
    )

    refund = serializers.BooleanField(
        required=False, default=False, help_text="Give back what was paid for these units. Needs orders.refund."
    )
    tell_customer = tell_customer_field()


class CancelPreviewLineShape(serializers.Serializer):
    line_id = serializers.UUIDField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    returns = ReservedShape(many=True, help_text="Where stock becomes free again.")


class CancelPreviewShape(serializers.Serializer):
    whole = serializers.BooleanField(help_text="Whether nothing is left, so that the order itself is canceled.")
    units = serializers.IntegerField()
    asks = serializers.ListField(
        child=serializers.CharField(),
        help_text="Locations at work on it, which must agree first.",
    )
    lines = CancelPreviewLineShape(many=True)


class PlaceHoldShape(serializers.Serializer):
    kind = serializers.CharField(default="manual", help_text="One of: " + ", ".join(HOLD_WORDS))
    reason = serializers.CharField(max_length=500)
    line_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    until = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="When it lifts by itself."
    )


class ReasonShape(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class MatchShape(serializers.Serializer):
    item_id = serializers.UUIDField()


class NoteDraftShape(serializers.Serializer):
    text = serializers.CharField(max_length=5_000)


class NoteShape(serializers.Serializer):
    id = serializers.UUIDField()
    text = serializers.CharField()
    author = serializers.CharField()
    created_at = serializers.DateTimeField()
