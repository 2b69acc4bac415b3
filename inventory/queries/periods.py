"""Which days are closed."""

from datetime import datetime

from django.db.models import QuerySet

from inventory.models import StockPeriod

NEWEST = ("-closed_at", "-id")


def periods() -> QuerySet[StockPeriod]:
    """Every closing, also those that were taken back; to page through by `NEWEST`."""
    return StockPeriod.objects.all()


def closing_in_force() -> StockPeriod | None:
    """The latest closing that was not taken back."""
    return periods().filter(reopened_at=None).order_by("-closed_until").first()


def open_from() -> datetime | None:
    """The first moment at which an entry may take effect; None: any."""
    return periods().filter(reopened_at=None).order_by("-closed_until").values_list("open_from", flat=True).first()
