"""Proofs of the book that were made."""

from django.db.models import QuerySet

from inventory.models import AuditRun
from oms.core.tenancy import unit

NEWEST = ("-started_at", "-id")


def audit_runs() -> QuerySet[AuditRun]:
    """To page through by `NEWEST`."""
    return AuditRun.objects.all()


def broken_now() -> AuditRun | None:
    """The last proof, if it found something."""
    last = audit_runs().order_by(*NEWEST).first()
    return last if last is not None and last.broken else None


def breaks_of(run: AuditRun) -> list[dict]:
    """What did not add up, at the locations that the actor may see."""
    limited_to = unit().actor.locations
    if limited_to is None:
        return run.breaks
    return [each for each in run.breaks if each["location_id"] in set(map(str, limited_to))]
