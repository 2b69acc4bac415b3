"""Send what is due: claimed in one transaction, sent in none, settled in another."""

from datetime import timedelta

from celery import shared_task

from oms.core.actors import system
from oms.core.events import relay
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from oms.webhooks.actions.levels import tell_levels
from oms.webhooks.actions.sending import Outgoing, claim_messages, note_outcome
from oms.webhooks.adapters.http import post
from oms.webhooks.models import Attempt, Message

SENDER = system("webhooks")
KEPT_FOR = timedelta(days=30)
DUE_LEVELS = relay.tenants_due("webhooks_stockleveldue", "true")
DUE_MESSAGES = relay.tenants_due("webhooks_message", "state = 'due'")


@shared_task
def send_messages(*, tenant_id: int, **_) -> None:
    """One batch, so that every tenant gets its turn; the relay calls again while there is more."""
    with relay.hint_taken("webhooks", tenant_id):
        with unit_of_work(tenant_id, SENDER):
            claimed = claim_messages()
        for outgoing in claimed:
            _send(tenant_id, outgoing)


def _send(tenant_id: int, outgoing: Outgoing) -> None:
    outcome = post(outgoing.url, outgoing.body, outgoing.headers)
    with unit_of_work(tenant_id, SENDER):
        note_outcome(outgoing=outgoing, outcome=outcome)


@shared_task
def forget_old_messages() -> None:
    """Delete what was settled more than a month ago, tenant by tenant."""
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        with unit_of_work(tenant_id, system("clean-up")) as opened:
            old = Message.objects.exclude(state=Message.DUE).filter(created_at__lt=opened.now - KEPT_FOR)
            Attempt.objects.filter(message__in=old).delete()
            old.delete()


@shared_task
def tell_stock_levels(*, tenant_id: int, **_) -> None:
    """One batch; the relay calls again while there is more."""
    with relay.hint_taken("stock_levels", tenant_id), unit_of_work(tenant_id, SENDER):
        tell_levels()


relay.register_due_work("webhooks", DUE_MESSAGES, lambda tenant_id, _: send_messages.delay(tenant_id=tenant_id))
relay.register_due_work("stock_levels", DUE_LEVELS, lambda tenant_id, _: tell_stock_levels.delay(tenant_id=tenant_id))
