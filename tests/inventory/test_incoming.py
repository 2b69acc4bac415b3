"""What is on its way, and what can be promised by a day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.locations import update_location
from inventory.actions.purchasing.receive import Delivered, receive_purchase_order
from inventory.actions.purchasing.send import send_purchase_order
from inventory.actions.purchasing.suppliers import create_supplier
from inventory.actions.purchasing.write import PurchaseDraft, PurchaseLineDraft, create_purchase_order
from inventory.actions.reserve import reserve_stock
from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer
from inventory.actions.transfers.send import send_transfer
from inventory.models import Transfer
from inventory.queries import atp, incoming, orderable
from inventory.replenishing.promising import Arriving, Promise, promise
from oms.core.actors import Actor, system
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit, unit_of_work
from tests.inventory.stock import wants

TODAY = date(2026, 11, 24)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("available", "arriving", "quantity", "by", "expected"),
    [
        (5, [], 5, 0, Promise(5, True, on(0))),
        (5, [], 6, 9, Promise(5, False, None)),
        (5, [Arriving(on(3), 4)], 6, 2, Promise(5, False, on(3))),
        (5, [Arriving(on(3), 4)], 6, 3, Promise(9, True, on(3))),
        (0, [Arriving(on(9), 4), Arriving(on(2), 4)], 8, 9, Promise(8, True, on(9))),
        (0, [Arriving(on(-1), 4), Arriving(None, 4)], 1, 99, Promise(0, False, None)),
        (-2, [Arriving(on(1), 4)], 3, 1, Promise(4, True, on(1))),
    ],
)
def test_a_promise_stands_on_what_is_free_and_what_arrives(available, arriving, quantity, by, expected):
    found = promise(available=available, arriving=arriving, quantity=quantity, by=on(by), today=TODAY)
    assert found == expected


@given(
    available=st.integers(-5, 50), quantity=st.integers(1, 200), by=st.integers(0, 30),
    arriving=st.lists(st.builds(Arriving, st.none() | st.integers(-5, 30).map(on), st.integers(1, 50)), max_size=8),
)  # fmt: skip
def test_enough_means_by_then(available, quantity, by, arriving):
    found = promise(available=available, arriving=arriving, quantity=quantity, by=on(by), today=TODAY)
    assert found.enough == (found.units >= quantity) == (found.earliest is not None and found.earliest <= on(by))
    later = promise(available=available, arriving=arriving, quantity=quantity, by=on(by + 1), today=TODAY)
    assert later.units >= found.units


@pytest.fixture
def coming(tenant, catalog):
    """20 mugs bought for Leeds in ten days, 4 sent from Leeds to London in two."""
    with unit_of_work(tenant.id, system("tests")):
        mug, today = catalog.id("MUG-BLU"), unit().now.date()
        pottery = create_supplier(code="POT", name="Potteries", currency="EUR", lead_time_days=10)
        line = PurchaseLineDraft(mug, 20, Decimal(4))
        order = create_purchase_order(draft=PurchaseDraft(pottery.id, catalog.leeds.id, [line]))
        send_purchase_order(purchase_order_id=order.id, mail=False)
        transfer = create_transfer(
            origin_id=catalog.leeds.id, destination_id=catalog.london.id, lines=[TransferLineDraft(mug, 4)]
        )
        send_transfer(transfer_id=transfer.id, expected_on=today + timedelta(days=2))
    return order


@pytest.mark.django_db
def test_both_kinds_are_incoming_until_they_are_here(catalog, coming, uow):
    mug, today = catalog.id("MUG-BLU"), unit().now.date()
    assert [(each.kind, each.units, each.location_name, each.expected_on) for each in incoming(item_ids=[mug])] == [
        ("transfer", 4, "London", today + timedelta(days=2)),
        ("purchase_order", 20, "Leeds", today + timedelta(days=10)),
    ]
    receive_purchase_order(purchase_order_id=coming.id, receipt_id=uuid7(), delivered=[Delivered(mug, 15)])
    assert [each.units for each in incoming()] == [4, 5]
    Transfer.objects.update(expected_on=today - timedelta(days=1))
    assert [each.late for each in incoming(item_ids=[mug])] == [True, False]


@pytest.mark.django_db
def test_atp_is_of_the_locations_that_ship(catalog, coming, uow):
    mug, today = catalog.id("MUG-BLU"), unit().now.date()
    reserve_stock(demands=[wants(mug, 5, location_id=catalog.london.id)])
    now = atp(item_id=mug, quantity=11, by=today)
    assert now.available == orderable(item_ids=[mug])[mug] == 6
    assert (now.promise.units, now.promise.enough, now.promise.earliest) == (6, False, today + timedelta(days=10))
    assert atp(item_id=mug, quantity=10, by=today + timedelta(days=2)).promise.enough
    here = atp(item_id=mug, quantity=4, by=today + timedelta(days=2), location_id=catalog.london.id)
    assert (here.available, here.promise.enough) == (0, True)
    update_location(location_id=catalog.leeds.id, changes={"ships": False})
    assert atp(item_id=mug, quantity=20, by=today + timedelta(days=30)).promise.units == 4


@pytest.mark.django_db
def test_who_works_in_london_hears_of_london_only(tenant, catalog, coming):
    london = Actor("user", "1", "Lena", frozenset({"stock.view"}), locations=frozenset({catalog.london.id}))
    with unit_of_work(tenant.id, london):
        assert [each.location_name for each in incoming()] == ["London"]
        assert atp(item_id=catalog.id("MUG-BLU"), quantity=1, by=date(2040, 1, 1)).promise.units == 9


@pytest.mark.django_db
def test_over_http_and_on_the_item_s_page(api, browser_client, catalog, coming):
    asked = {"sku": "mug-blu", "quantity": 25, "by": "2040-01-01"}
    answer = api.get("/api/v1/atp", asked).json()
    assert (answer["available"], answer["promised"], answer["enough"], len(answer["incoming"])) == (11, 35, True, 2)
    assert api.get("/api/v1/atp", {**asked, "location": "LONDON"}).json()["promised"] == 9
    bad = api.get("/api/v1/atp", {"quantity": 0, "by": "soon"})
    assert (bad.status_code, {each["field"] for each in bad.json()["errors"]}) == (422, {"quantity", "by"})
    assert api.get("/api/v1/atp", {**asked, "sku": "NOPE"}).status_code == 422
    assert api.get("/api/v1/atp", {"item_id": str(uuid7()), "quantity": 1, "by": "2040-01-01"}).status_code == 404
    page = browser_client.get(f"/m/acme/inventory/items/{catalog.id('MUG-BLU')}/").text
    assert ">PO1001</a>" in page
    assert ">T1001</a>" in page
