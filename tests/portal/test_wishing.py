"""Send me my orders: one answer for every address, and a letter for those that have orders."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oms.core.errors import NotAllowed
from oms.core.models import AuditEntry
from oms.notifications.actions.write import resend
from oms.notifications.models import CustomerMessage
from oms.notifications.tasks import send_due_mail
from oms.portal.limits import MOST
from oms.portal.models import OrdersWish
from oms.portal.tasks import answer_due_wishes
from oms.portal.wishing import ORDERS_MAX
from tests.dashboard.orders import inside, place, reads_and_writes
from tests.orders.trade import line
from tests.portal.conftest import SHOP

pytestmark = pytest.mark.django_db
ORDERS = f"{SHOP}orders/"
RELAY = "x1y2@marketplace.amazon.de"


def ask(customer, email: str):
    return customer.post(ORDERS, {"email": email})


def letters(tenant) -> list:
    """All that is mailed when everything that is due has been done."""
    answer_due_wishes(tenant_id=tenant.id)
    send_due_mail(tenant_id=tenant.id)
    return mail.outbox


def links_in(letter) -> list[str]:
    return re.findall(r"https?://\S+", letter.body)


def test_the_newest_ten_come_with_links_that_open_them(customer, tenant, catalog):
    orders = place(tenant, line("TEA"), count=ORDERS_MAX + 1)
    assert "Send me my orders" in customer.get(SHOP).text
    answer = ask(customer, " ADA@example.com ")
    assert "Look at your mail" in customer.get(answer["Location"]).text
    (letter,) = letters(tenant)
    assert (letter.to, letter.subject) == (["ada@example.com"], "Your orders with Acme")
    links, numbers = links_in(letter), sorted(order.number for order in orders)
    assert len(links) == ORDERS_MAX
    assert f"Order #{numbers[0]}," not in letter.body
    for number, link in zip(reversed(numbers[1:]), links, strict=True):
        assert f"Order #{number}" in Client().get(link[link.index("/p/") :]).text
        assert f'href="{link}"' in letter.alternatives[0].content
    with inside(tenant):
        assert not OrdersWish.objects.exists()


def test_no_address_is_told_from_another(customer, tenant, other_tenant, catalog):
    place(tenant, line("TEA"))
    place(tenant, line("TEA"), email=RELAY)
    seen = []
    for email in ("ada@example.com", "nobody@example.com", RELAY):
        with CaptureQueriesContext(connection) as captured:
            answer = ask(customer, email)
        statements = [sql.replace(email, "ADDRESS")[:120] for sql in reads_and_writes(captured)]
        assert any("portal_orderswish" in sql for sql in statements)
        page = customer.get(answer["Location"]).text
        seen.append((answer.status_code, answer["Location"], page, statements))
    assert seen[0] == seen[1] == seen[2]
    assert customer.post("/p/rival/orders/", {"email": "ada@example.com"}).status_code == 302
    assert [letter.to for letter in letters(tenant)] == [["ada@example.com"]]
    assert len(letters(other_tenant)) == 1, "the other shop has none of theirs"


def test_asked_twice_at_once_is_one_letter(customer, tenant, catalog):
    place(tenant, line("TEA"))
    assert ask(customer, "ada@example.com").status_code == ask(customer, "Ada@Example.com").status_code == 302
    assert len(letters(tenant)) == 1
    ask(customer, "ada@example.com")
    assert len(letters(tenant)) == 2


@pytest.mark.parametrize("email", ["", "ada", "ada@", "@b.de", "a b@example.com", "a@b.de\nBcc: c@d.de", "\0@b.de"])
def test_what_is_no_address_is_named(customer, tenant, email):
    answer = ask(customer, email)
    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.text
    with inside(tenant):
        assert not OrdersWish.objects.exists()


def test_an_address_and_a_network_have_their_limit(customer, tenant):
    for _again in range(MOST["mail_to"]):
        assert ask(customer, "ada@example.com").status_code == 302
    assert ask(customer, "ADA@example.com").status_code == 429
    for each in range(MOST["mail_from"] - MOST["mail_to"] - 1):
        assert ask(customer, f"ada{each}@example.com").status_code == 302
    assert ask(customer, "eve@example.com").status_code == 429


def test_the_way_to_all_orders_is_its_customer_s_alone(customer, tenant, catalog):
    (order,) = place(tenant, line("TEA"))
    ask(customer, "ada@example.com")
    answer_due_wishes(tenant_id=tenant.id)
    with inside(tenant):
        owed = CustomerMessage.objects.get(order_id=order.id, kind="portal_orders")
        assert owed.letter["links"]
        assert not owed.shown_letter["links"]
    letters(tenant)
    with inside(tenant):
        sent = CustomerMessage.objects.get(id=owed.id)
        assert (sent.state, sent.letter["links"]) == ("sent", [])
        assert AuditEntry.objects.filter(subject_id=order.id, sentence__contains="Your orders with Acme").exists()
        with pytest.raises(NotAllowed, match="asks for it again"):
            resend(message_id=sent.id)
