"""How sales channels are connected, whether it works, and what came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection as database
from django.db.models import QuerySet
from django.urls import reverse

from channels.models import ChannelMessage, Connection
from oms.core.errors import NotFound
from oms.core.models import Tenant
from oms.core.tenancy import unit

DAY = timedelta(hours=24)
COUNTED = 1_000
# Whoever calls the API has its refusals as the answer; these wait for a person here.
NOT_TOLD = ("file", "hook")

HEALTH = """
SELECT c.id, newest.received_at, day.messages, failed.messages, waiting.messages, placed.orders
FROM channels_connection c
LEFT JOIN LATERAL (
    SELECT received_at FROM channels_channelmessage m WHERE m.tenant_id = c.tenant_id AND m.connection_id = c.id
    ORDER BY received_at DESC, id DESC LIMIT 1) newest ON true
CROSS JOIN LATERAL (SELECT count(*) AS messages FROM (
    SELECT 1 FROM channels_channelmessage m WHERE m.tenant_id = c.tenant_id AND m.connection_id = c.id
    AND m.received_at >= %(since)s LIMIT %(most)s) x) day
CROSS JOIN LATERAL (SELECT count(*) AS messages FROM (
    SELECT 1 FROM channels_channelmessage m WHERE m.tenant_id = c.tenant_id AND m.connection_id = c.id
    AND m.state = 'failed' LIMIT %(most)s) x) failed
CROSS JOIN LATERAL (SELECT count(*) AS messages FROM (
    SELECT 1 FROM channels_channelmessage m WHERE m.tenant_id = c.tenant_id AND m.connection_id = c.id
    AND m.state = 'due' LIMIT %(most)s) x) waiting
CROSS JOIN LATERAL (SELECT count(*) AS orders FROM (
    SELECT 1 FROM orders_order o WHERE o.tenant_id = c.tenant_id AND o.channel_id = c.channel_id
    AND o.placed_at >= %(since)s LIMIT %(most)s) x) placed
WHERE c.tenant_id = %(tenant_id)s AND c.id = ANY(%(ids)s)
"""


@dataclass(frozen=True)
class Health:
    """Counts stop a little above `COUNTED`. ``orders`` are the channel's of 24 hours, by whatever way they came.

    ``last_in`` is None when nothing came in the time that messages are kept.
    """

    last_in: datetime | None
    messages: int
    failed: int
    waiting: int
    orders: int


def visible_connections() -> QuerySet[Connection]:
    """Those of the channels this actor may see. Page them by ``("created_at", "id")``."""
    channels = unit().actor.channels
    rows = Connection.objects.select_related("channel")
    return rows if channels is None else rows.filter(channel_id__in=channels)


def connection_by_id(connection_id: UUID) -> Connection:
    """Raises `NotFound`."""
    found = visible_connections().filter(id=connection_id).first()
    if found is None:
        raise NotFound("There is no such connection.")
    return found


def health_of(connections: Sequence[Connection]) -> dict[UUID, Health]:
    """One statement."""
    opened = unit()
    with database.cursor() as cursor:
        cursor.execute(
            HEALTH,
            {
                "tenant_id": opened.tenant_id, "ids": [each.id for each in connections], "most": COUNTED + 1,
                "since": opened.now - DAY,
            },
        )  # fmt: skip
        return {connection_id: Health(*rest) for connection_id, *rest in cursor.fetchall()}


def visible_messages(*, connection_id: UUID | None = None, state: str = "") -> QuerySet[ChannelMessage]:
    """What came in, without its content. Page them by ``("-received_at", "-id")``."""
    channels = unit().actor.channels
    rows = ChannelMessage.objects.select_related("connection__channel").defer("body")
    if channels is not None:
        rows = rows.filter(connection__channel_id__in=channels)
    if connection_id is not None:
        rows = rows.filter(connection_id=connection_id)
    return rows.filter(state=state) if state else rows


def message_by_id(message_id: UUID) -> ChannelMessage:
    """With its content. Raises `NotFound`."""
    found = visible_messages().filter(id=message_id).defer(None).first()
    if found is None:
        raise NotFound("There is no such message.")
    return found


def failing_messages() -> QuerySet[ChannelMessage]:
    """Failures that nobody was told of when they happened."""
    return visible_messages(state=ChannelMessage.FAILED).filter(connection__kind__in=NOT_TOLD)


def refused_connections() -> QuerySet[Connection]:
    return visible_connections().filter(state=Connection.REFUSED)


def hook_urls(connections: Sequence[Connection]) -> dict[UUID, str]:
    """Where a channel posts its messages, for those that are hooks; one statement at most."""
    hooks = [each.id for each in connections if each.kind == Connection.HOOK]
    if not hooks:
        return {}
    tenant = Tenant.objects.get(id=unit().tenant_id).public_id
    base = settings.BASE_URL.rstrip("/")
    return {each: base + reverse("channel_hook", kwargs={"tenant": tenant, "connection_id": each}) for each in hooks}
