"""Stock as people see and change it: the list, an item, locations and the ledger."""

from collections.abc import Callable

import pytest
from django.test import Client

from inventory.actions.items import update_item
from inventory.models import Item, Movement
from oms.accounts.models import Membership
from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from tests.fixtures import Catalog, make_catalog

pytestmark = pytest.mark.django_db
STOCK = "/m/acme/inventory/"


def inside(tenant: Tenant):
    return unit_of_work(tenant.id, system("tests"))


def client_of(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


# The list


def test_an_empty_list_teaches_the_first_act(browser_client: Client, tenant: Tenant):
    page = browser_client.get(STOCK).text
    assert "Add your first item" in page
    assert f"{STOCK}items/new/" in page


def test_the_list_shows_what_is_available_in_all_and_per_location(browser_client: Client, catalog: Catalog):
    page = browser_client.get(STOCK)
    assert [row.item.sku for row in page.context["page"].rows] == ["MUG-BLU", "MUG-RED", "TEA"]
    assert page.context["page"].rows[0].stock.available == 15
    assert "Leeds" in page.text
    assert "London" in page.text


@pytest.mark.parametrize(("text", "found"), [("mug", 2), ("loose", 1), ("TEA", 1), ("nothing", 0), ("%", 0)])
def test_a_search_finds_by_sku_and_words(
    browser_client: Client, tenant: Tenant, catalog: Catalog, text: str, found: int
):
    with inside(tenant):
        update_item(item_id=catalog.id("TEA"), changes={"name": "Loose leaves"})
    page = browser_client.get(STOCK, {"q": text})
    assert len(page.context["page"].rows) == found
    if not found:
        assert "No item matches" in page.text


def test_the_list_pages_and_costs_few_statements(
    browser_client: Client, tenant: Tenant, catalog: Catalog, django_assert_max_num_queries: Callable
):
    with inside(tenant):
        for number in range(60):
            Item.objects.create(sku=f"X-{number:03}", sku_key=f"X-{number:03}")
    with django_assert_max_num_queries(12):
        page = browser_client.get(STOCK, {"q": "", "location": ""})
    assert len(page.context["page"].rows) == 50
    second = browser_client.get(STOCK + page.context["page"].next)
    assert second.context["page"].rows[-1].item.sku == "X-059"
    assert second.context["page"].previous


def test_somebody_limited_to_a_location_sees_only_its_stock(
    membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog
):
    client = client_of(membership(role="warehouse", locations=[catalog.london.id]))
    page = client.get(STOCK)
    assert page.context["page"].rows[0].stock.available == 5
    assert "Leeds" not in page.text
    item = f"{STOCK}items/{catalog.id('TEA')}/"
    assert client.get(item).context["chart"].days[0].on_hand == 5
    refused = client.post(
        f"{item}receive/", {"location": catalog.leeds.id, "quantity": 1, "state": "sellable", "reason": ""}
    )
    assert refused.status_code == 422


# Items


def test_an_item_is_added_and_shown(browser_client: Client, tenant: Tenant):
    form = {"sku": "cup-1", "name": "Cup <i>", "barcodes": "400638133393\r\n\r\n", "price": "4.5", "active": "on"}
    made = browser_client.post(f"{STOCK}items/new/", form)
    assert made.status_code == 303
    page = browser_client.get(made["Location"]).text
    assert "Item cup-1 added." in page
    assert "Cup &lt;i&gt;" in page
    assert "400638133393" in page


def test_a_refused_item_keeps_what_was_typed_and_names_the_field(browser_client: Client, catalog: Catalog):
    page = browser_client.post(f"{STOCK}items/new/", {"sku": "mug-blu", "name": "Twin", "weight_g": "heavy"})
    assert page.status_code == 422
    assert "Enter a whole number" in page.text
    assert 'value="heavy"' in page.text
    taken = browser_client.post(f"{STOCK}items/new/", {"sku": "mug-blu", "name": "Twin"})
    assert taken.status_code == 422
    assert "is taken" in taken.context["form"].errors["sku"][0]
    assert 'value="Twin"' in taken.text
    assert "<title>Error:" in taken.text


def test_an_item_is_changed_once_and_a_stale_form_is_refused(browser_client: Client, tenant: Tenant, catalog: Catalog):
    address = f"{STOCK}items/{catalog.id('MUG-BLU')}/edit/"
    first = browser_client.get(address)
    values = {name: value for name, value in first.context["form"].initial.items() if value is not None}
    form = {**values, "barcodes": "", "aliases": "", "name": "Mug, sea blue", "active": "on"}
    assert browser_client.post(address, form).status_code == 303
    stale = browser_client.post(address, {**form, "name": "Mug, sky blue"})
    assert stale.status_code == 422
    assert "Someone changed this item" in stale.text
    assert "Mug, sky blue" in stale.text
    with inside(tenant):
        assert Item.objects.get(id=catalog.id("MUG-BLU")).name == "Mug, sea blue"


def test_an_item_page_stays_within_its_statements(
    browser_client: Client, catalog: Catalog, django_assert_max_num_queries: Callable
):
    address = f"{STOCK}items/{catalog.id('MUG-BLU')}/"
    browser_client.get(address)
    with django_assert_max_num_queries(24):
        page = browser_client.get(address)
    assert page.context["chart"].days[0].came == 15
    assert "<c-" not in page.text


def test_a_strangers_item_and_location_are_not_found(browser_client: Client, tenant: Tenant, other_tenant: Tenant):
    theirs = make_catalog(other_tenant)
    item, location = theirs.id("TEA"), theirs.leeds.id
    for path in (f"items/{item}/", f"items/{item}/edit/", f"items/{item}/adjust/", f"locations/{location}/"):
        assert browser_client.get(STOCK + path).status_code == 404


# Locations


LOCATION = {"name": "York", "code": "york", "kind": "store", "timezone": "Europe/London", "ships": "on", "active": "on"}


def test_a_location_is_added_changed_and_kept_from_closing_over_stock(
    browser_client: Client, tenant: Tenant, catalog: Catalog
):
    address = {"line1": "1 Stonegate", "city": "York", "postcode": "YO1 8AW", "country": "GB", "cutoff": "15:30"}
    assert browser_client.post(f"{STOCK}locations/new/", {**LOCATION, **address}).status_code == 303
    page = browser_client.get(f"{STOCK}locations/").text
    assert "1 Stonegate" in page
    assert "15:30" in page
    leeds = f"{STOCK}locations/{catalog.leeds.id}/"
    closed = browser_client.post(leeds, {**LOCATION, "name": "Leeds", "code": "LEEDS", "active": "", "version": 1})
    assert closed.status_code == 422
    assert "still holds" in closed.text


def test_a_location_that_cannot_be_is_refused_by_field(browser_client: Client, catalog: Catalog):
    page = browser_client.post(f"{STOCK}locations/new/", {**LOCATION, "code": "LEEDS", "latitude": "95"})
    assert page.status_code == 422
    assert page.context["form"].errors["latitude"]
    twin = browser_client.post(f"{STOCK}locations/new/", {**LOCATION, "code": "LEEDS"})
    assert "exists already" in twin.context["form"].errors["code"][0]


def test_locations_move_up_and_down_and_rest_at_the_ends(browser_client: Client, tenant: Tenant, catalog: Catalog):
    def names() -> list[str]:
        return [row[0].name for row in browser_client.get(f"{STOCK}locations/").context["locations"]]

    assert names() == ["Leeds", "London"]
    move = f"{STOCK}locations/{catalog.london.id}/move/"
    assert browser_client.post(move, {"direction": "up"}).status_code == 303
    assert names() == ["London", "Leeds"]
    browser_client.post(move, {"direction": "up"})
    assert names() == ["London", "Leeds"]
    browser_client.post(move, {"direction": "down"})
    assert names() == ["Leeds", "London"]


# The ledger


def test_the_ledger_is_narrowed_by_item_location_cause_and_day(
    browser_client: Client, catalog: Catalog, django_assert_max_num_queries: Callable
):
    loss = {"location": catalog.leeds.id, "state": "sellable", "how": "change", "quantity": "-1", "reason": "loss"}
    browser_client.post(f"{STOCK}items/{catalog.id('MUG-BLU')}/adjust/", {**loss, "note": "Fell"})

    def rows(**filters: object) -> list[Movement]:
        return browser_client.get(f"{STOCK}ledger/", filters).context["page"].rows

    with django_assert_max_num_queries(12):
        assert len(rows()) == 7
    assert len(rows(q="mug-blu")) == 3
    assert len(rows(location=catalog.london.id)) == 3
    assert [row.reason for row in rows(cause="adjustment")] == ["Lost: Fell"]
    assert rows(until="2001-01-01") == []
    assert len(rows(since="2001-01-01")) == 7


@pytest.mark.parametrize("filters", [{"since": "tomorrow"}, {"cause": "magic"}, {"cursor": "x"}])
def test_a_filter_that_cannot_be_read_is_said(browser_client: Client, catalog: Catalog, filters: dict[str, str]):
    assert browser_client.get(f"{STOCK}ledger/", filters).status_code == 422


def test_the_ledger_teaches_when_it_is_empty_and_when_nothing_is_found(browser_client: Client, tenant: Tenant):
    assert "Nothing has moved yet" in browser_client.get(f"{STOCK}ledger/").text
    assert "No item has this SKU" in browser_client.get(f"{STOCK}ledger/?q=nope").text
