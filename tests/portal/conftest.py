"""A customer at the door of Acme's portal, with nothing but their browser."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

SHOP = "/p/acme/"


@pytest.fixture(autouse=True)
def _fresh_limits(monkeypatch):
    """Limits count per network, and every test comes from the same one, within the same minutes."""
    monkeypatch.setattr("oms.portal.limits.time", lambda: 0.0)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def customer() -> Client:
    return Client()


@pytest.fixture
def let_in(customer) -> Callable[..., None]:
    """Look an order up as its customer would."""

    def look_up(order, contact: str = "hull0@example.com") -> None:
        assert customer.post(SHOP, {"number": f" #{order.number} ", "contact": contact.upper()}).status_code == 302

    return look_up


@pytest.fixture
def prove(customer, tenant) -> Callable[..., None]:
    """Read the code in the mail that is owed, and type it."""

    def type_code(order) -> None:
        from oms.core.actors import system
        from oms.core.tenancy import unit_of_work
        from oms.notifications.models import CustomerMessage

        customer.post(f"{SHOP}verify/")
        with unit_of_work(tenant.id, system("tests")):
            code = CustomerMessage.objects.filter(order_id=order.id, kind="portal_code").latest("id").subject[:6]
        assert customer.post(f"{SHOP}verify/", {"code": code}).status_code == 302

    return type_code
