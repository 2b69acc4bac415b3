"""Into an order, for its customer and for nobody else; every wrong guess reads and costs the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from oms.core.links import DAYS, order_link
from oms.core.tenancy import unit_of_work
from oms.notifications.models import CustomerMessage
from oms.portal.models import Verification
from tests.dashboard.orders import inside, place
from tests.orders.trade import line
from tests.portal.conftest import SHOP

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(tenant, catalog):
    return place(tenant, line("TEA", 2), phone="+49 30 1234567")[0]


@pytest.mark.parametrize("contact", ["Ada@Example.com", "030 / 123 45 67", "+49301234567"])
def test_number_and_contact_in_any_spelling_open_the_order(customer, order, contact):
    assert customer.post(SHOP, {"number": f" # {order.number}", "contact": f" {contact} "}).status_code == 302
    page = customer.get(f"{SHOP}order/").text
    assert f"Order #{order.number}" in page
    assert "Loose leaf tea" in page
    assert "Torstraße" not in page


def test_a_postcode_alone_shows_where_it_is_and_not_what(customer, order):
    assert customer.post(SHOP, {"number": order.number, "contact": "10 119"}).status_code == 302
    page = customer.get(f"{SHOP}order/").text
    assert f"Order #{order.number}" in page
    assert "Loose leaf tea" not in page
    assert "€" not in page


def test_the_channel_s_own_number_does_too(customer, order):
    assert customer.post(SHOP, {"number": order.external_id, "contact": "ada@example.com"}).status_code == 302


def test_every_mismatch_reads_the_same(customer, order):
    def guess(number, contact):
        page = customer.post(SHOP, {"number": number, "contact": contact})
        return page.status_code, page.text.replace(str(number), "N").replace(contact, "C")

    wrong_mail = guess(order.number, "eve@example.com")[0]
    assert wrong_mail == guess("999999", "eve@example.com")[0] == guess("x" * 80, "10119")[0] == 422
    texts = {_without_token(guess(number, "eve@example.com")[1]) for number in (order.number, 999_999)}
    assert len(texts) == 1
    assert "We can’t find an order with these details." in texts.pop()


def test_a_drop_of_a_contact_is_no_contact(customer, order):
    for contact in ("", "1", "10", "@"):
        assert customer.post(SHOP, {"number": order.number, "contact": contact}).status_code == 422


def test_guessing_ends_with_a_plain_wait(customer, order):
    for _guess in range(12):
        customer.post(SHOP, {"number": order.number, "contact": f"{_guess}@example.com"})
    refused = customer.post(SHOP, {"number": order.number, "contact": "ada@example.com"})
    assert refused.status_code == 429
    assert "Wait 10 minutes" in refused.text


def test_the_link_of_a_mail_shows_the_order_and_nothing_personal(customer, tenant, order):
    with inside(tenant):
        link = order_link(order.id)
    answer = customer.get(link[link.index("/p/") :])
    assert f"Order #{order.number}" in answer.text
    assert "Torstraße" not in answer.text
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("same-origin", "private, no-store")
    assert "noindex" in answer["X-Robots-Tag"]
    assert f"Order #{order.number}" in customer.get(f"{SHOP}order/").text


def test_a_guessed_an_old_and_a_stranger_s_link_say_what_to_do(customer, tenant, other_tenant, order, time_machine):
    with inside(tenant):
        link = order_link(order.id)
    path = link[link.index("/p/") :]
    guessed = customer.get(f"{SHOP}t/made-up/")
    assert (guessed.status_code, "Copy it whole from the mail" in guessed.text) == (404, True)
    strange = customer.get(path.replace("/p/acme/", "/p/rival/"))
    assert strange.status_code == 404
    assert "Ada" not in strange.text
    time_machine.move_to(timezone.now() + timedelta(days=DAYS, minutes=1))
    old = customer.get(path)
    assert (old.status_code, "good for 180 days" in old.text) == (410, True)


def test_a_shop_that_does_not_exist_is_nothing(customer, tenant):
    assert customer.get("/p/nobody/").status_code == 404


def test_what_is_personal_asks_for_a_code(customer, tenant, order, let_in):
    let_in(order, "ada@example.com")
    assert customer.get(f"{SHOP}cancel/")["Location"] == f"{SHOP}verify/?next={SHOP}cancel/"
    asked = customer.get(f"{SHOP}verify/?next={SHOP}cancel/")
    assert "a•••@e•••.com" in asked.text
    customer.post(f"{SHOP}verify/")
    with inside(tenant):
        code = CustomerMessage.objects.get(kind="portal_code").subject[:6]
    wrong = "000000" if code != "000000" else "111111"
    assert "not the code we sent" in customer.post(f"{SHOP}verify/", {"code": wrong}).text
    proved = customer.post(f"{SHOP}verify/", {"code": f" {code[:3]} {code[3:]} ", "next": "https://evil.example/"})
    assert proved["Location"] == f"{SHOP}order/"
    assert "Torstraße 1" in customer.get(f"{SHOP}order/").text
    again = customer.post(f"{SHOP}verify/", {"code": code})
    assert (again.status_code, "has ended" in again.text) == (422, True)


def test_five_wrong_codes_end_it_and_an_old_one_is_none(customer, tenant, order, let_in):
    let_in(order, "ada@example.com")
    customer.post(f"{SHOP}verify/")
    with inside(tenant):
        code = CustomerMessage.objects.get(kind="portal_code").subject[:6]
    wrong = "000000" if code != "000000" else "111111"
    for _guess in range(5):
        customer.post(f"{SHOP}verify/", {"code": wrong})
    assert "has ended" in customer.post(f"{SHOP}verify/", {"code": code}).text
    customer.post(f"{SHOP}verify/")
    with inside(tenant):
        code = CustomerMessage.objects.filter(kind="portal_code").latest("id").subject[:6]
        Verification.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "has ended" in customer.post(f"{SHOP}verify/", {"code": code}).text


def test_a_cookie_of_one_shop_opens_nothing_in_another(customer, tenant, other_tenant, order, let_in):
    let_in(order, "ada@example.com")
    cookie = next(iter(customer.cookies.values())).value
    customer.cookies.load({next(iter(customer.cookies)): cookie})
    assert customer.get("/p/rival/order/")["Location"] == "/p/rival/"
    customer.post(f"{SHOP}order/leave/")
    assert customer.get(f"{SHOP}order/")["Location"] == SHOP


def test_an_order_without_an_address_sends_no_code(customer, tenant, catalog):
    (order,) = place(tenant, line("TEA"), email="")
    customer.post(SHOP, {"number": order.number, "contact": "10119"})
    assert "cannot send you a code" in customer.get(f"{SHOP}verify/").text
    assert customer.post(f"{SHOP}verify/").status_code == 409
    with unit_of_work(tenant.id, _system()):
        assert not Verification.objects.exists()


def _system():
    from oms.core.actors import system

    return system("tests")


def _without_token(page: str) -> str:
    return "".join(part for part in page.split('"') if len(part) != 64)
