"""Stock levels: told once for many moves, with what is so when it is told, and to nobody who did not ask."""

from datetime import timedelta
from json import loads

import pytest

from inventory.actions.adjust import adjust_stock
from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer
from inventory.actions.transfers.send import send_transfer
from oms.core.tenancy import unit, unit_of_work
from oms.webhooks.actions.endpoints import create_endpoint
from oms.webhooks.models import Message, StockLevelDue
from oms.webhooks.tasks import SENDER, tell_stock_levels
from tests.dashboard.orders import inside, place
from tests.orders.trade import line

pytestmark = pytest.mark.django_db
LEVEL = "stock.level_changed"


@pytest.fixture
def asked(tenant, catalog, integrator, drain):
    """An endpoint that wants to know; what made the catalogue was told before."""
    drain()
    with unit_of_work(tenant.id, SENDER):
        create_endpoint(url=integrator.url, events=[LEVEL])


def due(tenant) -> set[str]:
    with inside(tenant):
        return set(StockLevelDue.objects.values_list("item__sku", flat=True))


def tell(tenant, drain) -> list[dict]:
    """All that is due is told now; what endpoints are owed since."""
    with inside(tenant):
        StockLevelDue.objects.update(due_at=unit().now - timedelta(seconds=1))
        before = set(Message.objects.values_list("id", flat=True))
    tell_stock_levels(tenant_id=tenant.id)
    drain()
    with inside(tenant):
        return [loads(each.body)["data"] for each in Message.objects.exclude(id__in=before)]


def test_many_moves_are_one_message_with_what_is_so_now(tenant, catalog, asked, drain):
    place(tenant, line("MUG-BLU", 2))
    place(tenant, line("MUG-BLU", 1))
    with inside(tenant):
        adjust_stock(item_id=catalog.id("MUG-BLU"), location_id=catalog.leeds.id, change=-1, reason="loss")
    drain()
    assert due(tenant) == {"MUG-BLU"}
    with inside(tenant):
        adjust_stock(item_id=catalog.id("MUG-BLU"), location_id=catalog.leeds.id, change=4, reason="found")
    (told,) = tell(tenant, drain)
    assert (told["sku"], told["available"], told["on_hand"], told["reserved"]) == ("MUG-BLU", 15, 18, 3)
    assert sum(told["locations"].values()) == 15
    assert told["locations"][str(catalog.london.id)] >= 0


def test_nothing_is_told_before_its_time_and_later_moves_are_told_again(tenant, catalog, asked, drain):
    place(tenant, line("MUG-BLU", 2))
    drain()
    tell_stock_levels(tenant_id=tenant.id)
    assert due(tenant) == {"MUG-BLU"}
    assert len(tell(tenant, drain)) == 1
    assert due(tenant) == set()
    place(tenant, line("MUG-BLU", 2))
    drain()
    (again,) = tell(tenant, drain)
    assert again["available"] == 11


def test_a_transfer_moves_its_items(tenant, catalog, asked, drain):
    with inside(tenant):
        lines = [TransferLineDraft(catalog.id("TEA"), 1)]
        made = create_transfer(origin_id=catalog.leeds.id, destination_id=catalog.london.id, lines=lines)
        send_transfer(transfer_id=made.id)
    drain()
    assert due(tenant) == {"TEA"}


def test_where_nobody_asked_nothing_is_noted(tenant, catalog, drain, integrator):
    with unit_of_work(tenant.id, SENDER):
        create_endpoint(url=integrator.url, events=["order.placed"])
    place(tenant, line("MUG-BLU", 2))
    drain()
    assert due(tenant) == set()
