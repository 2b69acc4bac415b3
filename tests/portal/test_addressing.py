"""The customer corrects where it goes: in time, as themselves, to a place that exists."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fulfillment.actions.release import release_orders
from oms.core.models import AuditEntry, Fact
from orders.actions.edit import edit_order
from orders.models import Order
from tests.dashboard.orders import NOWHERE, again, inside, place, reads_and_writes
from tests.orders.trade import BERLIN, line
from tests.portal.conftest import SHOP

pytestmark = pytest.mark.django_db
ADDRESS = f"{SHOP}address/"
GIVEN = {
    "name": "Ada Byron", "company": "", "line1": "Torstraße 2", "line2": "3rd floor", "postcode": "10119",
    "city": "Berlin", "region": "",
}  # fmt: skip


@pytest.fixture
def order(tenant, catalog, let_in, prove) -> Order:
    (placed,) = place(tenant, line("TEA", 2))
    let_in(placed, "ada@example.com")
    prove(placed)
    return placed


def hidden(page) -> dict[str, str]:
    """What this rendering of the form carries unseen."""
    return {
        name: page.text.partition(f'name="{name}" value="')[2].partition('"')[0]
        for name in ("idempotency_key", "version")
    }


def save(customer, **changed: str):
    return customer.post(ADDRESS, GIVEN | hidden(customer.get(ADDRESS)) | changed)


def test_it_is_corrected_by_its_customer_and_the_timeline_says_so(customer, tenant, order):
    assert "Change the address" in customer.get(f"{SHOP}order/").text
    page = customer.get(ADDRESS)
    assert 'value="Torstraße 1"' in page.text
    assert "It stays in Germany." in page.text
    form = GIVEN | hidden(page)
    answers = [customer.post(ADDRESS, form) for _press in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, f"{SHOP}order/")] * 2
    assert "Torstraße 2<br>3rd floor" in customer.get(f"{SHOP}order/").text
    with inside(tenant):
        entry = AuditEntry.objects.get(subject_id=order.id, verb="orders.edit.ship_to")
        assert (entry.actor_label, entry.before["ship_to"]["line1"]) == ("The customer", "Torstraße 1")
        assert entry.after["ship_to"] == {
            "name": "Ada Byron", "line1": "Torstraße 2", "line2": "3rd floor", "city": "Berlin", "postcode": "10119",
            "country": "DE",
        }  # fmt: skip
        assert Fact.objects.filter(name="order.edited").count() == 1


def test_who_has_not_proved_to_be_the_customer_sees_and_changes_nothing(customer, tenant, catalog, let_in):
    (order,) = place(tenant, line("TEA"))
    let_in(order, "ada@example.com")
    for answer in (customer.get(ADDRESS), customer.post(ADDRESS, GIVEN | {"version": "1"})):
        assert answer["Location"] == f"{SHOP}verify/?next={ADDRESS}"
    assert again(tenant, order.id).ship_to["line1"] == "Torstraße 1"


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": " "}, "name", "Enter who it is for."),
        ({"postcode": ""}, "postcode", "Enter the postcode."),
        ({"postcode": "nowhere"}, "postcode", "is not a postcode of DE"),
        ({"line1": "", "line2": ""}, "line1", "Enter the street."),
        ({"city": "x" * 201}, "city", "at most 200 characters"),
        ({"line2": "a\x00b"}, "line2", "Null characters are not allowed."),
        ({"company": "a\x07b"}, "company", "Remove the control characters"),
    ],
)
def test_what_is_wrong_is_named_beside_its_field(customer, tenant, order, wrong, field, words):
    answer = save(customer, **wrong)
    assert answer.status_code == 422
    assert words in answer.text.partition(f'id="id_{field}_error"')[2].partition("</p>")[0]
    assert 'value="Torstraße 2"' in answer.text or field == "line1"
    assert again(tenant, order.id).ship_to == BERLIN.to_json()


def test_the_country_and_what_is_not_asked_for_stay(customer, tenant, order):
    with inside(tenant):
        known = order.ship_to | {"phone": "+49 30 1234567", "latitude": 52.5, "longitude": 13.4}
        Order.objects.filter(id=order.id).update(ship_to=known)
    assert save(customer, line1="Torstraße 1", line2="", company="Engines", country="FR").status_code == 302
    assert again(tenant, order.id).ship_to == known | {"company": "Engines"}
    assert save(customer, line1="Torstraße 9", line2="", country="FR").status_code == 302
    moved = again(tenant, order.id).ship_to
    assert (moved["line1"], moved["country"], moved["phone"]) == ("Torstraße 9", "DE", "+49 30 1234567")
    assert "latitude" not in moved


def test_a_right_address_lifts_the_hold_that_asked_for_it(customer, tenant, catalog, let_in, prove):
    (order,) = place(tenant, line("TEA"), ship_to=NOWHERE)
    let_in(order, "ada@example.com")
    prove(order)
    assert again(tenant, order.id).open_holds == 1
    assert save(customer).status_code == 302
    assert again(tenant, order.id).open_holds == 0


def test_too_late_is_said_and_changes_nothing(customer, tenant, order):
    form = GIVEN | hidden(customer.get(ADDRESS))
    with inside(tenant):
        Order.objects.filter(id=order.id).update(placed_at=timezone.now() - timedelta(hours=2))
    late = customer.post(ADDRESS, form)
    assert (late.status_code, "too late to change the address" in late.text) == (409, True)
    assert "any more. Please write to us." in customer.get(ADDRESS).text
    assert "Change the address" not in customer.get(f"{SHOP}order/").text
    assert again(tenant, order.id).ship_to == BERLIN.to_json()


def test_released_to_the_floor_is_too_late(customer, tenant, order):
    form = GIVEN | hidden(customer.get(ADDRESS))
    with inside(tenant):
        release_orders(order_ids=[order.id])
    assert customer.post(ADDRESS, form).status_code == 409
    assert again(tenant, order.id).ship_to == BERLIN.to_json()


def test_a_colleague_who_was_quicker_is_not_overwritten(customer, tenant, order):
    form = GIVEN | hidden(customer.get(ADDRESS))
    with inside(tenant):
        edit_order(order_id=order.id, note="please ring")
    refused = customer.post(ADDRESS, form)
    assert (refused.status_code, "changed meanwhile" in refused.text) == (409, True)
    assert 'value="Torstraße 2"' in refused.text
    assert customer.post(ADDRESS, GIVEN | hidden(refused)).status_code == 302
    assert again(tenant, order.id).ship_to["line1"] == "Torstraße 2"


def test_the_page_costs_few_statements(customer, order):
    with CaptureQueriesContext(connection) as captured:
        assert customer.get(ADDRESS).status_code == 200
    assert len(reads_and_writes(captured)) <= 10
