"""The order list, its views and search; home; exceptions; and the search box of every page."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from oms.accounts.models import Membership
from oms.core.models import AuditEntry, Tenant
from orders.actions.hold import hold_order
from orders.models import Order, SavedView
from tests.dashboard.orders import NOWHERE, ORDERS, client_of, inside, place, reads_and_writes
from tests.fixtures import Catalog, make_catalog
from tests.orders.trade import BERLIN, line

pytestmark = pytest.mark.django_db
HOME = "/m/acme/"
HTMX = {"HX-Request": "true"}


def numbers(client: Client, **query: str) -> list[int]:
    answer = client.get(ORDERS, query)
    assert answer.status_code == 200
    return [row.number for row in answer.context["page"].rows]


# The list


def test_an_empty_list_names_the_first_act(browser_client: Client, tenant: Tenant):
    page = browser_client.get(ORDERS).text
    assert "Bring in your first order" in page
    assert f"{ORDERS}import/" in page


def test_a_row_says_what_comes_next(browser_client: Client, tenant: Tenant, catalog: Catalog):
    place(tenant, line("MUG-BLU", 2), line("TEA"), line("MUG-RED"))
    (held,) = place(tenant, ship_to=NOWHERE)
    page = browser_client.get(ORDERS).text
    for words in ("Leeds to pick 4 units", "Address hold", "Ada Byron", "and 2 more", "Web shop", "€50.00"):
        assert words in page
    assert f"{ORDERS}{held.number}/?from=" in page


def test_the_list_costs_few_statements_however_long(browser_client: Client, tenant: Tenant, catalog: Catalog):
    place(tenant, count=60, ship_to=NOWHERE)
    browser_client.get(ORDERS)
    with CaptureQueriesContext(connection) as captured:
        first = browser_client.get(ORDERS, {"q": "country:DE"})
    assert len(reads_and_writes(captured)) <= 12
    assert len(first.context["page"].rows) == 50
    second = browser_client.get(ORDERS + first.context["page"].next)
    assert len(second.context["page"].rows) == 10
    assert second.context["page"].previous


def test_views_and_words_narrow_and_chips_widen(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (held,) = place(tenant, ship_to=NOWHERE)
    (gift,) = place(tenant, line("TEA"), tags=("gift",), customer_name="Grete Gift", email="grete@example.com")
    assert numbers(browser_client, view="held") == [held.number]
    assert numbers(browser_client, view="ready") == [gift.number]
    assert numbers(browser_client, q="tag:gift sku:TEA") == [gift.number]
    assert numbers(browser_client, q="grete") == [gift.number]
    answer = browser_client.get(ORDERS, {"q": "tag:gift is:held"})
    assert [chip.remove for chip in answer.context["chips"]] == ["?view=all&q=is%3Aheld", "?view=all&q=tag%3Agift"]
    assert "No orders match" in answer.text
    assert "Without tag:gift" in answer.text


def test_a_chosen_filter_joins_what_was_typed(browser_client: Client, tenant: Tenant, catalog: Catalog):
    answer = browser_client.get(ORDERS, {"view": "held", "q": "ada", "add": 'channel:"web"'})
    assert answer.status_code == 302
    assert answer["Location"] == f"{ORDERS}?view=held&q=ada+channel%3A%22web%22"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("shipby:tmrw", "is not a date"),
        ("hold:adress", "Did you mean"),
        ('"open', "not closed"),
        ("x" * 501, "Shorten"),
    ],
)
def test_a_search_that_cannot_be_read_says_what_to_try(
    browser_client: Client, tenant: Tenant, catalog: Catalog, query: str, words: str
):
    place(tenant)
    page = browser_client.get(ORDERS, {"q": query})
    assert page.status_code == 422
    assert words in page.text
    assert 'aria-invalid="true"' in page.text
    part = browser_client.get(ORDERS, {"q": query}, headers=HTMX)
    assert (part.status_code, part["HX-Retarget"]) == (422, "#problem")
    assert "<table" not in part.text


def test_htmx_gets_the_part_that_moves(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant)
    part = browser_client.get(ORDERS, headers=HTMX)
    assert f"#{order.number}" in part.text
    assert "<html" not in part.text
    assert "HX-Request" in part["Vary"]
    assert "<html" in browser_client.get(ORDERS, headers={**HTMX, "HX-History-Restore-Request": "true"}).text
    counted = browser_client.get(f"{ORDERS}counts/", {"view": "all"}).text
    assert 'All<span class="count">1</span>' in counted


def test_new_orders_are_announced_and_move_nothing(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant)
    arrived = f"{ORDERS}arrived/"
    assert browser_client.get(arrived, {"since": order.number, "query": ""}).status_code == 204
    place(tenant, count=2)
    assert "2 new orders" in browser_client.get(arrived, {"since": order.number, "query": ""}).text
    assert browser_client.get(arrived, {"since": order.number, "query": "is:held"}).status_code == 204
    assert browser_client.get(arrived, {"since": "x", "query": "no:sense"}).status_code == 204


def test_a_view_is_saved_shared_and_removed(
    browser_client: Client, membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog
):
    (gift, _plain) = place(tenant, tags=("gift",)) + place(tenant)
    saved = browser_client.post(f"{ORDERS}views/", {"name": "Gifts", "query": "tag:gift", "shared": "on"})
    assert saved.status_code == 303
    colleague = client_of(membership(role="read_only"))
    page = colleague.get(saved["Location"])
    assert [row.number for row in page.context["page"].rows] == [gift.number]
    assert "Remove view" not in page.text
    with inside(tenant):
        view = SavedView.objects.get()
        assert AuditEntry.objects.filter(subject_id=view.id).count() == 1
    remove = f"{ORDERS}views/{view.id}/remove/"
    assert colleague.post(remove).status_code == 403
    assert browser_client.post(remove).status_code == 303
    assert browser_client.post(remove).status_code == 404


def test_a_view_nobody_may_make_keeps_its_name(membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog):
    client = client_of(membership(role="read_only"))
    own = client.post(f"{ORDERS}views/", {"name": "Mine", "query": "is:late"})
    assert own.status_code == 303
    refused = client.post(f"{ORDERS}views/", {"name": "Ours", "query": "is:late", "shared": "on"})
    assert refused.status_code == 422
    assert 'value="Ours"' in refused.text
    assert client.post(f"{ORDERS}views/", {"name": " ", "query": "is:late"}).status_code == 422


def test_another_merchants_orders_are_not_in_the_list(
    browser_client: Client, tenant: Tenant, catalog: Catalog, other_tenant: Tenant
):
    make_catalog(other_tenant)
    (theirs,) = place(other_tenant, external_id="THEIRS-1", customer_name="Rivka Rival")
    assert numbers(browser_client) == []
    assert numbers(browser_client, q="THEIRS-1") == []
    assert numbers(browser_client, q="rivka") == []
    assert str(theirs.id) not in browser_client.get(ORDERS).text


# Home and exceptions


def test_home_without_orders_shows_the_way(browser_client: Client, tenant: Tenant):
    page = browser_client.get(HOME)
    assert [step.done for step in page.context["steps"]] == [False] * 5
    assert "Import your orders" in page.text


def test_home_knows_what_is_set_up(browser_client: Client, tenant: Tenant, catalog: Catalog):
    assert [step.done for step in browser_client.get(HOME).context["steps"]] == [True, True, True, False, False]


def test_each_count_on_home_opens_just_those(browser_client: Client, tenant: Tenant, catalog: Catalog):
    place(tenant, count=2, ship_to=NOWHERE)
    place(tenant, line("MUG-BLU", 20))
    page = browser_client.get(HOME)
    counted = {each.url: each.count for each in page.context["attention"]}
    # The shop of these tests has nobody who tells its customers; that page lists channels, not rows.
    assert counted.pop("settings/channels/") == 1
    assert counted.pop("inventory/alerts/?kind=out") == 1
    assert len(browser_client.get(f"{HOME}inventory/alerts/?kind=out").context["page"].rows) == 1
    assert counted == {
        f"{ORDERS}exceptions/?kind=address": 2,
        f"{ORDERS}?q=is%3Aopen+fulfillment%3Apart_allocated": 1,
    }
    for url, count in counted.items():
        opened = browser_client.get(url)
        assert len(opened.context["page"].rows) == count
    assert page.context["placed_today"] == 3
    seen = page.context["seen"]
    assert browser_client.get(HOME, {"seen": seen}, headers=HTMX).status_code == 204
    place(tenant, ship_to=NOWHERE)
    moved = browser_client.get(HOME, {"seen": seen}, headers=HTMX)
    assert "<html" not in moved.text
    assert ">3<" in moved.text


def test_what_leaves_today_is_told_by_location(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant)
    with inside(tenant):
        Order.objects.filter(id=order.id).update(ship_by=timezone.now() - timedelta(hours=1))
    page = browser_client.get(HOME)
    assert [(name, each.orders) for name, each in page.context["due"]] == [("Leeds", 1)]
    assert "is past its ship-by time" in page.text


@pytest.mark.parametrize("role", ["manager", "warehouse", "support", "finance", "read_only"])
def test_home_stands_for_every_role(membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog, role: str):
    client = client_of(membership(role=role))
    assert client.get(HOME).status_code == 200
    place(tenant)
    assert client.get(HOME).status_code == 200
    assert client.get(ORDERS).status_code == 200


def test_exceptions_name_the_fix_and_cost_few_statements(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (bad,) = place(tenant, ship_to=NOWHERE)
    (strange,) = place(tenant, line("CUP"), on_unknown_sku="hold")
    (asked,) = place(tenant)
    with inside(tenant):
        hold_order(order_id=asked.id, kind="customer", reason="Wait for me")
    with CaptureQueriesContext(connection) as captured:
        page = browser_client.get(f"{ORDERS}exceptions/")
    assert len(reads_and_writes(captured)) <= 12
    for words in ("Correct address", "Match item", "Decide", "Wait for me", f"{ORDERS}{bad.number}/edit/"):
        assert words in page.text
    only = browser_client.get(f"{ORDERS}exceptions/", {"kind": "unknown_sku"})
    assert [hold.order.number for hold in only.context["page"].rows] == [strange.number]


def test_nothing_stuck_is_said(browser_client: Client, tenant: Tenant):
    assert "Nothing is stuck" in browser_client.get(f"{ORDERS}exceptions/").text


# The search box of every page


def test_an_exact_hit_opens_and_anything_else_is_searched(browser_client: Client, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant, external_id="WEB-5512", ship_to=BERLIN)
    found = {
        str(order.number): f"{ORDERS}{order.number}/",
        f" #{order.number} ": f"{ORDERS}{order.number}/",
        "WEB-5512": f"{ORDERS}{order.number}/",
        "mug-blu": f"/m/acme/inventory/items/{catalog.id('MUG-BLU')}/",
        "ada byron": f"{ORDERS}?q=ada+byron",
        "": f"{ORDERS}?q=",
        "x" * 300: f"{ORDERS}?q={'x' * 300}",
    }
    for text, url in found.items():
        assert browser_client.get("/m/acme/search/", {"q": text})["Location"] == url
    assert browser_client.get(f"/m/acme/search/?q={uuid4()}")["Location"].startswith(ORDERS)
