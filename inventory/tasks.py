"""The clock's work: prove the book, end overdue reservations."""

import structlog
from celery import shared_task

from inventory.actions.audit import audit_stock
from inventory.actions.reserve import expire_reservations
from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work

log = structlog.get_logger()

BATCH = 500


@shared_task
def audit_stock_of_all() -> None:
    """Prove what each merchant's book has gained since its last checkpoint."""
    _audit_all(full=False)


@shared_task
def audit_stock_of_all_in_full() -> None:
    """Prove each merchant's book from its first entry: also that nothing was rewritten that was proved before."""
    _audit_all(full=True)


def _audit_all(*, full: bool) -> None:
    """Say loudly which row is broken; the result itself is kept."""
    for tenant in Tenant.objects.order_by("id"):
        with unit_of_work(tenant.id, system("stock audit")):
            run = audit_stock(full=full)
        for each in run.breaks:
            log.error(
                "stock audit failed",
                tenant=tenant.slug,
                check=each["check"],
                found=each["sentence"],
                first=each["first"],
            )


@shared_task
def expire_reservations_of_all() -> None:
    """End overdue reservations, a batch at a time, so that no shelf stays locked for long."""
    for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
        expired = BATCH
        while expired == BATCH:
            with unit_of_work(tenant_id, system("reservation expiry")):
                expired = expire_reservations(limit=BATCH)
