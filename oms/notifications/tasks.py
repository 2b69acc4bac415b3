"""Send what is due: claimed in one transaction, sent in none, each settled in another."""

from celery import shared_task

from oms.core.actors import system
from oms.core.events import relay
from oms.core.tenancy import unit_of_work
from oms.notifications.actions.sending import claim_mail, settle_mail
from oms.notifications.adapters.smtp import send

SENDER = system("mail")
DUE_MAIL = (
    "SELECT DISTINCT tenant_id, 0 FROM notifications_customermessage "
    "WHERE state IN ('due', 'sending') AND due_at <= now()"
)


@shared_task
def send_due_mail(*, tenant_id: int, **_) -> None:
    """One batch, so that every tenant gets its turn; the relay calls again while there is more."""
    with relay.hint_taken("mail", tenant_id):
        with unit_of_work(tenant_id, SENDER):
            claimed = claim_mail()
        for mail in claimed:
            outcome = send(mail)
            with unit_of_work(tenant_id, SENDER):
                settle_mail(mail=mail, outcome=outcome)


relay.register_due_work("mail", DUE_MAIL, lambda tenant_id, _: send_due_mail.delay(tenant_id=tenant_id))
