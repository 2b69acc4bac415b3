"""A customer who bought a kit sees one line with its contents, and cancels kits."""

import pytest

from orders.models import OrderLine
from tests.dashboard.orders import inside, place
from tests.inventory.kits import gift_box
from tests.orders.trade import line
from tests.portal.conftest import SHOP

pytestmark = pytest.mark.django_db


def test_one_line_with_its_contents_and_canceled_as_one(tenant, catalog, customer, let_in, prove):
    with inside(tenant):
        gift_box(catalog)
    (found,) = place(tenant, line("BOX", 2, "30.00"))
    let_in(found, "ada@example.com")
    prove(found)
    items = customer.get(f"{SHOP}order/").text.split('class="items"')[1].split("</ul>")[0]
    assert items.count("<li>") == 1
    assert "2 × Box kit" in items
    assert "4 × Loose leaf tea" in items
    choose = customer.get(f"{SHOP}cancel/").text
    assert "Loose leaf tea" not in choose
    with inside(tenant):
        kit = OrderLine.objects.get(order=found, kind="kit")
    address = f"{SHOP}cancel/check/?what=some&units_{kit.id}=1"
    page = customer.get(address)
    assert "1 × Box kit" in page.text
    key = page.text.partition('name="idempotency_key" value="')[2].partition('"')[0]
    assert customer.post(address, {"idempotency_key": key}).status_code == 302
    with inside(tenant):
        cancelled = dict(OrderLine.objects.filter(order=found).values_list("sku", "cancelled"))
    assert cancelled == {"BOX": 1, "MUG-BLU": 1, "TEA": 2}
