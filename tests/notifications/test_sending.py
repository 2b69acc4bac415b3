"""Each mail once, whatever the mail server does: busy, away, rude, or gone before it says that it has it."""

from datetime import timedelta
from socketserver import BaseRequestHandler, TCPServer
from threading import Thread
from typing import ClassVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.utils import timezone

from oms.core.models import AuditEntry
from oms.notifications.actions.sending import ATTEMPTS_MAX, LEASE, claim_mail, put_back, settle_mail
from oms.notifications.actions.write import News, resend, tell_customers, write_message
from oms.notifications.adapters.smtp import PostOffice
from oms.notifications.models import CustomerMessage
from oms.notifications.parcels import Box
from oms.notifications.tasks import send_due_mail
from oms.run.ports import LOOPBACK, free_port
from tests.notifications.conftest import Postbox

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def run(tenant, inside):
    """What is due now is sent, also what waits for its next try."""

    def once(*, wait: bool = False) -> None:
        if wait:
            with inside():
                CustomerMessage.objects.filter(state="due").update(due_at=timezone.now())
        send_due_mail(tenant_id=tenant.id)

    return once


def only(inside) -> CustomerMessage:
    with inside():
        return CustomerMessage.objects.get()


def test_a_server_that_fails_and_comes_back_gets_each_mail_once(inside, told, place, postbox, run):
    for _order in range(3):
        place()
    postbox.refusals += ["451 Come back later"] * 2
    run()
    assert len(postbox.mails) == 1
    with inside():
        waiting = CustomerMessage.objects.filter(state="due")
        assert [each.reason for each in waiting] == ["The mail server said 451: Come back later"] * 2
        assert all(each.due_at > timezone.now() for each in waiting)
    run(wait=True)
    run(wait=True)
    assert len({mail["Message-ID"] for mail in postbox.mails}) == len(postbox.mails) == 3


def test_a_batch_goes_over_one_connection(told, place, postbox, run):
    for _order in range(3):
        place()
    run()
    assert (len(postbox.mails), postbox.visits) == (3, 1)


def test_who_hangs_up_with_the_mail_gets_it_again_as_the_same_mail(inside, told, place, postbox, run):
    """Whether it had it we cannot know; a mail program shows one. The rest of the batch goes out all the same."""
    place()
    place()
    postbox.cuts = 1
    run()
    with inside():
        assert sorted(CustomerMessage.objects.values_list("state", flat=True)) == ["due", "sent"]
        assert "could not be reached" in CustomerMessage.objects.get(state="due").reason
    run(wait=True)
    run(wait=True)
    assert (len(postbox.mails), len({mail["Message-ID"] for mail in postbox.mails})) == (3, 2)


def test_a_server_that_is_away_loses_nothing(inside, told, place, settings, run):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, LOOPBACK, free_port()
    place()
    run()
    assert (only(inside).state, only(inside).attempts) == ("due", 1)
    assert "could not be reached" in only(inside).reason


class HangsUp(BaseRequestHandler):
    """Answers the telephone and puts it down again."""

    calls: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.calls.append(self.client_address[0])


def test_a_server_that_only_hangs_up_is_asked_once_per_batch(inside, told, place, settings, run):
    HangsUp.calls.clear()
    with TCPServer((LOOPBACK, 0), HangsUp) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, *server.server_address
        place()
        place()
        run()
        server.shutdown()
    with inside():
        assert list(CustomerMessage.objects.values_list("state", "attempts")) == [("due", 1)] * 2
    assert len(HangsUp.calls) == 1


def test_a_server_that_does_not_let_us_in_refuses_nobody_s_mail(inside, told, place, settings, run):
    """A wrong password is ours to mend; the mails wait for it."""
    box = Postbox()
    controller = Controller(
        box, hostname=LOOPBACK, port=free_port(), auth_require_tls=False, auth_required=True,
        authenticator=lambda *_: AuthResult(success=settings.EMAIL_HOST_PASSWORD == "right", handled=False),
    )  # fmt: skip
    controller.start()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, LOOPBACK, controller.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "shop", "wrong"
    try:
        place()
        run()
        assert (only(inside).state, only(inside).reason[:25]) == ("due", "The mail server said 535:")
        settings.EMAIL_HOST_PASSWORD = "right"
        run(wait=True)
    finally:
        controller.stop()
    assert (only(inside).state, len(box.mails)) == ("sent", 1)


def test_an_address_that_is_refused_for_good_is_not_tried_again(inside, told, place, postbox, run):
    order_id = place()
    postbox.refusals.append("550 <ada@example.com>: no such mailbox")
    run()
    run(wait=True)
    failed = only(inside)
    assert (failed.state, failed.attempts, postbox.mails) == ("failed", 1, [])
    assert failed.reason == "The mail server said 550: <this address>: no such mailbox"
    with inside():
        assert AuditEntry.objects.filter(subject_id=order_id, sentence__contains="550").exists()
        resend(message_id=failed.id)
    run()
    assert [mail["Message-ID"] for mail in postbox.mails] == [f"<{failed.id}@localhost>"]


def test_what_is_refused_again_and_again_is_given_up_with_its_reason(inside, told, place, postbox, run):
    place()
    with inside():
        CustomerMessage.objects.update(attempts=ATTEMPTS_MAX - 1)
    postbox.refusals.append("451 Still busy")
    run()
    assert (only(inside).state, only(inside).reason) == ("failed", "The mail server said 451: Still busy")


def test_a_mail_that_kills_every_worker_is_given_up(inside, told, place, postbox, run):
    place()
    with inside():
        CustomerMessage.objects.update(state="sending", attempts=ATTEMPTS_MAX, due_at=timezone.now())
    run()
    assert (only(inside).state, postbox.mails) == ("failed", [])


def test_an_answer_after_its_lease_is_dropped(inside, told, place, postbox):
    place()
    with inside():
        (first,) = claim_mail()
        CustomerMessage.objects.update(due_at=timezone.now())
    with inside():
        (second,) = claim_mail()
    outcomes = [PostOffice().send(each) for each in (first, second)]
    assert postbox.mails[0]["Message-ID"] == postbox.mails[1]["Message-ID"]
    with inside():
        settle_mail(mail=first, outcome=outcomes[0])
        put_back(mails=[first])
        assert CustomerMessage.objects.get().state == "sending"
        settle_mail(mail=second, outcome=outcomes[1])
        assert CustomerMessage.objects.get().state == "sent"


def test_what_a_slow_batch_does_not_come_to_is_put_back_untried(
    inside, told, place, postbox, run, time_machine, monkeypatch
):
    """A worker never holds a mail longer than its lease, however slow the server is."""
    place()
    place()
    send = PostOffice.send

    def slowly(office, mail):
        outcome = send(office, mail)
        time_machine.move_to(timezone.now() + LEASE)
        return outcome

    monkeypatch.setattr(PostOffice, "send", slowly)
    run()
    with inside():
        left = CustomerMessage.objects.get(state="due")
        assert (left.attempts, len(postbox.mails)) == (0, 1)
    run()
    assert len({mail["Message-ID"] for mail in postbox.mails}) == 2


def test_what_comes_too_late_to_be_of_use_is_left_out(inside, told, place, postbox, run, time_machine):
    order_id = place()
    run()
    with inside():
        write_message(kind="portal_code", order_id=order_id, key="1", details={"code": "123456"})
        box = Box("out_for_delivery", "Own delivery", "", None, 1, 1)
        tell_customers(news=[News("out_for_delivery", order_id, timezone.now(), "1", {"box": box})])
    time_machine.move_to(timezone.now() + timedelta(hours=13))
    run()
    assert len(postbox.mails) == 1
    with inside():
        late = CustomerMessage.objects.filter(state="skipped")
        assert sorted(each.kind for each in late) == ["out_for_delivery", "portal_code"]
        assert "123456" not in " ".join(str(each.letter) for each in late)
