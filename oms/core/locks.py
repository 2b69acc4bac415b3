"""The kernel's row locks: only jobs have any."""

from datetime import datetime
from uuid import UUID

from oms.core.models import Job


def lock_job(job_id: UUID) -> Job | None:
    return Job.objects.select_for_update(no_key=True).filter(id=job_id).first()


def lock_due_job(now: datetime) -> Job | None:
    """The oldest job that is due and that nobody works on."""
    return (
        Job.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(state__in=Job.OPEN, due_at__lte=now)
        .order_by("created_at", "id")
        .first()
    )
