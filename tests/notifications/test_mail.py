"""What customers are told, by whom, and each thing once, whatever the mail server does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from oms.accounts.models import SalesChannel
from oms.core.errors import NotAllowed
from oms.core.events.delivery import drain
from oms.core.models import AuditEntry
from oms.notifications.actions.sending import claim_mail, settle_mail
from oms.notifications.actions.write import News, resend, tell_customers, write_message
from oms.notifications.adapters.smtp import send
from oms.notifications.models import CustomerMessage
from oms.notifications.tasks import send_due_mail
from orders.actions.cancel import cancel_order
from orders.actions.place import place_orders
from orders.tasks import send_due_refunds
from tests.orders.trade import draft, line
from tests.returns.goods import inspect, received, shipped

pytestmark = pytest.mark.django_db


def place(inside, tenant, **fields):
    with inside():
        (placed,) = place_orders(drafts=[draft(line("TEA", 2), payment_state="paid", **fields)])
    drain(tenant.id)
    return placed.order_id


def told_kinds(inside) -> list[str]:
    with inside():
        return list(CustomerMessage.objects.order_by("created_at", "id").values_list("kind", flat=True))


def test_an_order_placed_is_told_once_with_its_link(tenant, inside, told, postbox):
    order_id = place(inside, tenant)
    for _again in range(2):
        send_due_mail(tenant_id=tenant.id)
    (mail,) = postbox.mails
    assert (mail["To"], mail["From"]) == ("ada@example.com", "Acme <no-reply@localhost>")
    text, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Thank you for order #" in mail["Subject"]
    for words in ("2 × Loose leaf tea", "€25.00", f"/p/{tenant.slug}/t/"):
        assert words in text
    assert "See your order" in page
    with inside():
        message = CustomerMessage.objects.get()
        assert (message.state, mail["Message-ID"]) == ("sent", f"<{message.id}@localhost>")
        assert AuditEntry.objects.filter(subject_id=order_id, verb="messages.send").exists()


def test_who_tells_is_the_channel_s_own_choice(tenant, inside, catalog):
    place(inside, tenant)
    with inside():
        SalesChannel.objects.update(told_by="channel")
    place(inside, tenant)
    assert told_kinds(inside) == []
    with inside():
        assert SalesChannel.objects.get().told_by == "channel"


def test_old_news_is_nobody_s_mail(tenant, inside, told):
    with inside():
        (placed,) = place_orders(drafts=[draft(line("TEA"))])
        now = timezone.now()
        news = [News("delivered", placed.order_id, now - timedelta(hours=49), details={"at": now})]
        assert tell_customers(news=news) == 0


def test_without_an_address_the_message_says_why_it_stayed(tenant, inside, told):
    place(inside, tenant, email="")
    with inside():
        message = CustomerMessage.objects.get()
        assert (message.state, message.reason) == ("skipped", "the order has no e-mail address")
        with pytest.raises(NotAllowed, match="no e-mail address"):
            resend(message_id=message.id)


def test_a_marketplace_s_own_address_is_not_asked_how_it_was(tenant, inside, told):
    order_id = place(inside, tenant, email="x1y2@marketplace.amazon.de")
    with inside():
        tell_customers(news=[News("satisfaction", order_id, timezone.now())])
        assert dict(CustomerMessage.objects.values_list("kind", "state")) == {
            "placed": "due",
            "satisfaction": "skipped",
        }


def test_a_server_that_fails_and_comes_back_gets_each_mail_once(tenant, inside, told, postbox):
    for _order in range(3):
        place(inside, tenant)
    postbox.refusals += ["451 Come back later"] * 2
    send_due_mail(tenant_id=tenant.id)
    assert len(postbox.mails) == 1
    with inside():
        waiting = CustomerMessage.objects.filter(state="due")
        assert [each.reason for each in waiting] == ["The mail server said 451: Come back later"] * 2
        assert all(each.due_at > timezone.now() for each in waiting)
        waiting.update(due_at=timezone.now())
    send_due_mail(tenant_id=tenant.id)
    send_due_mail(tenant_id=tenant.id)
    assert len({mail["Message-ID"] for mail in postbox.mails}) == len(postbox.mails) == 3


def test_a_server_that_is_away_loses_nothing(tenant, inside, told, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9
    place(inside, tenant)
    send_due_mail(tenant_id=tenant.id)
    with inside():
        message = CustomerMessage.objects.get()
        assert (message.state, message.attempts) == ("due", 1)
        assert "could not be reached" in message.reason


def test_an_address_that_is_refused_for_good_is_not_tried_again(tenant, inside, told, postbox):
    order_id = place(inside, tenant)
    postbox.refusals.append("550 No such mailbox")
    send_due_mail(tenant_id=tenant.id)
    send_due_mail(tenant_id=tenant.id)
    with inside():
        message = CustomerMessage.objects.get()
        assert (message.state, message.attempts, postbox.mails) == ("failed", 1, [])
        assert AuditEntry.objects.filter(subject_id=order_id, sentence__contains="550").exists()
        resend(message_id=message.id)
    send_due_mail(tenant_id=tenant.id)
    assert len(postbox.mails) == 1


def test_an_answer_after_its_lease_is_dropped(tenant, inside, told, postbox):
    place(inside, tenant)
    with inside():
        (first,) = claim_mail()
        CustomerMessage.objects.update(due_at=timezone.now())
    with inside():
        (second,) = claim_mail()
    outcomes = [send(first), send(second)]
    assert postbox.mails[0]["Message-ID"] == postbox.mails[1]["Message-ID"]
    with inside():
        settle_mail(mail=first, outcome=outcomes[0])
        assert CustomerMessage.objects.get().state == "sending"
        settle_mail(mail=second, outcome=outcomes[1])
        assert CustomerMessage.objects.get().state == "sent"


def test_the_life_of_an_order_in_mails(tenant, told, inside, postbox):
    with inside():
        order = shipped(TEA=2)
        found = received(order, 1)
    drain(tenant.id)
    with inside():
        inspect(found, 1)
    send_due_refunds(tenant_id=tenant.id)
    drain(tenant.id)
    assert sorted(told_kinds(inside)) == ["placed", "refunded", "return_approved", "return_received"]
    send_due_mail(tenant_id=tenant.id)
    assert [each["Subject"] for each in postbox.mails if "€9.80 refunded for order" in each["Subject"]]


def test_a_canceled_order_is_told(tenant, inside, told):
    order_id = place(inside, tenant)
    with inside():
        cancel_order(order_id=order_id, reason="Out of stock")
    drain(tenant.id)
    assert told_kinds(inside) == ["placed", "canceled"]


def test_what_a_customer_asked_for_goes_out_whoever_tells(tenant, inside, catalog, postbox):
    order_id = place(inside, tenant)
    with inside():
        write_message(kind="portal_code", order_id=order_id, key="code-1", details={"code": "123456"})
    send_due_mail(tenant_id=tenant.id)
    assert postbox.mails[0]["Subject"] == "123456 is your code"
