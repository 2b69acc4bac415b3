"""Work out anew what stock is worth, from the first entry: as a job, a chunk at a time.

Decisions stay, and what each receipt was taken to cost; all else is dropped and made again.
"""

from uuid import UUID

from django.db import connection

from inventory.actions.valuing.follow import CHUNK, Followed, follow_value
from inventory.locks import lock_valuation
from inventory.models import ItemValue, ReceivedNotBilled, ValuationState, ValueDay, ValueLayer
from inventory.valuing.deciding import FIFO
from oms.core.jobs import start_job
from oms.core.models import Job
from oms.core.tenancy import unit

JOB = "inventory.value"
DROPPED = 20_000
_DROP = """
DELETE FROM inventory_valueposting WHERE tenant_id = %s AND id IN (
  SELECT id FROM inventory_valueposting WHERE tenant_id = %s ORDER BY id LIMIT %s)
"""


def start_rebuild() -> Job:
    """Queue it, or return the one that waits. One that is under way gives way to the new one."""
    waiting = Job.objects.filter(kind=JOB, state=Job.QUEUED).order_by("created_at").first()
    return waiting or start_job(kind=JOB, title="Work out anew what stock is worth", params={})


def begin_rebuild(job_id: UUID) -> None:
    """From here on nobody else follows the ledger until it is done."""
    state = lock_valuation()
    state.rebuild_id = job_id
    state.last_movement, state.last_position, state.method, state.damaged_percent = 0, -1, FIFO, 50
    state.save()


def drop_some(job_id: UUID) -> bool:
    """A chunk of what was worked out; returns whether more is left."""
    if lock_valuation().rebuild_id != job_id:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_DROP, [unit().tenant_id, unit().tenant_id, DROPPED])
        if cursor.rowcount:
            return True
    for model in (ValueDay, ItemValue, ReceivedNotBilled):
        model.objects.all().delete()
    ValueLayer.objects.filter(units_left__gt=0).update(units_left=0, value_left=0)
    return False


def follow_anew(job_id: UUID) -> Followed:
    """A chunk of the ledger. What another job has begun anew meanwhile is left to that."""
    step = follow_value(limit=CHUNK, rebuild_id=job_id)
    if not step.more:
        ValuationState.objects.filter(rebuild_id=job_id).update(rebuild_id=None)
    return step
