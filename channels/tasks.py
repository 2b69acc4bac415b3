"""Messages are claimed in one transaction and carried out each in its own; old ones are forgotten."""

from datetime import timedelta
from uuid import UUID

import structlog
from celery import shared_task

from channels.actions.carrying_out import carry_out_message, note_mistake
from channels.actions.messages import claim_messages
from channels.models import ChannelMessage
from oms.core.actors import system
from oms.core.events import relay
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work

log = structlog.get_logger()

READER = system("channel messages")
KEPT_FOR = timedelta(days=30)
DUE_MESSAGES = "SELECT DISTINCT tenant_id, 0 FROM channels_channelmessage WHERE state = 'due' AND due_at <= now()"


@shared_task
def read_messages(*, tenant_id: int, **_) -> None:
    """One batch, so that every tenant gets its turn; the relay calls again while there is more."""
    with relay.hint_taken("channel_messages", tenant_id):
        with unit_of_work(tenant_id, READER):
            claimed = claim_messages()
        for message_id in claimed:
            _carry_out(tenant_id, message_id)


def _carry_out(tenant_id: int, message_id: UUID) -> None:
    """What breaks here must not stop what comes behind it."""
    try:
        with unit_of_work(tenant_id, READER):
            carry_out_message(message_id=message_id)
    except Exception:
        log.exception("a channel's message could not be carried out", message=str(message_id))
        with unit_of_work(tenant_id, READER):
            note_mistake(message_id=message_id)


@shared_task
def forget_old_messages() -> None:
    """Delete what came in more than 30 days ago and waits for nothing, tenant by tenant."""
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        with unit_of_work(tenant_id, system("clean-up")) as opened:
            old = ChannelMessage.objects.filter(received_at__lt=opened.now - KEPT_FOR)
            old.exclude(state=ChannelMessage.DUE, import_id=None).delete()


relay.register_due_work("channel_messages", DUE_MESSAGES, lambda tenant_id, _: read_messages.delay(tenant_id=tenant_id))
