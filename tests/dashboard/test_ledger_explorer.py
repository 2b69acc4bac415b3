"""The ledger explored on its pages: as it was, what changed, and why."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from fulfillment.actions.dispatch import dispatch_parcel
from inventory.actions.adjust import adjust_stock
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit_of_work
from tests.dashboard.test_inventory_pages import client_of
from tests.fulfillment.floor import packed, parcels

LEDGER = "/m/acme/inventory/ledger/"


@pytest.fixture
def lost(tenant, catalog) -> None:
    """Three TEA were lost in Leeds tomorrow at noon."""
    with unit_of_work(tenant.id, system("tests"), now=datetime.now(UTC) + timedelta(days=1)):
        adjust_stock(
            item_id=catalog.id("TEA"), location_id=catalog.leeds.id, change=-3, reason="loss", note="The flood"
        )  # fmt: skip


def typed(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def test_stock_as_it_was_in_the_merchants_own_time(
    browser_client: Client, tenant, catalog, lost, django_assert_max_num_queries: Callable
):
    tenant.timezone = "America/New_York"
    tenant.save()
    after = datetime.now(ZoneInfo(tenant.timezone)) + timedelta(days=1, hours=1)
    with django_assert_max_num_queries(12):
        page = browser_client.get(f"{LEDGER}as-of/", {"at": typed(after), "q": "tea"})
    (row,) = page.context["page"].rows
    assert [each.units for each in row.accounts] == [7, 5]
    before = browser_client.get(f"{LEDGER}as-of/", {"at": typed(after - timedelta(hours=3)), "q": "tea"})
    assert [each.units for each in before.context["page"].rows[0].accounts] == [10, 5]
    never = browser_client.get(f"{LEDGER}as-of/", {"at": "2001-01-01T00:00", "by": "effective"})
    assert [each.accounts for each in never.context["page"].rows] == [[], [], []]
    assert browser_client.get(f"{LEDGER}as-of/", {"at": "once"}).status_code == 422
    for moment in ("0001-01-01T00:00", "9999-12-31T23:59"):
        assert browser_client.get(f"{LEDGER}as-of/", {"at": moment}).status_code == 200
        assert browser_client.get(f"{LEDGER}diff/", {"since": moment, "until": moment}).status_code == 200
    assert "No item matches" in browser_client.get(f"{LEDGER}as-of/", {"q": "nothing"}).text


def test_what_changed_between_two_moments(
    browser_client: Client, catalog, lost, django_assert_max_num_queries: Callable
):
    now = datetime.now(UTC)
    span = {"since": typed(now + timedelta(hours=1)), "until": typed(now + timedelta(days=2))}
    with django_assert_max_num_queries(12):
        page = browser_client.get(f"{LEDGER}diff/", span)
    (row,) = page.context["page"].rows
    (account,) = row.accounts
    assert (account.before, account.came, account.left, account.after) == (10, 0, 3, 7)
    assert len(browser_client.get(f"{LEDGER}diff/").context["page"].rows) == 3
    nothing = browser_client.get(f"{LEDGER}diff/", {"since": "2001-01-01T00:00", "until": "2001-01-02T00:00"})
    assert "Nothing moved" in nothing.text


def test_the_files_say_the_same(browser_client: Client, catalog, lost):
    def lines(name: str, **asked: str) -> list[str]:
        answer = browser_client.get(f"{LEDGER}{name}", asked)
        return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    then = typed(datetime.now(UTC) + timedelta(days=2))
    assert "TEA,Leeds,sellable,7" in lines("as-of.csv", at=then)
    assert "TEA,Leeds,sellable,10" in lines("as-of.csv")
    assert lines("as-of.csv", at=then, location=str(catalog.london.id))[1:] == [
        "MUG-BLU,London,sellable,5", "MUG-RED,London,sellable,5", "TEA,London,sellable,5",
    ]  # fmt: skip
    assert "TEA,Leeds,sellable,0,10,3,7" in lines("diff.csv", until=then)


def test_from_a_number_to_its_entries(browser_client: Client, catalog, lost, django_assert_max_num_queries: Callable):
    asked = {"item": catalog.id("TEA"), "location": catalog.leeds.id, "state": "sellable"}
    with django_assert_max_num_queries(25):
        page = browser_client.get(f"{LEDGER}why/", asked)
    assert [(each.change, each.running) for each in page.context["page"].rows] == [(-3, 7), (10, 10)]
    assert "The flood" in page.text
    assert "differ" not in page.text
    assert f"item={catalog.id('TEA')}&amp;" in browser_client.get(f"/m/acme/inventory/items/{catalog.id('TEA')}/").text
    for wrong in ({}, {**asked, "state": "lost"}, {**asked, "item": "x"}, {**asked, "location": asked["item"]}):
        assert browser_client.get(f"{LEDGER}why/", wrong).status_code == 404


def test_somebody_limited_to_a_location_looks_back_only_there(membership: Callable, catalog, lost):
    client = client_of(membership(role="warehouse", locations=[catalog.london.id]))
    page = client.get(f"{LEDGER}as-of/", {"location": str(catalog.leeds.id)})
    assert {each.location_name for row in page.context["page"].rows for each in row.accounts} == {"London"}
    asked = {"item": catalog.id("TEA"), "location": catalog.leeds.id}
    assert client.get(f"{LEDGER}why/", asked).status_code == 404
    assert "Leeds" not in client.get(f"{LEDGER}diff/").text


def test_what_left_in_a_parcel_leads_to_its_order(browser_client: Client, tenant, catalog, membership: Callable):
    with unit_of_work(tenant.id, system("tests")):
        work = packed(TEA=2)
        dispatch_parcel(parcel_id=parcels(work)[0].id, without_label=True)
        number = work.order.number
    asked = {"item": catalog.id("TEA"), "location": catalog.leeds.id, "state": "sellable"}
    page = browser_client.get(f"{LEDGER}why/", asked)
    assert page.context["page"].rows[0].running == 8
    assert f'<a href="/m/acme/orders/{number}/">#{number}</a>' in page.text
    stranger = client_of(membership(role="warehouse", channels=[uuid7()]))
    assert f"#{number}" not in stranger.get(f"{LEDGER}why/", asked).text
