"""Carts that hold stock."""

from django.db.models import Q, QuerySet

from inventory.models import Cart
from oms.core.tenancy import unit


def visible_carts() -> QuerySet[Cart]:
    """Of one's own channels, and those of none."""
    rows, limited_to = Cart.objects.select_related("channel"), unit().actor.channels
    return rows if limited_to is None else rows.filter(Q(channel=None) | Q(channel__in=limited_to))
