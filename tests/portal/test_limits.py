"""Wrong guesses are counted, right answers are not, and nobody writes down themselves where they come from."""

from ipaddress import ip_network

import pytest

from oms.core.links import order_link
from oms.portal.limits import MOST
from oms.portal.places import client_address
from tests.dashboard.orders import inside, place
from tests.orders.trade import line
from tests.portal.conftest import SHOP

PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")]


@pytest.fixture
def order(tenant, catalog):
    return place(tenant, line("TEA", 2))[0]


def guess(customer, number, contact="eve@example.com", **request) -> int:
    return customer.post(SHOP, {"number": number, "contact": contact}, **request).status_code


@pytest.mark.django_db
def test_right_answers_use_up_no_limit(customer, order, tenant):
    with inside(tenant):
        link = order_link(order.id)
    path = link[link.index("/p/") :]
    for _visit in range(MOST["place"] + 1):
        assert guess(customer, order.number, "ada@example.com") == 302
        assert customer.get(path).status_code == 200
    # And they take nothing back of what was guessed wrong.
    for number in range(MOST["contact"]):
        assert guess(customer, 900_000 + number) == 422
    assert guess(customer, order.number, "ada@example.com") == 302
    assert guess(customer, 900_000) == 429


@pytest.mark.django_db
def test_another_spelling_is_the_same_guess(customer, order):
    for again in range(MOST["number"]):
        assert guess(customer, "#" * again + f" {order.number}", f"eve{again}@example.com") == 422
    assert guess(customer, order.number, "eve@example.com") == 429


@pytest.mark.django_db
def test_the_right_code_gives_back_what_sending_it_counted(customer, order, let_in, prove):
    let_in(order, "ada@example.com")
    for _again in range(MOST["code"] + 1):
        prove(order)
    for _again in range(MOST["code"]):
        assert customer.post(f"{SHOP}verify/").status_code == 200
    assert customer.post(f"{SHOP}verify/").status_code == 429


@pytest.mark.django_db
def test_a_forged_header_makes_nobody_a_stranger(customer, order, settings):
    def locked_out(**request) -> bool:
        """Whether so many guesses end it, each about something else and said to be from somewhere else."""
        answers = {
            guess(customer, 1_000 + each, f"{each}@example.com", HTTP_X_FORWARDED_FOR=f"203.0.{each}.9, 9.9.9.9, x")
            for each in range(MOST["place"])
        }
        assert answers == {422}
        return guess(customer, 999, "eve@example.com", **request) == 429

    assert locked_out(HTTP_X_FORWARDED_FOR="198.51.100.1")
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    behind = [guess(customer, 5_000 + each, "a@example.com", HTTP_X_FORWARDED_FOR="203.0.1.9, 198.51.100.7")
              for each in range(3)]  # fmt: skip
    assert behind == [422] * 3
    assert guess(customer, 6_000, "b@example.com") == 429, "the proxy itself is still where it was"


@pytest.mark.parametrize(
    ("peer", "heard", "client"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "203.0.113.5", "198.51.100.7"),
        ("10.0.0.2", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.2", "10.9.9.9, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.2", "192.0.2.1,203.0.113.5 , 10.0.0.3", "203.0.113.5"),
        ("10.0.0.2", "10.0.0.4, 10.0.0.3", "10.0.0.4"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "203.0.113.5, <script>", "10.0.0.2"),
        ("10.0.0.2", "203.0.113.5, unknown, 10.0.0.3", "10.0.0.3"),
        ("::ffff:10.0.0.2", "203.0.113.5", "203.0.113.5"),
        ("2001:db8::1", "2001:4860:4860::8888", "2001:4860:4860::8888"),
        ("", "203.0.113.5", ""),
    ],
)
def test_the_last_hop_that_is_no_proxy_of_ours(peer, heard, client):
    assert client_address(peer, heard, PROXIES) == client
