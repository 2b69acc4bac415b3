"""What the clock does to orders."""

from celery import shared_task

from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from orders.actions.lift import lift_expired_holds

BATCH = 500


@shared_task
def lift_expired_holds_of_all() -> int:
    """Lift every hold whose time is up, merchant by merchant, a batch per transaction."""
    lifted = 0
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        while True:
            with unit_of_work(tenant_id, system("hold timer")):
                count = lift_expired_holds(limit=BATCH)
            lifted += count
            if count < BATCH:
                break
    return lifted
