"""What is out of stock, or low."""

from django.db.models import QuerySet

from inventory.models import StockAlert
from oms.core.tenancy import unit


def stock_alerts(*, kind: str = "") -> QuerySet[StockAlert]:
    """To page through by ``("-since", "-id")``. They are about all locations: who sees only some of them, sees none."""
    rows = StockAlert.objects.select_related("item")
    if unit().actor.locations is not None:
        return rows.none()
    return rows.filter(kind=kind) if kind else rows
