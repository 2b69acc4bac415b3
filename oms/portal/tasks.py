"""Letters that were asked for, written when nobody waits for them."""

from celery import shared_task

from oms.core.actors import system
from oms.core.events import relay
from oms.core.tenancy import unit_of_work
from oms.portal.wishing import answer_wishes

DUE_WISHES = relay.tenants_due("portal_orderswish", "true")


@shared_task
def answer_due_wishes(*, tenant_id: int, **_) -> None:
    """One batch, so that every tenant gets its turn; the relay calls again while there is more."""
    with relay.hint_taken("order_wishes", tenant_id), unit_of_work(tenant_id, system("portal")):
        answer_wishes()


relay.register_due_work("order_wishes", DUE_WISHES, lambda tenant_id, _: answer_due_wishes.delay(tenant_id=tenant_id))
