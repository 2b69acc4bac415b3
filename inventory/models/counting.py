"""Counting the shelves: what was to be counted, what each person entered, and what is due when."""

from django.db import models
from django.db.models import Q

from inventory.models.items import Item
from inventory.models.locations import Location
from inventory.models.stock import SELLABLE
from inventory.stock import count_lifecycle as lifecycle
from oms.accounts.models import Approval
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel

# Why a count was called for.
MANUAL, BY_CLASS, UNEXPLAINED, SHORT_PICK = WHYS = ("manual", "abc", "unexplained", "short_pick")
CLASSES = ("A", "B", "C")


class StockCount(TenantModel):
    """A count at one location: a task that nobody has begun (draft), or people at work on it, or over.

    ``blind`` keeps from those who count what the book expects. ``title`` says in words what was chosen.
    """

    number = models.BigIntegerField()
    location = TenantForeignKey(Location, related_name="counts", db_index=False)
    state = models.TextField(default=lifecycle.OPEN)
    why = models.TextField(default=MANUAL)
    title = models.TextField()
    note = models.TextField(blank=True, default="")
    blind = models.BooleanField(default=False)
    opened_by = models.TextField()
    opened_at = models.DateTimeField()
    finished_by = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True)
    approval = TenantForeignKey(Approval, related_name="+", null=True, db_index=False)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="inventory_stockcount_number"),
            models.CheckConstraint(condition=Q(state__in=lifecycle.STATES), name="inventory_stockcount_state"),
            models.CheckConstraint(condition=Q(why__in=WHYS), name="inventory_stockcount_why"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-opened_at", "-id"], name="inventory_stockcount_newest"),
            models.Index(
                fields=["tenant_id", "-opened_at", "-id"],
                name="inventory_stockcount_going",
                condition=Q(state__in=lifecycle.GOING),
            ),
            models.Index(
                fields=["tenant_id", "approval"], name="inventory_stockcount_asked", condition=Q(approval__isnull=False)
            ),
        ]


class StockCountLine(TenantLogModel):
    """One item in one state of stock, to be counted. ``place`` is its turn.

    ``expected`` is what the book had when the count was entered, ``position`` the last movement that it knew of:
    so what moves before or after does no harm, and ``variance`` = counted − expected stays true. ``counting`` is
    set until the count is over, and unique: nothing is counted twice at once.
    """

    stock_count = TenantForeignKey(StockCount, related_name="lines", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    location = TenantForeignKey(Location, related_name="+", db_index=False)
    state = models.TextField(default=SELLABLE)
    place = models.IntegerField()
    counting = models.BooleanField(default=True)
    counted = models.BigIntegerField(null=True)
    expected = models.BigIntegerField(null=True)
    variance = models.BigIntegerField(null=True)
    position = models.BigIntegerField(null=True)
    counted_by_id = models.TextField(blank=True, default="")
    counted_by = models.TextField(blank=True, default="")
    counted_at = models.DateTimeField(null=True)
    recount_wanted = models.BooleanField(default=False)
    recounted = models.BooleanField(default=False)

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "stock_count", "item", "state"], name="inventory_countline_once"
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "location", "item", "state"],
                name="inventory_countline_not_twice_at_once",
                condition=Q(counting=True),
            ),
            models.CheckConstraint(
                condition=Q(counted__isnull=True, variance__isnull=True)
                | Q(counted__gte=0, variance=models.F("counted") - models.F("expected")),
                name="inventory_countline_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "stock_count", "place", "id"], name="inventory_countline_walk"),
        ]


class StockCountEntry(TenantModel):
    """One person's word: so many are there, or (``added``) so many more. Its id comes from their device, so that
    sending it again counts once. Never edited: the last word about a line is on the line."""

    line = TenantForeignKey(StockCountLine, on_delete=models.CASCADE, related_name="entries", db_index=False)
    quantity = models.BigIntegerField()
    added = models.BooleanField(default=False)
    counted = models.BigIntegerField()
    expected = models.BigIntegerField()
    position = models.BigIntegerField()
    person = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "line", "at"], name="inventory_countentry_of_line")]


class CountPlan(TenantLogModel):
    """How much an item matters at a location (its class), when it was last counted, and when it is due again.

    ``since`` is when it first lay there; ``due_at`` is null while nothing of it is there.
    """

    item = TenantForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    location = TenantForeignKey(Location, on_delete=models.CASCADE, related_name="+", db_index=False)
    abc_class = models.TextField(default="C")
    since = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "location", "item"], name="inventory_countplan_once"),
            models.CheckConstraint(condition=Q(abc_class__in=CLASSES), name="inventory_countplan_class"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "due_at", "id"], name="inventory_countplan_due"),
            models.Index(fields=["tenant_id", "location", "due_at", "id"], name="inventory_countplan_due_at"),
        ]
