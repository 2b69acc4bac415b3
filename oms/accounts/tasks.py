"""The mail of invitations: claimed under a lease, sent without a transaction."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from oms.accounts.locks import claim_due_mail
from oms.accounts.models import Invitation
from oms.core.actors import system
from oms.core.events import relay
from oms.core.tenancy import unit_of_work

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 6
DUE_MAIL = "SELECT DISTINCT tenant_id, 0 FROM accounts_invitation WHERE mail_due_at <= now()"


@shared_task
def send_invitations(*, tenant_id: int, **_) -> None:
    with relay.hint_taken("invitations", tenant_id):
        while (invitation := _claim(tenant_id)) is not None:
            _send(invitation)


def _claim(tenant_id: int) -> Invitation | None:
    """Take one; a worker that dies while sending leaves it due again when the lease runs out."""
    with unit_of_work(tenant_id, system("mail")) as opened:
        invitation = claim_due_mail(opened.now)
        if invitation is None:
            return None
        invitation.mail_attempts += 1
        last = invitation.mail_attempts >= MAX_ATTEMPTS or invitation.expires_at <= opened.now
        invitation.mail_due_at = None if last else opened.now + LEASE * invitation.mail_attempts
        invitation.save(update_fields=["mail_attempts", "mail_due_at"])
        return invitation


def _send(invitation: Invitation) -> None:
    link = f"{settings.BASE_URL}/invitations/{invitation.token}/"
    context = {"invitation": invitation, "merchant": invitation.tenant, "link": link}
    try:
        send_mail(
            f"Join {invitation.tenant.name} on Throughline".replace("\n", " "),
            render_to_string("accounts/mail/invitation.txt", context),
            None,
            [invitation.email],
        )
    except OSError as error:
        log.warning("invitation could not be mailed", invitation=invitation.id, error=repr(error))
        return
    Invitation.objects.filter(id=invitation.id).update(mail_due_at=None)


relay.register_due_work("invitations", DUE_MAIL, lambda tenant_id, _: send_invitations.delay(tenant_id=tenant_id))
