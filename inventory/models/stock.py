"""How much there is: balances, the ledger of movements, and reservations."""

from django.db import models
from django.db.models import F, Q

from inventory.models.items import Item
from inventory.models.locations import Location
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel

SELLABLE, DAMAGED, QUALITY_HOLD, QUARANTINE = "sellable", "damaged", "quality_hold", "quarantine"
# What can be said of goods on a shelf.
STATES = (SELLABLE, DAMAGED, QUALITY_HOLD, QUARANTINE)
# Goods on their way to a location from another: its own, and on no shelf of it yet.
IN_TRANSIT = "in_transit"
# Outside accounts have no balance row: they would be the hottest rows of all.
OUTSIDE = ("supplier", "customer", "loss", "found", "production", "unexplained", "opening")


class Balance(TenantLogModel):
    """How many of an item are in one account (location × state). Only sellable units can be reserved."""

    item = TenantForeignKey(Item, related_name="balances", db_index=False)
    location = TenantForeignKey(Location, related_name="balances", db_index=False)
    state = models.TextField(default=SELLABLE)
    on_hand = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "item", "location", "state"], name="inventory_balance_once"),
            # The last wall: whatever a bug upstream decides, stock is not promised twice.
            models.CheckConstraint(
                condition=Q(on_hand__gte=0) & Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")),
                name="inventory_balance_never_oversold",
            ),
            models.CheckConstraint(
                condition=Q(state=SELLABLE) | Q(state__in=[*STATES[1:], IN_TRANSIT], reserved=0),
                name="inventory_balance_state",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "location", "item"], name="inventory_balance_at")]


class Movement(TenantLogModel):
    """An immutable ledger entry: ``quantity`` units from one account to another. Never edited; reversed by another.

    An account is a location with a state, or an outside account (state alone, location null).
    """

    item = TenantForeignKey(Item, related_name="movements", db_index=False)
    quantity = models.BigIntegerField()
    from_location = TenantForeignKey(Location, related_name="+", null=True, db_index=False)
    from_state = models.TextField()
    to_location = TenantForeignKey(Location, related_name="+", null=True, db_index=False)
    to_state = models.TextField()
    cause_kind = models.TextField()
    cause_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True, default="")
    actor_label = models.TextField()
    # When it took effect, and when it was written down. Where a closed period moved the first to its first open
    # day, ``true_at`` keeps when it truly happened.
    happened_at = models.DateTimeField()
    true_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    # Of a tracked item: which lot, None for units whose lot nobody knows.
    lot = TenantForeignKey("inventory.Lot", related_name="movements", null=True, db_index=False)
    # Of goods that went to a customer or came back: the order line they went for.
    demand_id = models.UUIDField(null=True)
    # The movement that this one takes back.
    reverses = TenantForeignKey("self", related_name="reversals", null=True, db_index=False)

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_movement_positive"),
            models.UniqueConstraint(
                fields=["tenant_id", "reverses"],
                condition=Q(reverses__isnull=False),
                name="inventory_movement_reversed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-recorded_at", "-id"], name="inventory_movement_newest"),
            models.Index(fields=["tenant_id", "item", "-recorded_at", "-id"], name="inventory_movement_of_item"),
            models.Index(
                fields=["tenant_id", "from_location", "-recorded_at", "-id"],
                name="inventory_movement_from",
                condition=Q(from_location__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "to_location", "-recorded_at", "-id"],
                name="inventory_movement_to",
                condition=Q(to_location__isnull=False),
            ),
            models.Index(fields=["tenant_id", "cause_kind", "-recorded_at", "-id"], name="inventory_movement_kind"),
            # What took effect at another time than it was recorded is the exception.
            models.Index(
                fields=["tenant_id", "happened_at"],
                name="inventory_movement_backdated",
                condition=~Q(happened_at=F("recorded_at")),
            ),
            models.Index(
                fields=["tenant_id", "item"],
                name="inventory_movement_opening",
                condition=Q(from_state="opening") | Q(to_state="opening"),
            ),
            models.Index(
                fields=["tenant_id", "lot", "-recorded_at", "-id"],
                name="inventory_movement_of_lot",
                condition=Q(lot__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "demand_id"],
                name="inventory_movement_lot_demand",
                condition=Q(lot__isnull=False, demand_id__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "cause_id"], name="inventory_movement_cause", condition=Q(cause_id__isnull=False)
            ),
        ]


class Reservation(TenantModel):
    """Units of one item at one location held for one demand (an order line, named by kind and id).

    Each unit ends in exactly one of committed, given back or expired.
    """

    demand_kind = models.TextField()
    demand_id = models.UUIDField()
    item = TenantForeignKey(Item, related_name="reservations", db_index=False)
    location = TenantForeignKey(Location, related_name="reservations", db_index=False)
    quantity = models.BigIntegerField()
    open = models.BigIntegerField()
    committed = models.BigIntegerField(default=0)
    given_back = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "demand_id", "item", "location"],
                condition=Q(open__gt=0),
                name="inventory_reservation_once",
            ),
            models.CheckConstraint(
                condition=Q(quantity=F("open") + F("committed") + F("given_back") + F("expired"))
                & Q(open__gte=0, committed__gte=0, given_back__gte=0, expired__gte=0, quantity__gt=0),
                name="inventory_reservation_adds_up",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "item", "location"], name="inventory_reservation_open", condition=Q(open__gt=0)
            ),
            models.Index(
                fields=["tenant_id", "expires_at"],
                name="inventory_reservation_expiry",
                condition=Q(open__gt=0, expires_at__isnull=False),
            ),
        ]
