"""Rows of a message log: what came in words, and the order it is about."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels.actions.noting import API_BATCH, API_ORDER, FILE
from channels.models import ChannelMessage
from channels.payloads import CANCELLED, PLACED, REFUNDED, RETURNED
from orders.queries import visible_orders

KINDS: dict[str, str | Promise] = {
    PLACED: _("Order"),
    CANCELLED: _("Cancellation"),
    REFUNDED: _("Refund"),
    RETURNED: _("Return"),
    API_ORDER: _("Order over the API"),
    API_BATCH: _("Batch over the API"),
    FILE: _("File"),
}


def log_rows(messages: Sequence[ChannelMessage]) -> list[dict[str, object]]:
    """One statement for the orders' numbers, if there are any."""
    numbers = order_numbers({each.order_id for each in messages if each.order_id})
    return [{"message": each, "words": words_of(each), "number": numbers.get(each.order_id)} for each in messages]


def words_of(message: ChannelMessage) -> str | Promise:
    """What a message is, as people say it; a type that nobody knows is called what it calls itself."""
    return KINDS.get(message.kind) or message.kind or _("Unreadable")


def order_numbers(order_ids: set[UUID]) -> dict[UUID, int]:
    if not order_ids:
        return {}
    return dict(visible_orders().filter(id__in=order_ids).values_list("id", "number"))
