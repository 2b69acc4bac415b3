"""Labels are asked for in no transaction, between two short ones; messages are read in one."""

from datetime import timedelta

import structlog
from celery import shared_task

from oms.core.actors import system
from oms.core.events import relay
from oms.core.files import keep, tenant_path
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from shipping.actions.buying import Answer, Ask, Kept, claim_purchases, settle_purchase
from shipping.actions.listen import read_next_message
from shipping.adapters.port import CarrierRefused, CarrierUnknown, Unsupported
from shipping.adapters.registry import carrier
from shipping.models import TrackingMessage

log = structlog.get_logger()

BUYER = system("labels")
LISTENER = system("tracking")
MESSAGES_AT_ONCE = 50
KEPT_FOR = timedelta(days=30)
DUE_PURCHASES = (
    "SELECT DISTINCT tenant_id, 0 FROM shipping_labelpurchase "
    "WHERE state IN ('due', 'buying', 'unknown', 'voiding') AND due_at <= now()"
)
DUE_TRACKING = "SELECT DISTINCT tenant_id, 0 FROM shipping_trackingmessage WHERE state = 'due' AND due_at <= now()"


@shared_task
def buy_due_labels(*, tenant_id: int, **_) -> None:
    """One batch, so that every tenant gets its turn; the relay calls again while there is more."""
    with relay.hint_taken("labels", tenant_id):
        with unit_of_work(tenant_id, BUYER):
            claimed = claim_purchases()
        for ask in claimed:
            answer = ask_carrier(tenant_id, ask)
            with unit_of_work(tenant_id, BUYER):
                settle_purchase(ask=ask, answer=answer)


@shared_task
def read_tracking(*, tenant_id: int, **_) -> None:
    """Some messages, oldest first; the relay calls again while there is more."""
    with relay.hint_taken("tracking", tenant_id):
        for _turn in range(MESSAGES_AT_ONCE):
            with unit_of_work(tenant_id, LISTENER):
                if not read_next_message():
                    return


@shared_task
def forget_old_messages() -> None:
    """Delete what carriers posted more than 30 days ago and is read, tenant by tenant; what it said is kept."""
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        with unit_of_work(tenant_id, system("clean-up")) as opened:
            old = TrackingMessage.objects.filter(received_at__lt=opened.now - KEPT_FOR)
            old.exclude(state=TrackingMessage.DUE).delete()


def ask_carrier(tenant_id: int, ask: Ask) -> Answer:
    """Whatever goes wrong is an answer: what we cannot explain means that a label may exist."""
    try:
        asked = carrier(ask.carrier, ask.terms)
        if ask.voids:
            return asked.void(ask.voids, ask.key)
        label = asked.buy(ask.request, ask.key)
        pdf = keep(tenant_path(tenant_id, f"labels/{ask.key}.pdf"), label.pdf)
        return Kept(label, pdf, keep(tenant_path(tenant_id, f"labels/{ask.key}.zpl"), label.zpl.encode()))
    except (CarrierRefused, CarrierUnknown) as answer:
        return answer
    except Unsupported as answer:
        return CarrierRefused(answer.code, answer.sentence)
    except Exception:
        log.exception("a carrier could not be asked", carrier=ask.carrier, purchase=str(ask.purchase_id))
        return CarrierUnknown("no_answer", "The carrier gave no answer that makes sense. It is asked again by itself.")


relay.register_due_work("labels", DUE_PURCHASES, lambda tenant_id, _: buy_due_labels.delay(tenant_id=tenant_id))
relay.register_due_work("tracking", DUE_TRACKING, lambda tenant_id, _: read_tracking.delay(tenant_id=tenant_id))
