"""What customers are told, by whom, and each thing once, whatever the mail server does."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from fulfillment.actions.stopping import answer_cancel
from oms.accounts.models import SalesChannel
from oms.core.db.keys import uuid7
from oms.core.errors import NotAllowed
from oms.core.events import Envelope
from oms.core.events.delivery import drain
from oms.core.models import AuditEntry, Tenant
from oms.desk.canceling import cancel_or_ask
from oms.notifications import handlers
from oms.notifications.actions.write import News, resend, tell_customers, teller_of, write_message
from oms.notifications.models import CustomerMessage
from oms.notifications.parcels import Box
from oms.notifications.tasks import send_due_mail
from orders.actions.cancel import cancel_order
from orders.actions.hold import hold_order
from orders.actions.place import place_orders
from orders.actions.refund import refund_order
from orders.events import OrderPlaced
from orders.models import Order
from orders.refunding import RefundDraft
from orders.tasks import send_due_refunds
from returns.actions.book import BookedReturn, book_returns
from tests.orders.trade import draft, line
from tests.returns.goods import inspect, line_of, received, shipped

pytestmark = pytest.mark.django_db


def told_kinds(inside) -> list[str]:
    with inside():
        return list(CustomerMessage.objects.order_by("created_at", "id").values_list("kind", flat=True))


def test_an_order_placed_is_told_once_with_its_link(tenant, inside, told, place, postbox):
    order_id = place()
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


def test_who_tells_is_the_channel_s_own_choice(tenant, inside, catalog, place):
    place()
    with inside():
        SalesChannel.objects.update(told_by="channel")
    place()
    assert told_kinds(inside) == []
    with inside():
        assert SalesChannel.objects.get().told_by == "channel"


@pytest.mark.parametrize("tell", [True, False])
def test_what_is_done_quietly_is_nobody_s_mail(tenant, inside, told, place, tell):
    order_id, back = place(), place()
    with inside():
        cancel_order(order_id=order_id, reason="Duplicate", tell_customer=tell)
        refund_order(draft=RefundDraft(back, goodwill=Decimal("1.00"), tell_customer=tell))
    send_due_refunds(tenant_id=tenant.id)
    drain(tenant.id)
    assert sorted(told_kinds(inside)[2:]) == (["canceled", "refunded"] if tell else [])
    with inside():
        said = AuditEntry.objects.filter(sentence__contains="without telling the customer").order_by("id")
        assert [each.sentence for each in said] == ([] if tell else [
            "Order canceled, without telling the customer: Duplicate",
            "Refund of 1.00 EUR asked for, without telling the customer",
        ])  # fmt: skip


@pytest.mark.parametrize("tell", [True, False])
def test_the_floor_s_answer_is_as_quiet_as_the_question(tenant, inside, told, place, tell):
    order_id = place()
    with inside():
        (work_id,) = release_orders(order_ids=[order_id])[order_id]
        start_picking(fulfillment_order_id=work_id)
        assert cancel_or_ask(order_id=order_id, reason="Changed", refund=True, tell_customer=tell) is None
        answer_cancel(fulfillment_order_id=work_id, accept=True)
    drain(tenant.id)
    send_due_refunds(tenant_id=tenant.id)
    drain(tenant.id)
    assert told_kinds(inside)[1:] == (["canceled", "refunded"] if tell else [])
    with inside():
        assert Order.objects.get(id=order_id).attributes == {}


@pytest.mark.parametrize(
    ("told_by", "fields", "teller"),
    [
        ("us", {}, "us"), ("us", {"email": ""}, "no_address"), ("channel", {}, "channel"), ("nobody", {}, "nobody"),
        ("us", {"placed_at": timezone.now() - timedelta(days=9)}, "history"),
    ],
)  # fmt: skip
def test_who_would_tell_is_known_before(inside, told, place, told_by, fields, teller):
    order_id = place(**fields)
    with inside():
        SalesChannel.objects.update(told_by=told_by)
        assert teller_of(Order.objects.get(id=order_id), "refunded") == teller


def handed(order_id, number: int = 1) -> list[Envelope]:
    """The facts that so many orders were placed, as the handlers get them."""
    fact = OrderPlaced(order_id, 1001, order_id, "")
    return [Envelope(uuid7(), 1, 1, timezone.now(), {}, "", fact) for _ in range(number)]


def test_where_nobody_is_told_a_batch_costs_one_statement_and_no_row(inside, catalog, place):
    order_id = place()
    with inside(), CaptureQueriesContext(connection) as captured:
        handlers.orders(handed(order_id, 100))
        assert len(captured) == 1
        assert not CustomerMessage.objects.exists()


def test_where_we_tell_a_batch_costs_as_much_as_one(inside, told, place):
    ids = [place() for _ in range(3)]
    with inside():
        CustomerMessage.objects.all().delete()
        costs = []
        for some in (ids[:1], ids[1:]):
            with CaptureQueriesContext(connection) as captured:
                handlers.orders([each for order_id in some for each in handed(order_id)])
            costs.append(len(captured))
        assert costs[0] == costs[1] <= 7
        assert CustomerMessage.objects.count() == 3


def test_a_fact_told_twice_is_one_mail(inside, told, place):
    order_id = place()
    with inside():
        handlers.orders(handed(order_id, 2))
    assert told_kinds(inside) == ["placed"]


def test_news_that_we_come_to_too_late_says_why_it_stayed(inside, told, place):
    order_id = place()
    with inside():
        news = [News("return_received", order_id, timezone.now() - timedelta(hours=49), "1")]
        assert tell_customers(news=news) == 0
        late = CustomerMessage.objects.get(kind="return_received")
        assert (late.state, late.reason) == ("skipped", "it was more than two days old when we came to tell it")
        assert resend(message_id=late.id).state == "due"


def test_what_was_past_when_it_was_written_is_nobody_s_mail(tenant, inside, told):
    """A year of sample trade, lived through with a clock of its own."""
    with inside(now=timezone.now() - timedelta(days=90)):
        place_orders(drafts=[draft(line("TEA"))])
    drain(tenant.id)
    assert told_kinds(inside) == []


def test_an_old_order_that_is_entered_now_brings_its_past_with_it_and_is_told_what_comes(tenant, inside, told, place):
    old = place(placed_at=timezone.now() - timedelta(days=30))
    with inside(cause="job:import"):
        cancel_order(order_id=old, reason="As the file says")
    drain(tenant.id)
    assert told_kinds(inside) == []
    with inside():
        assert tell_customers(news=[News("satisfaction", old, timezone.now())]) == 1


def test_held_for_verification_is_told_and_other_holds_are_ours_to_mend(tenant, inside, told, place):
    first, second = place(), place()
    with inside():
        hold_order(order_id=first, kind="verification", reason="First order, far away")
        hold_order(order_id=second, kind="address", reason="No such street")
    drain(tenant.id)
    with inside():
        assert CustomerMessage.objects.get(kind="verification").order_id == first


def test_the_sums_of_a_letter_add_up_to_its_total(inside, told, place, postbox, tenant):
    place(shipping=Decimal("4.90"), discount=Decimal("2.00"), tax_included=True)
    send_due_mail(tenant_id=tenant.id)
    text = postbox.mails[0].get_body(("plain",)).get_content()
    assert [each for each in text.splitlines() if ": " in each and "€" in each] == [
        "2 × Loose leaf tea: €25.00", "Shipping: €4.90", "Discount: −€2.00", "Total: €27.90",
    ]  # fmt: skip


def test_without_an_address_the_message_says_why_it_stayed(tenant, inside, told, place):
    place(email="")
    with inside():
        message = CustomerMessage.objects.get()
        assert (message.state, message.reason) == ("skipped", "the order has no e-mail address")
        with pytest.raises(NotAllowed, match="no e-mail address"):
            resend(message_id=message.id)


def test_a_marketplace_s_own_address_is_not_asked_how_it_was(tenant, inside, told, place):
    order_id = place(email="x1y2@marketplace.amazon.de")
    with inside():
        tell_customers(news=[News("satisfaction", order_id, timezone.now())])
        assert dict(CustomerMessage.objects.values_list("kind", "state")) == {
            "placed": "due",
            "satisfaction": "skipped",
        }


def test_the_life_of_an_order_in_mails(tenant, told, inside, postbox):
    with inside():
        order = shipped(TEA=2)
        Order.objects.update(placed_at=timezone.now())
        found = received(order, 1)
    drain(tenant.id)
    with inside():
        inspect(found, 1)
    send_due_refunds(tenant_id=tenant.id)
    drain(tenant.id)
    assert sorted(told_kinds(inside)) == ["placed", "refunded", "return_approved", "return_received"]
    send_due_mail(tenant_id=tenant.id)
    assert [each["Subject"] for each in postbox.mails if "€9.80 refunded for order" in each["Subject"]]


def test_what_a_channel_booked_itself_is_its_own_to_tell(tenant, told, inside):
    with inside():
        order = shipped(TEA=2)
        Order.objects.update(placed_at=timezone.now())
        (booked,) = book_returns(drafts=[BookedReturn(order.id, {line_of(order).id: 1})])
    send_due_refunds(tenant_id=tenant.id)
    drain(tenant.id)
    assert booked.refund_id
    assert told_kinds(inside) == ["placed"]


def test_a_canceled_order_is_told(tenant, inside, told, place, postbox):
    order_id = place(payment_state="unpaid")
    with inside():
        cancel_order(order_id=order_id, reason="Smells of fraud")
    drain(tenant.id)
    assert told_kinds(inside) == ["placed", "canceled"]
    send_due_mail(tenant_id=tenant.id)
    texts = [each.get_body(("plain",)).get_content() for each in postbox.mails]
    assert "It leaves when your payment is here" in texts[0]
    assert "There is nothing to pay." in texts[1]
    assert "fraud" not in texts[1], "why is between us"


def test_a_marketplace_s_own_address_is_not_asked_even_by_hand(inside, told, place):
    order_id = place(email="x1y2@marketplace.amazon.de")
    with inside():
        tell_customers(news=[News("satisfaction", order_id, timezone.now())])
        question = CustomerMessage.objects.get(kind="satisfaction")
        with pytest.raises(NotAllowed, match="for the order alone"):
            resend(message_id=question.id)


def test_what_is_sent_again_is_another_mail_to_the_address_of_today(tenant, inside, told, place, postbox):
    order_id = place()
    send_due_mail(tenant_id=tenant.id)
    with inside():
        Order.objects.filter(id=order_id).update(email="ada@new.example")
        message = resend(message_id=CustomerMessage.objects.get().id)
        with pytest.raises(NotAllowed, match="on its way already"):
            resend(message_id=message.id)
    send_due_mail(tenant_id=tenant.id)
    first, second = postbox.mails
    assert (first["To"], second["To"]) == ("ada@example.com", "ada@new.example")
    assert second["Message-ID"] == f"<{message.id}.1@localhost>" != first["Message-ID"]


def test_a_code_goes_out_whoever_tells_and_only_its_customer_reads_it(tenant, inside, catalog, place, postbox):
    order_id = place()
    with inside():
        code = write_message(kind="portal_code", order_id=order_id, key="code-1", details={"code": "123456"})
        assert "123456" not in str(code.shown_letter)
    send_due_mail(tenant_id=tenant.id)
    assert postbox.mails[0]["Subject"] == "123456 is your code"
    with inside():
        sent = CustomerMessage.objects.get()
        told = " ".join(AuditEntry.objects.filter(subject_id=order_id).values_list("sentence", flat=True))
        assert sent.state == "sent"
        assert "123456" not in f"{sent.subject} {sent.letter} {told}"
        with pytest.raises(NotAllowed, match="asks for a new one"):
            resend(message_id=sent.id)


def test_a_letter_has_the_merchant_s_money_days_and_zone(tenant, inside, told, place, postbox):
    Tenant.objects.filter(id=tenant.id).update(locale="de-DE", timezone="Europe/Berlin")
    order_id = place()
    with inside():
        box = Box("delivered", "Own delivery", "", None, 1, 1, last=True)
        at = timezone.now().replace(month=7, day=5, hour=22, minute=30)
        news = News("delivered", order_id, timezone.now(), "1", {"box": box, "at": at})
        tell_customers(news=[news])
    send_due_mail(tenant_id=tenant.id)
    texts = {each["Subject"]: each.get_body(("plain",)).get_content() for each in postbox.mails}
    assert "Total: 25,00\xa0€" in texts["Thank you for order #1001"]
    assert "6. Juli, 00:30 (Berlin time)" in texts["Order #1001 was delivered"]
