"""Customers: found by the words of their orders, each currency summed apart, nobody else's shown."""

from decimal import Decimal

import pytest

from oms.accounts.actions.channels import create_channel
from oms.core.errors import NotFound
from oms.core.tenancy import unit_of_work
from orders.models import Customer, Order
from orders.queries.customers import bought_by, customer, customers
from tests.dashboard.orders import inside, place
from tests.fixtures import make_catalog
from tests.orders.trade import line

pytestmark = pytest.mark.django_db
CUSTOMERS = "/api/v1/customers"


def test_what_was_bought_is_summed_per_currency_without_what_was_canceled(tenant, catalog):
    euro, pound, canceled = [place(tenant, line("TEA"), currency=code)[0] for code in ("EUR", "GBP", "EUR")]
    with inside(tenant):
        Order.objects.filter(id=canceled.id).update(state="cancelled")
        sums = {each.currency: each for each in bought_by([euro.customer_id])[euro.customer_id]}
        assert {code: (each.orders, each.spent) for code, each in sums.items()} == {
            "EUR": (1, euro.total),
            "GBP": (1, pound.total),
        }
        assert sums["EUR"].return_rate == Decimal(0)


def test_customers_are_found_by_the_words_of_their_orders(api, tenant, catalog):
    place(tenant, line("TEA"))
    (other,) = place(tenant, line("TEA"), email="grace@example.com", customer_name="Grace Hopper")
    with inside(tenant):
        assert [each.name for each in customers(text="hopper")] == ["Grace Hopper"]
        assert customers(text=f"#{other.number}").get().email == "grace@example.com"
    found = api.get(CUSTOMERS, {"q": "grace@example.com"}).json()["results"]
    assert [each["bought"][0]["orders"] for each in found] == [1]
    assert api.get(CUSTOMERS, {"q": "colour:blue"}).json()["errors"][0]["field"] == "q"


def test_a_channel_s_people_see_its_customers_alone(api_of, tenant, catalog):
    place(tenant, line("TEA"))
    with inside(tenant):
        one = Customer.objects.get()
        fair = create_channel(code="fair", name="Market stall")
    limited = api_of(tenant, channels=[fair.id])
    assert limited.get(CUSTOMERS).json()["results"] == []
    assert limited.get(f"{CUSTOMERS}/{one.id}").status_code == 404
    assert api_of(tenant, scopes=["orders.view"]).get(CUSTOMERS).status_code == 403


def test_a_stranger_s_customer_is_unknown(tenant, other_tenant, catalog, uow):
    make_catalog(other_tenant)
    place(other_tenant, line("TEA"))
    with inside(other_tenant):
        theirs = Customer.objects.get()
    with unit_of_work(tenant.id, uow.actor), pytest.raises(NotFound):
        customer(theirs.id)
