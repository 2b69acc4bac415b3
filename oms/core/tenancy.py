"""The unit of work: one tenant, one actor, one transaction.

A door opens it with `unit_of_work`; actions only read it with `unit()`. The tenant is set with
``SET LOCAL`` in the same message as ``BEGIN``, so it can never outlive its transaction, whatever
pool sits between us and PostgreSQL, and costs no round trip. Outside a unit, row-level security
shows no rows and `TenantModel.objects` raises.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.pq import ExecStatus, TransactionStatus
from structlog.contextvars import bound_contextvars

from oms.core.actors import Actor


class OutsideUnitOfWork(RuntimeError):
    """Tenant rows were touched without a tenant: a bug in a door, never a user's mistake."""


@dataclass(frozen=True)
class UnitOfWork:
    """``cause`` names what led here (``fact:<id>``, ``job:<id>``), ``now`` is the same all through the unit."""

    tenant_id: int
    actor: Actor
    now: datetime = field(default_factory=timezone.now)
    cause: str = ""


_current: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)


def unit() -> UnitOfWork:
    """The open unit of work. Raises `OutsideUnitOfWork` when there is none."""
    current = _current.get()
    if current is None:
        raise OutsideUnitOfWork("Open a unit_of_work(tenant_id, actor) before touching a tenant's rows.")
    return current


def current_tenant_id() -> int:
    return unit().tenant_id


def in_unit() -> bool:
    return _current.get() is not None


@contextmanager
def unit_of_work(tenant_id: int, actor: Actor, *, cause: str = "", now: datetime | None = None) -> Iterator[UnitOfWork]:
    """Open one transaction for one tenant; commit at the end, roll back on any exception.

    A unit inside another becomes a savepoint, and leaving it gives the outer one its tenant back.
    """
    outer, inside = _current.get(), connection.in_atomic_block
    opened = UnitOfWork(int(tenant_id), actor, now or timezone.now(), cause)
    with bound_contextvars(tenant=opened.tenant_id), transaction.atomic():
        _enter(opened.tenant_id)
        token = _current.set(opened)
        try:
            yield opened
        finally:
            _current.reset(token)
        # A savepoint that is released keeps its SET LOCAL: put what was before back by hand. After an error
        # the rollback to the savepoint does it, and a statement would only hide that error.
        if inside and not connection.needs_rollback:
            _set("" if outer is None else str(outer.tenant_id))


def _enter(tenant_id: int) -> None:
    raw = connection.connection
    if raw is not None and not connection.savepoint_ids and raw.pgconn.transaction_status == TransactionStatus.IDLE:
        result = raw.pgconn.exec_(b"BEGIN; SET LOCAL app.tenant_id = '%d'" % tenant_id)
        if result.status != ExecStatus.COMMAND_OK:
            raise OperationalError(result.error_message.decode(errors="replace"))
        return
    _set(str(tenant_id))


def _set(tenant_id: str) -> None:
    with connection.cursor() as cursor:
        # SET takes no parameters, and it has to be SET: set_config() is not passed on by poolers and Citus.
        cursor.execute(f"SET LOCAL app.tenant_id = '{int(tenant_id) if tenant_id else ''}'")
