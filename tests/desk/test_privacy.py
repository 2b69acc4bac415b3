"""Who may not see customers is not told about them by a side door either."""

from uuid import UUID

import pytest

from oms.core.events.delivery import drain
from oms.core.models import Tenant
from tests.fixtures import Catalog

STREET = "99 Nowhere Row"


@pytest.fixture
def held_order(tenant: Tenant, api, catalog: Catalog) -> UUID:
    """An order that is held because of its address."""
    answer = api.post(
        "/api/v1/orders",
        {
            "channel": "web", "currency": "EUR", "customer": {"name": "Ada Byron", "email": "ada@example.com"},
            "ship_to": {"name": "Ada Byron", "line1": STREET, "city": "Leeds", "postcode": "banana", "country": "GB"},
            "lines": [{"sku": "TEA", "quantity": 1}],
        },
        format="json",
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    drain(tenant.id)
    return answer.json()["id"]


@pytest.mark.parametrize("path", ["", "/timeline"])
def test_a_key_without_customers_reads_no_name_and_no_address(tenant, api, api_of, held_order, path):
    told = api.get(f"/api/v1/orders/{held_order}{path}").content.decode()
    assert "banana" in told
    discreet = api_of(tenant, scopes=["orders.view"]).get(f"/api/v1/orders/{held_order}{path}")
    assert discreet.status_code == 200
    text = discreet.content.decode()
    assert not [word for word in ("banana", STREET, "Ada", "ada@example.com") if word in text]
