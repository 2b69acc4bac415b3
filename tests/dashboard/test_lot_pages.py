"""Lots on their pages: received with their date, listed, blocked, called back, and the rules about them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fulfillment.models import ShelfLifeRule
from inventory.actions.adjust import adjust_stock
from inventory.actions.items import ItemDraft, create_items, update_item
from inventory.models import Lot, Quant, Recall
from oms.core.jobs.running import run_due_jobs
from oms.core.models import Job
from tests.dashboard.orders import client_of, inside
from tests.inventory.tracing.lots import receive
from tests.inventory.tracing.test_lots_api import ship_two

pytestmark = pytest.mark.django_db
HOME = "/m/acme/inventory/"


@pytest.fixture
def milk(tenant, catalog):
    with inside(tenant):
        (item,) = create_items(items=[ItemDraft(sku="MILK", name="Fresh milk", tracks_lots=True, price=Decimal(1))])
    return item


@pytest.fixture
def lot(tenant, catalog, milk) -> Lot:
    with inside(tenant):
        return receive(milk.id, catalog.leeds.id, 5, "A1", 20)


def pages(client, *addresses: str, most: int) -> list[str]:
    found = []
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(queries) <= most, (address, len(queries))
        found.append(answer.text)
    return found


def test_a_delivery_asks_for_lots_once_something_is_tracked(browser_client, tenant, catalog):
    assert "form-0-lot" not in browser_client.get(f"{HOME}receive/")
    with inside(tenant):
        create_items(items=[ItemDraft(sku="MILK", tracks_lots=True)])
    page = browser_client.get(f"{HOME}receive/").text
    assert "form-0-lot" in page
    sheet = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "location": str(catalog.leeds.id)}
    line = {"form-0-code": "MILK", "form-0-quantity": "3", "form-1-code": "TEA", "form-1-quantity": "1"}
    refused = browser_client.post(f"{HOME}receive/", sheet | line)
    assert refused.status_code == 422
    assert "This item is tracked by lot." in refused.text
    done = browser_client.post(
        f"{HOME}receive/", sheet | line | {"form-0-lot": "L9", "form-0-expires_on": "2099-05-01"}
    )
    assert done.status_code == 303
    with inside(tenant):
        assert Quant.objects.get().lot.expires_on.isoformat() == "2099-05-01"


def test_an_expired_lot_is_refused_beside_its_date(browser_client, tenant, catalog, milk):
    given = {"location": str(catalog.leeds.id), "quantity": "2", "state": "sellable", "lot": "OLD"}
    refused = browser_client.post(f"{HOME}items/{milk.id}/receive/", given | {"expires_on": "2020-01-01"})
    assert refused.status_code == 422
    assert "Lot OLD expired on 2020-01-01" in refused.text
    kept = given | {"expires_on": "2020-01-01", "state": "quarantine"}
    assert browser_client.post(f"{HOME}items/{milk.id}/receive/", kept).status_code == 303


def test_only_items_with_lots_are_asked_for_one(browser_client, tenant, catalog, milk):
    assert 'name="lot"' in browser_client.get(f"{HOME}items/{milk.id}/adjust/").text
    assert 'name="lot"' not in browser_client.get(f"{HOME}items/{catalog.id('TEA')}/adjust/").text


def test_a_lot_is_counted_by_its_code(browser_client, tenant, catalog, milk, lot):
    given = {"location": str(catalog.leeds.id), "how": "counted", "quantity": "3", "state": "sellable"}
    given |= {"reason": "count", "lot": "a1"}
    assert browser_client.post(f"{HOME}items/{milk.id}/adjust/", given).status_code == 303
    refused = browser_client.post(f"{HOME}items/{milk.id}/adjust/", given | {"lot": "NOPE"})
    assert "This item has no lot “NOPE”." in refused.text
    with inside(tenant):
        assert Quant.objects.get().on_hand == 3


def test_the_item_and_the_lot_say_where_it_lies(browser_client, tenant, catalog, milk, lot):
    (item,) = pages(browser_client, f"{HOME}items/{milk.id}/", most=25)
    assert "A1" in item
    (one,) = pages(browser_client, f"{HOME}lots/{lot.id}/", most=25)
    assert "Leeds" in one
    listed, expiring, expired = pages(
        browser_client, f"{HOME}lots/?q=a1", f"{HOME}lots/?view=expiring", f"{HOME}lots/?view=expired", most=12
    )
    assert "A1" in listed
    assert "A1" in expiring
    assert "No lots here" in expired


def test_a_lot_is_put_right_blocked_released_and_named(browser_client, tenant, catalog, milk, lot):
    address, shelf = f"{HOME}lots/{lot.id}/", {"item_id": milk.id, "location_id": catalog.leeds.id}
    with inside(tenant):
        adjust_stock(**shelf, change=2, reason="found")
        unknown = Quant.objects.get(lot=None)
    assert "Of 2 units at Leeds nobody knows the lot." in browser_client.get(address).text
    assert browser_client.post(f"{address}name/", {"shelf": str(unknown.id)}).status_code == 303
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    edited = browser_client.post(f"{address}edit/", {"made_on": "", "expires_on": tomorrow, "version": "1"})
    assert edited.status_code == 303
    assert browser_client.post(f"{address}edit/", {"expires_on": tomorrow, "version": "1"}).status_code == 422
    assert browser_client.post(f"{address}block/", {"reason": ""}).status_code == 422
    assert browser_client.post(f"{address}block/", {"reason": "Glass"}).status_code == 303
    assert "Off sale everywhere" in browser_client.get(address).text
    assert browser_client.post(f"{address}release/", {"reason": "Fine"}).status_code == 303
    with inside(tenant):
        assert list(Quant.objects.values_list("state", "on_hand")) == [("quarantine", 7)]


def test_a_recall_is_shown_before_it_is_done_and_then_told(browser_client, tenant, catalog, milk, lot):
    ship_two(tenant)
    named = {"item": "MILK", "codes": "A1", "reason": "Glass"}
    assert browser_client.post(f"{HOME}recalls/new/", named | {"item": "NOPE"}).status_code == 422
    shown = browser_client.post(f"{HOME}recalls/new/", named)
    assert shown.status_code == 200
    assert "2 orders got of them." in shown.text
    with inside(tenant):
        assert not Recall.objects.exists()
    assert browser_client.post(f"{HOME}recalls/new/", named | {"confirmed": "1"}).status_code == 303
    with inside(tenant):
        number = Recall.objects.get().number
    address = f"{HOME}recalls/{number}/"
    (page,) = pages(browser_client, address, most=25)
    assert "ada@example.com" in browser_client.get(f"{address}orders.csv").getvalue().decode().lower()
    assert "Write to customers" in page
    assert browser_client.post(f"{address}notice/").status_code == 303
    run_due_jobs(tenant.id)
    assert "Write to who is new" in browser_client.get(address).text
    (listed,) = pages(browser_client, f"{HOME}recalls/", most=12)
    assert "Glass" in listed
    with inside(tenant):
        assert Job.objects.get().state == "done"


def test_rules_about_lots_are_set_and_lifted(browser_client, tenant, catalog):
    ours = f"{HOME}lots/settings/"
    assert browser_client.post(ours, {"warn_days": "0"}).status_code == 422
    assert browser_client.post(ours, {"warn_days": "14"}).status_code == 303
    assert browser_client.post(ours, {"days": "9", "email": "nobody@example.com"}).status_code == 422
    assert browser_client.post(ours, {"days": "9", "channel": str(catalog.channel.id)}).status_code == 303
    (page,) = pages(browser_client, ours, most=15)
    assert 'class="num">9<' in page
    with inside(tenant):
        rule = ShelfLifeRule.objects.get()
    assert browser_client.post(f"{HOME}lots/rules/{rule.id}/lift/").status_code == 303
    with inside(tenant):
        assert not ShelfLifeRule.objects.exists()


def test_who_may_only_look_changes_nothing(membership, tenant, catalog, milk, lot):
    reader = client_of(membership(role="read_only"))
    assert reader.get(f"{HOME}lots/{lot.id}/").status_code == 200
    for path in (f"lots/{lot.id}/block/", f"lots/{lot.id}/edit/", f"lots/{lot.id}/name/", "recalls/new/"):
        assert reader.post(f"{HOME}{path}", {"reason": "x"}).status_code == 403
    assert "ada" not in reader.get(f"{HOME}lots/{lot.id}/").text


def test_a_gs1_code_fills_its_line(browser_client, tenant, catalog, milk):
    with inside(tenant):
        update_item(item_id=milk.id, changes={"barcodes": ["4006381333931"]})
    sheet = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "location": str(catalog.leeds.id)}
    sheet |= {"form-0-code": "(01)04006381333931(17)500131(10)G7", "form-0-quantity": "2"}
    assert browser_client.post(f"{HOME}receive/", sheet).status_code == 303
    with inside(tenant):
        found = Lot.objects.get()
    assert (found.code, found.expires_on.isoformat()) == ("G7", "2050-01-31")
