"""What the clock does to orders, and refunds: the gateways are asked in no transaction, between two short ones."""

import structlog
from celery import shared_task

from oms.core.actors import system
from oms.core.events import relay
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from orders.actions.lift import lift_expired_holds
from orders.actions.refund_parts import Answer, Ask, claim_parts, settle_parts
from orders.gateways.port import Declined, Unknown
from orders.gateways.registry import gateway

log = structlog.get_logger()

BATCH = 500
CASHIER = system("refunds")
DUE_REFUNDS = (
    "SELECT DISTINCT tenant_id, 0 FROM orders_refundpart "
    "WHERE state IN ('due', 'sending', 'unknown') AND due_at <= now()"
)


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


@shared_task
def send_due_refunds(*, tenant_id: int, **_) -> None:
    """One batch, so that every tenant gets its turn; the relay calls again while there is more."""
    with relay.hint_taken("refunds", tenant_id):
        with unit_of_work(tenant_id, CASHIER):
            claimed = claim_parts()
        answers = [(ask, ask_gateway(ask)) for ask in claimed]
        if answers:
            with unit_of_work(tenant_id, CASHIER):
                settle_parts(answers=answers)


def ask_gateway(ask: Ask) -> Answer:
    """Whatever goes wrong is an answer: what we cannot explain means that the money may have moved."""
    asked = gateway(ask.gateway)
    if asked is None:
        return Declined(f"There is no payment gateway “{ask.gateway}” here. Refund it there, and book it by hand.")
    try:
        return asked.refund(ask.request, ask.key)
    except (Declined, Unknown) as answer:
        return answer
    except Exception:
        log.exception("a gateway could not be asked", gateway=ask.gateway, part=str(ask.part_id))
        return Unknown("The gateway gave no answer that makes sense. It is asked again by itself.")


relay.register_due_work("refunds", DUE_REFUNDS, lambda tenant_id, _: send_due_refunds.delay(tenant_id=tenant_id))
