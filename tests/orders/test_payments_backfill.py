"""Orders from before payments were written down get theirs, tenant by tenant, though the owner sees no row of them."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connections, transaction

from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from orders.actions.place import place_orders
from orders.models import Order, Payment
from tests.orders.trade import draft, line

backfill = import_module("orders.migrations.0005_protect_payments").pay_for_what_is_paid
STATES = ("unpaid", "authorised", "paid", "part_refunded")


@pytest.fixture
def old(committed_db, tenant, other_tenant, catalog):
    """One order in each payment state, and none of their payments."""
    with unit_of_work(tenant.id, system("tests")):
        place_orders(drafts=[draft(line("TEA", 1, "10.00"), payment_state=state) for state in STATES])
        Payment.objects.all().delete()
    return tenant


def test_what_is_paid_or_authorised_gets_its_payment(old, other_tenant):
    owner = connections["owner"]
    with transaction.atomic(using="owner"):
        backfill(None, SimpleNamespace(connection=owner))
    with unit_of_work(old.id, system("tests")):
        made = {each.order_id: each for each in Payment.objects.all()}
        for order in Order.objects.all():
            found = made.pop(order.id, None)
            if order.payment_state not in ("paid", "authorised"):
                assert found is None
                continue
            assert (found.amount, found.currency, found.created_at) == (order.total, "EUR", order.placed_at)
            captured = order.payment_state == "paid"
            assert (found.state, found.captured_at) == (
                ("captured", order.placed_at) if captured else ("authorised", None)
            )
        assert made == {}
    with unit_of_work(other_tenant.id, system("tests")):
        assert not Payment.objects.exists()
