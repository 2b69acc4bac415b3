"""What the clock does on the floor, and the due work the relay looks for."""

from celery import shared_task

from fulfillment.actions.overpromised import note_over_reserved
from fulfillment.actions.release import release_due_orders
from oms.core.actors import system
from oms.core.events import relay
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work

DUE_RELEASES = relay.tenants_due("fulfillment_release", "true")


@shared_task
def release_due(*, tenant_id: int, **_) -> None:
    """One batch, so that every tenant gets its turn; the relay calls again while there is more."""
    with relay.hint_taken("releases", tenant_id), unit_of_work(tenant_id, system("release timer")):
        release_due_orders()


@shared_task
def note_over_reserved_of_all() -> None:
    """More is promised than is here and on its way: somebody must buy, or tell the customers."""
    for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
        with unit_of_work(tenant_id, system("stock alerts")):
            note_over_reserved()


relay.register_due_work("releases", DUE_RELEASES, lambda tenant_id, _: release_due.delay(tenant_id=tenant_id))
