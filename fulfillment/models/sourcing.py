"""Allocation decisions, what waits for stock, and what waits to be released."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from inventory.models import Item
from oms.core.db.tenant import TenantForeignKey, TenantModel
from orders.models import Order, OrderLine


class Decision(TenantModel):
    """Why an order's goods are where they are: every candidate, why it lost, and one plain sentence.

    ``placements`` are ``{line_id, item_id, location_id, quantity}``; ``candidates`` what each location
    could offer then and its verdict. The newest decision of an order is the one in force.
    """

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    trigger = models.TextField()
    strategy = models.TextField()
    sentence = models.TextField()
    placements = models.JSONField()
    candidates = models.JSONField()
    shortages = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order", "-id"], name="fulfillment_decision_newest")]

    @property
    def pinned_location_id(self) -> UUID | None:
        """Where a person has put the order, until a person puts it elsewhere."""
        return next((UUID(row["location_id"]) for row in self.candidates if row["pinned"]), None)


class Backorder(TenantModel):
    """Units of a line that wait for stock; ``waiting`` goes to nought when stock arrives or the line is cancelled."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="backorders")
    line = TenantForeignKey(OrderLine, on_delete=models.CASCADE, related_name="backorders", db_index=False)
    item = TenantForeignKey(Item, related_name="backorders", db_index=False)
    waiting = models.BigIntegerField()
    placed_at = models.DateTimeField()
    since = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "line"], name="fulfillment_backorder_once"),
            models.CheckConstraint(condition=Q(waiting__gte=0), name="fulfillment_backorder_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "item", "placed_at", "id"],
                name="fulfillment_backorder_queue",
                condition=Q(waiting__gt=0),
            ),
            models.Index(
                fields=["tenant_id", "placed_at", "id"],
                name="fulfillment_backorder_oldest",
                condition=Q(waiting__gt=0),
            ),
        ]


class Release(TenantModel):
    """An order whose goods go to the floor at ``due_at``: when the customer's time to change their mind is over.

    The row goes when the order is released, or turns out not to be ready; clearing or allocating it brings it back.
    """

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="+", db_index=False)
    due_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "order"], name="fulfillment_release_once")]
        indexes = [models.Index(fields=["tenant_id", "due_at"], name="fulfillment_release_queue")]
