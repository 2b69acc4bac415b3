"""Orders wait for more than is on its way."""

from django.db.models import Sum

from fulfillment.models import Backorder
from inventory.actions.alerts import Raised, settle_alerts
from inventory.queries import incoming
from inventory.stock.alerting import OVER_RESERVED


def note_over_reserved() -> int:
    """Items of which accepted orders wait for units that nobody has ordered; returns how many changed."""
    waiting = dict(
        Backorder.objects.filter(waiting__gt=0).values("item_id").annotate(units=Sum("waiting")).values_list(
            "item_id", "units"
        )
    )  # fmt: skip
    coming = incoming(item_ids=waiting) if waiting else []
    for each in coming:
        waiting[each.item_id] -= each.units
    found = {Raised(item_id, OVER_RESERVED): units for item_id, units in waiting.items() if units > 0}
    return settle_alerts(kinds=[OVER_RESERVED], found=found)
