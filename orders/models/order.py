"""Orders, their lines, holds, tags, customers, and the search document."""

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from inventory.models import Item
from oms.accounts.models import SalesChannel
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel

# Names in an order's ``attributes`` under which we keep something; whoever places an order has all the others.
OUR_ATTRIBUTES = ("draft", "refund_when_cancelled", "cancel_quietly")


def amount(**options) -> models.DecimalField:
    return models.DecimalField(max_digits=18, decimal_places=4, **options)


class Customer(TenantModel):
    """Who bought. ``external_id`` is the channel's or the file's own number for them."""

    name = models.TextField(blank=True, default="")
    email = models.TextField(db_collation="C", blank=True, default="")
    phone = models.TextField(db_collation="C", blank=True, default="")
    external_id = models.TextField(db_collation="C", blank=True, default="")
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "email"], condition=~Q(email=""), name="orders_customer_email"
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "external_id"], condition=~Q(external_id=""), name="orders_customer_external"
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "-created_at", "-id"], name="orders_customer_newest")]


class Order(TenantModel):
    """The commercial fact, with four states and never one.

    ``number`` is ours (null while a draft), ``external_id`` the channel's. Payment and order state are
    written here; ``fulfillment_state``, ``next_step``, ``ship_by`` and ``locations`` are written down by
    the rooms above through `orders.actions.record_progress`. All amounts are in ``currency``.
    """

    number = models.BigIntegerField(null=True)
    channel = TenantForeignKey(SalesChannel, db_index=False)
    external_id = models.TextField(db_collation="C", blank=True, default="")
    customer = TenantForeignKey(Customer, null=True, related_name="orders", db_index=False)

    state = models.TextField(default="checking")
    fulfillment_state = models.TextField(default="not_allocated")
    payment_state = models.TextField(default="unpaid")
    return_state = models.TextField(blank=True, default="")

    email = models.TextField(db_collation="C", blank=True, default="")
    phone = models.TextField(blank=True, default="")
    ship_to = models.JSONField(default=dict)
    bill_to = models.JSONField(default=dict)
    country = models.TextField(blank=True, default="")
    customer_name = models.TextField(blank=True, default="")

    currency = models.TextField()
    goods_total = amount(default=0)
    discount_total = amount(default=0)
    shipping_total = amount(default=0)
    tax_total = amount(default=0)
    total = amount(default=0)
    tax_included = models.BooleanField(default=False)

    units = models.BigIntegerField(default=0)
    line_count = models.IntegerField(default=0)
    first_item = models.TextField(blank=True, default="")
    customer_note = models.TextField(blank=True, default="")
    open_holds = models.SmallIntegerField(default=0)
    next_step = models.TextField(blank=True, default="")
    locations = models.JSONField(default=list)
    ship_by = models.DateTimeField(null=True)
    placed_at = models.DateTimeField()
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    source = models.TextField(default="api")
    attributes = models.JSONField(default=dict)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="orders_order_number"),
            models.UniqueConstraint(
                fields=["tenant_id", "channel", "external_id"],
                condition=~Q(external_id=""),
                name="orders_order_external",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "checking", "open", "cancel_requested", "cancelled", "closed"]),
                name="orders_order_state",
            ),
            models.CheckConstraint(
                condition=Q(
                    fulfillment_state__in=[
                        "not_allocated", "part_allocated", "allocated", "backordered", "picking", "packed",
                        "part_shipped", "shipped", "delivered",
                    ]
                ),
                name="orders_order_fulfillment_state",
            ),
            models.CheckConstraint(
                condition=Q(
                    payment_state__in=["unpaid", "authorised", "part_paid", "paid", "part_refunded", "refunded"]
                ),
                name="orders_order_payment_state",
            ),
            models.CheckConstraint(condition=Q(state="draft") | Q(number__isnull=False), name="orders_order_numbered"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant_id", "-placed_at", "-id"], name="orders_order_newest"),
            models.Index(fields=["tenant_id", "state", "-placed_at", "-id"], name="orders_order_by_state"),
            models.Index(
                fields=["tenant_id", "fulfillment_state", "-placed_at", "-id"], name="orders_order_by_fulfillment"
            ),
            models.Index(fields=["tenant_id", "payment_state", "-placed_at", "-id"], name="orders_order_by_payment"),
            models.Index(fields=["tenant_id", "channel", "-placed_at", "-id"], name="orders_order_by_channel"),
            models.Index(fields=["tenant_id", "country", "-placed_at", "-id"], name="orders_order_by_country"),
            models.Index(fields=["tenant_id", "customer", "-placed_at", "-id"], name="orders_order_by_customer"),
            models.Index(fields=["tenant_id", "email", "-placed_at", "-id"], name="orders_order_by_email"),
            models.Index(
                fields=["tenant_id", "-placed_at", "-id"], name="orders_order_held", condition=Q(open_holds__gt=0)
            ),
            models.Index(
                fields=["tenant_id", "ship_by", "id"],
                name="orders_order_due",
                condition=Q(ship_by__isnull=False, state="open"),
            ),
            models.Index(fields=["tenant_id", "external_id"], name="orders_order_external_id"),
        ]


class OrderLine(TenantModel):
    """One item row. Only ``kind`` goods reserves stock; quantities are counters that only grow, but ``in_work``.

    ``in_work`` is the fence: units the floor has begun on. Whoever wants to change the line stops that first.
    ``unit_price`` is per unit before discount; ``total`` = what this line adds to the order, tax as the order says.

    A line of kind kit is what the customer bought; the goods lines of its components (``kit_line``, ``per_kit``
    units in each, from one location unless ``ships_in_parts``) are what is held, sent and returned. They share its
    amounts out exactly, so sums over lines leave the kit's own line out: see docs/adr/0020-kits.md.
    """

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.IntegerField()
    kind = models.TextField(default="goods")
    # Nothing is asked by item; its index is for the check that no line names an item that goes, as sample data does.
    item = TenantForeignKey(Item, null=True, related_name="order_lines")
    sku = models.TextField(db_collation="C", blank=True, default="")
    title = models.TextField(blank=True, default="")
    quantity = models.BigIntegerField()
    cancelled = models.BigIntegerField(default=0)
    in_work = models.BigIntegerField(default=0)
    shipped = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    unit_price = amount(default=0)
    discount = amount(default=0)
    tax = amount(default=0)
    total = amount(default=0)
    kit_line = TenantForeignKey("self", on_delete=models.CASCADE, null=True, related_name="components", db_index=False)
    per_kit = models.IntegerField(null=True)
    ships_in_parts = models.BooleanField(default=False, db_default=False)
    attributes = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["goods", "kit", "shipping", "discount", "fee", "adjustment", "voucher", "sample"]
                ),
                name="orders_line_kind",
            ),
            models.CheckConstraint(
                condition=Q(kit_line__isnull=True, per_kit__isnull=True)
                | Q(kit_line__isnull=False, kind="goods", per_kit__gt=0),
                name="orders_line_of_kit",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, cancelled__gte=0, in_work__gte=0, shipped__gte=0, returned__gte=0)
                & Q(cancelled__lte=F("quantity") - F("in_work") - F("shipped"))
                & Q(returned__lte=F("shipped")),
                name="orders_line_counters",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "sku", "-order"], name="orders_line_by_sku", condition=~Q(sku="")),
            models.Index(
                fields=["tenant_id", "kit_line"], name="orders_line_of_kit_line", condition=Q(kit_line__isnull=False)
            ),
        ]

    @property
    def to_ship(self) -> int:
        """Units still owed to the customer."""
        return self.quantity - self.cancelled - self.shipped


class Hold(TenantModel):
    """A typed reason why an order (or one line of it) may not go on. Lifted, never deleted."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="holds")
    line = TenantForeignKey(OrderLine, on_delete=models.CASCADE, null=True, related_name="holds")
    kind = models.TextField()
    reason = models.TextField()
    evidence = models.JSONField(default=dict)
    set_by = models.TextField()
    set_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.TextField(blank=True, default="")
    lift_reason = models.TextField(blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "order", "line", "kind"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="orders_hold_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "address", "payment", "risk", "unknown_sku", "stock", "edit_window", "manual", "customer",
                        "verification",
                    ]
                ),
                name="orders_hold_kind",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["tenant_id", "kind", "-set_at", "-id"],
                name="orders_hold_open",
                condition=Q(lifted_at__isnull=True),
            ),
            models.Index(
                fields=["tenant_id", "until"],
                name="orders_hold_until",
                condition=Q(lifted_at__isnull=True, until__isnull=False),
            ),
        ]


class OrderTag(TenantLogModel):
    """A word on an order. Repeats ``placed_at`` so that a tag's orders page in order from one index."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="tags")
    tag = models.TextField(db_collation="C")
    placed_at = models.DateTimeField()

    class Meta(TenantLogModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "order", "tag"], name="orders_tag_once")]
        indexes = [models.Index(fields=["tenant_id", "tag", "-placed_at", "-order"], name="orders_tag_list")]


class Note(TenantModel):
    """What a colleague wrote about an order. Corrected by another note; nothing is deleted."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    author = models.TextField()
    created_at = models.DateTimeField()


class Screening(TenantModel):
    """One run of the checks over an order: what was seen, each check's verdict, and one sentence."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="screenings")
    points = models.IntegerField()
    verdicts = models.JSONField()
    sentence = models.TextField()
    cleared = models.BooleanField()
    version = models.TextField()
    at = models.DateTimeField()


class SearchDocument(TenantModel):
    """Words to find an order by, written after the fact. Read through the view ``orders_search`` (see docs/adr)."""

    order_id = models.UUIDField()
    text = models.TextField()
    placed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "order_id"], name="orders_search_once")]
        # Common words are found by walking the newest documents, rare ones by their trigrams.
        indexes = [models.Index(fields=["tenant_id", "-placed_at", "order_id"], name="orders_search_newest")]


class SavedView(TenantModel):
    """A named set of filters of a list, one person's or everybody's (``owner_id`` null)."""

    owner_id = models.UUIDField(null=True)
    name = models.TextField()
    query = models.TextField()
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "owner_id", "name"], name="orders_view_once", nulls_distinct=False
            )
        ]
