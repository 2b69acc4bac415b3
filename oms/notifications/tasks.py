"""Send what is due: claimed in one transaction, sent in none, each settled in another."""

from celery import shared_task
from django.utils import timezone

from oms.core.actors import system
from oms.core.events import relay
from oms.core.tenancy import unit_of_work
from oms.notifications.actions.sending import claim_mail, put_back, settle_mail
from oms.notifications.adapters.smtp import post_office

SENDER = system("mail")
DUE_MAIL = relay.tenants_due("notifications_customermessage", "state IN ('due', 'sending')")


@shared_task
def send_due_mail(*, tenant_id: int, **_) -> None:
    """One batch, so that every tenant gets its turn; the relay calls again while there is more."""
    with relay.hint_taken("mail", tenant_id):
        with unit_of_work(tenant_id, SENDER):
            waiting = claim_mail()
        with post_office() as office:
            while waiting and timezone.now() < waiting[0].start_by:
                mail = waiting.pop(0)
                outcome = office.send(mail)
                with unit_of_work(tenant_id, SENDER):
                    settle_mail(mail=mail, outcome=outcome)
        if waiting:
            with unit_of_work(tenant_id, SENDER):
                put_back(mails=waiting)


relay.register_due_work("mail", DUE_MAIL, lambda tenant_id, _: send_due_mail.delay(tenant_id=tenant_id))
