"""What is wrong with whose stock, and who is told of it."""

from django.db.models import QuerySet

from inventory.models import StockAlert
from inventory.stock.alerting import SETTING, AlertPolicy
from oms.accounts.queries import kept_setting
from oms.core.tenancy import unit


def stock_alerts(*, kind: str = "") -> QuerySet[StockAlert]:
    """To page through by ``("-since", "-id")``. They are about all locations: who sees only some of them, sees none."""
    rows = StockAlert.objects.select_related("item")
    if unit().actor.locations is not None:
        return rows.none()
    return rows.filter(kind=kind) if kind else rows


def alert_policy() -> AlertPolicy:
    """The merchant's own, or the usual one, which mails nobody."""
    return AlertPolicy.from_json(kept_setting(SETTING, {}))
