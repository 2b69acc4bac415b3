"""The relay: a small process that lists which tenants have work due, and enqueues one hint for each.

Its login may read nothing else. It does no work itself: a task in the application's role opens the
tenant's transaction. A hint may be lost or doubled; the rows in PostgreSQL decide.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from kombu.exceptions import OperationalError as BrokerError
from redis import RedisError

from oms.core.actors import system
from oms.core.events import nudge
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work

log = structlog.get_logger()

POLL_SECONDS = 1.0
NUDGE_SECONDS = 0.05
# A hint that has not been taken up for this long is sent again.
HINT_SECONDS = 20


@dataclass(frozen=True)
class DueWork:
    """A table whose rows fall due. ``keys_sql`` selects ``(tenant_id, key)`` of due work, each once."""

    name: str
    keys_sql: str
    enqueue: Callable[[int, int], None]


_sources: dict[str, DueWork] = {}


def register_due_work(name: str, keys_sql: str, enqueue: Callable[[int, int], None]) -> None:
    """Announce a table of due rows; the relay's login needs `ListDueWork` on it."""
    _sources[name] = DueWork(name, keys_sql, enqueue)


def tenants_due(table: str, open_rows: str) -> str:
    """SQL for a table with one queue per tenant: who has a row due among the ``open_rows``.

    One probe per tenant of an index on ``(tenant_id, due_at) WHERE {open_rows}``, however long the queues are.
    """
    return f"""
WITH RECURSIVE found AS (
  (SELECT tenant_id FROM {table} WHERE {open_rows} ORDER BY tenant_id LIMIT 1)
  UNION ALL
  (SELECT n.tenant_id FROM found f, LATERAL (
     SELECT d.tenant_id FROM {table} d WHERE {open_rows} AND d.tenant_id > f.tenant_id ORDER BY d.tenant_id LIMIT 1) n)
)
SELECT tenant_id, 0 FROM found f
WHERE (SELECT true FROM {table} d WHERE {open_rows} AND d.tenant_id = f.tenant_id AND d.due_at <= now() LIMIT 1)
"""


def has_own_login() -> bool:
    return settings.DATABASES["relay"]["USER"] != settings.DATABASES["default"]["USER"]


def sweep() -> int:
    """Look once at every source; returns how many hints were sent."""
    return sum(_send(source, key) for source in _sources.values() for key in _keys(source))


def _keys(source: DueWork) -> list[tuple[int, int]]:
    if has_own_login():
        with connections["relay"].cursor() as cursor:
            cursor.execute(source.keys_sql)
            return cursor.fetchall()
    found = []
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        with unit_of_work(tenant_id, system("relay")), connections["default"].cursor() as cursor:
            cursor.execute(source.keys_sql)
            found += cursor.fetchall()
    return found


def hint_key(source: str, tenant_id: int, key: int) -> str:
    return f"tl:hint:{source}:{tenant_id}:{key}"


def _send(source: DueWork, key: tuple[int, int]) -> int:
    hint = hint_key(source.name, *key)
    if not nudge.valkey().set(hint, 1, nx=True, ex=HINT_SECONDS):
        return 0
    try:
        source.enqueue(*key)
    except BrokerError:
        nudge.valkey().delete(hint)
        raise
    return 1


@contextmanager
def hint_taken(source: str, tenant_id: int, key: int = 0) -> Iterator[None]:
    """Around what a worker does about a hint: the next one is sent when it is through, or has taken too long.

    What falls due in between is in the rows that the relay looks at again.
    """
    try:
        yield
    finally:
        with suppress(RedisError):
            nudge.valkey().delete(hint_key(source, tenant_id, key))


def run(should_stop: Callable[[], bool]) -> None:
    """Sweep for ever, at once after a nudge, else every second; survives a database or broker that goes away."""
    while not should_stop():
        try:
            sent = sweep()
        except (OperationalError, InterfaceError, RedisError, BrokerError) as error:
            log.warning("the relay cannot reach a server", error=repr(error))
            connections.close_all()
            sent = 0
        _wait(should_stop, 0 if sent else POLL_SECONDS)


def _wait(should_stop: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + max(seconds, NUDGE_SECONDS)
    while time.monotonic() < until and not should_stop():
        time.sleep(NUDGE_SECONDS)
        if nudge.take():
            return
