"""Messages to customers and customers in the dashboard, and the mailbox of a development machine."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from oms.accounts.models import SalesChannel
from oms.notifications.actions.write import News, tell_customers, write_message
from oms.notifications.models import CustomerMessage
from oms.notifications.parcels import Box
from orders.models import Customer
from tests.dashboard.orders import client_of, inside, place, reads_and_writes
from tests.orders.trade import line

MESSAGES, CUSTOMERS = "/m/acme/messages/", "/m/acme/customers/"


@pytest.fixture
def told(tenant, catalog) -> CustomerMessage:
    with inside(tenant):
        SalesChannel.objects.update(told_by="us")
    (order,) = place(tenant, line("TEA", 2))
    with inside(tenant):
        box = Box("out_for_delivery", "Own delivery", "", None, 1, 1)
        tell_customers(news=[News("out_for_delivery", order.id, timezone.now(), "1", {"box": box})])
        return CustomerMessage.objects.get(kind="placed")


def test_a_shop_that_nobody_tells_is_pointed_out(browser_client, tenant, catalog):
    assert "Nobody tells the customers of a shop" in browser_client.get(MESSAGES).text
    with inside(tenant):
        SalesChannel.objects.update(told_by="channel")
    page = browser_client.get(MESSAGES).text
    assert "Nobody tells the customers" not in page
    assert "Nobody was told anything yet" in page


def test_mail_is_listed_shown_and_sent_again(browser_client, tenant, told):
    assert "Out for delivery" in browser_client.get(MESSAGES).text
    assert "No message matches" in browser_client.get(MESSAGES, {"state": "failed"}).text
    page = browser_client.get(f"{MESSAGES}{told.id}/").text
    assert "2 × Loose leaf tea" in page
    assert "ada@example.com" in page
    assert "It is on its way already" in page
    assert browser_client.post(f"{MESSAGES}{told.id}/resend/").status_code == 409
    with inside(tenant):
        CustomerMessage.objects.update(state="failed", reason="the mail server said 550")
    assert "The mail server said 550" in browser_client.get(f"{MESSAGES}{told.id}/").text
    assert browser_client.post(f"{MESSAGES}{told.id}/resend/").status_code == 303


def test_the_mail_is_framed_as_its_customer_sees_it_and_can_do_nothing(browser_client, told):
    url = f"{MESSAGES}{told.id}/preview/"
    assert f'src="{url}"' in browser_client.get(f"{MESSAGES}{told.id}/").text
    answer = browser_client.get(url)
    assert "Thank you for order" in answer.text
    policy = answer["Content-Security-Policy"]
    for each in ("default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'self'", "sandbox allow-popups"):
        assert each in policy
    assert "allow-scripts" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_code_is_read_by_its_customer_alone(browser_client, api, tenant, told):
    with inside(tenant):
        code = write_message(kind="portal_code", order_id=told.order_id, key="1", details={"code": "123456"})
    pages = [MESSAGES, f"{MESSAGES}{code.id}/", f"{MESSAGES}{code.id}/preview/"]
    assert "123456" not in " ".join(browser_client.get(page).text for page in pages)
    assert "123456" not in api.get("/api/v1/messages").content.decode()
    with inside(tenant):
        CustomerMessage.objects.filter(id=code.id).update(state="sent")
    assert "asks for a new one" in browser_client.get(f"{MESSAGES}{code.id}/").text


def test_home_names_what_did_not_arrive_and_who_tells_nobody(browser_client, tenant, told):
    with inside(tenant):
        CustomerMessage.objects.filter(id=told.id).update(state="failed")
        SalesChannel.objects.update(told_by="nobody", kind="shop")
    home = browser_client.get("/m/acme/").text
    assert "mail did not reach its customer" in home
    assert "shop has nobody who tells its customers" in home


def test_who_may_not_see_customers_reads_no_mail(tenant, told, membership):
    client = client_of(membership(role="warehouse"))
    assert client.get(MESSAGES).status_code == 403
    assert client.get(CUSTOMERS).status_code == 403


def test_a_customer_and_their_whole_story(browser_client, tenant, told):
    with inside(tenant):
        one = Customer.objects.get()
    assert "Ada Byron" in browser_client.get(CUSTOMERS).text
    assert "Ada Byron" in browser_client.get(CUSTOMERS, {"q": "byron"}).text
    assert "No customer matches" in browser_client.get(CUSTOMERS, {"q": "nobody"}).text
    assert "cannot be read" in browser_client.get(CUSTOMERS, {"q": "colour:red"}).text
    page = browser_client.get(f"{CUSTOMERS}{one.id}/").text
    for words in ("€25.00", "Thank you for order", "Torstraße 1", "Nothing was sent back."):
        assert words in page


def test_the_pages_cost_few_statements(browser_client, tenant, told):
    with inside(tenant):
        one = Customer.objects.get()
    for url, most in ((MESSAGES, 12), (f"{MESSAGES}{told.id}/", 12), (CUSTOMERS, 12), (f"{CUSTOMERS}{one.id}/", 25)):
        browser_client.get(url)
        with CaptureQueriesContext(connection) as captured:
            browser_client.get(url)
        assert len(reads_and_writes(captured)) <= most, url
