"""Stock as people see and change it: the list, an item, adjusting, receiving, locations and the ledger."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from inventory.actions.items import update_item
from inventory.models import Balance, Item, Location, Movement
from oms.accounts.models import Approval, Membership
from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from tests.fixtures import Catalog, make_catalog

pytestmark = pytest.mark.django_db
STOCK = "/m/acme/inventory/"


def inside(tenant: Tenant):
    return unit_of_work(tenant.id, system("tests"))


def on_hand(tenant: Tenant, item: Item, location: Location, state: str = "sellable") -> int:
    with inside(tenant):
        return Balance.objects.filter(item=item, location=location, state=state).values_list("on_hand", flat=True).get()


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
    with django_assert_max_num_queries(18):
        page = browser_client.get(address)
    assert page.context["chart"].days[0].came == 15
    assert "<c-" not in page.text


def test_a_strangers_item_and_location_are_not_found(browser_client: Client, tenant: Tenant, other_tenant: Tenant):
    theirs = make_catalog(other_tenant)
    item, location = theirs.id("TEA"), theirs.leeds.id
    for path in (f"items/{item}/", f"items/{item}/edit/", f"items/{item}/adjust/", f"locations/{location}/"):
        assert browser_client.get(STOCK + path).status_code == 404


# Changing stock


def change(client: Client, catalog: Catalog, code: str, **form: object):
    given = {"location": catalog.leeds.id, "state": "sellable", "reason": "", **form}
    return client.post(f"{STOCK}items/{catalog.id('MUG-BLU')}/{code}/", given)


def test_receiving_the_same_form_twice_counts_once(browser_client: Client, tenant: Tenant, catalog: Catalog):
    for _ in range(2):
        answer = change(browser_client, catalog, "receive", quantity=4, idempotency_key="k-1")
        assert answer.status_code == 303
    assert on_hand(tenant, catalog.item("MUG-BLU"), catalog.leeds) == 14


@pytest.mark.parametrize(
    ("how", "quantity", "left"), [("counted", "7", 7), ("change", "-3", 7), ("change", "2", 12), ("counted", "0", 0)]
)
def test_stock_is_adjusted_to_a_count_or_by_a_change(
    browser_client: Client, tenant: Tenant, catalog: Catalog, how: str, quantity: str, left: int
):
    answer = change(browser_client, catalog, "adjust", how=how, quantity=quantity, reason="count")
    assert answer.status_code == 303
    assert on_hand(tenant, catalog.item("MUG-BLU"), catalog.leeds) == left


@pytest.mark.parametrize("quantity", ["", "many", "1.5", "-1", str(10**12)])
def test_a_count_that_is_none_is_refused_with_the_value_kept(
    browser_client: Client, tenant: Tenant, catalog: Catalog, quantity: str
):
    page = change(browser_client, catalog, "adjust", how="counted", quantity=quantity, reason="count")
    assert page.status_code == 422
    assert page.context["form"].errors["quantity"]
    assert on_hand(tenant, catalog.item("MUG-BLU"), catalog.leeds) == 10


def test_units_are_set_aside_but_not_more_than_there_are(browser_client: Client, tenant: Tenant, catalog: Catalog):
    states = {"from_state": "sellable", "to_state": "damaged"}
    assert change(browser_client, catalog, "set-aside", quantity=3, **states).status_code == 303
    assert on_hand(tenant, catalog.item("MUG-BLU"), catalog.leeds, "damaged") == 3
    page = change(browser_client, catalog, "set-aside", quantity=99, **states)
    assert page.status_code == 422
    assert "At most 7" in page.text


def test_an_adjustment_above_the_limit_waits_for_another_person(
    membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog, browser_client: Client
):
    with inside(tenant):
        Item.objects.filter(id=catalog.id("MUG-BLU")).update(cost=Decimal(1000))
    picker = client_of(membership(role="warehouse"))
    answer = change(picker, catalog, "adjust", how="counted", quantity=9, reason="loss")
    assert "waits for a second person" in picker.get(answer["Location"]).text
    assert on_hand(tenant, catalog.item("MUG-BLU"), catalog.leeds) == 10
    with inside(tenant):
        approval = Approval.objects.get()
    decided = browser_client.post(f"/m/acme/settings/approvals/{approval.id}/", {"decision": "approve"})
    assert decided.status_code == 303
    assert on_hand(tenant, catalog.item("MUG-BLU"), catalog.leeds) == 9


def test_who_may_not_change_stock_is_offered_nothing_and_refused(
    membership: Callable[..., Membership], catalog: Catalog
):
    client = client_of(membership(role="read_only"))
    page = client.get(f"{STOCK}items/{catalog.id('MUG-BLU')}/")
    assert page.context["changes"] == []
    assert "/adjust/" not in page.text
    assert change(client, catalog, "adjust", how="counted", quantity=1, reason="count").status_code == 403
    assert client.get(f"{STOCK}receive/").status_code == 403
    assert client.get(f"{STOCK}items/new/").status_code == 403


# A delivery


def delivery(catalog: Catalog, *lines: tuple[str, str], **more: str) -> dict[str, object]:
    form = {"location": catalog.leeds.id, "reason": "D-1", "form-TOTAL_FORMS": len(lines), "form-INITIAL_FORMS": 0}
    for number, (code, quantity) in enumerate(lines):
        form |= {f"form-{number}-code": code, f"form-{number}-quantity": quantity, f"form-{number}-state": "sellable"}
    return {**form, **more}


def test_a_delivery_is_received_line_by_line_in_one_go(browser_client: Client, tenant: Tenant, catalog: Catalog):
    lines = [("mug-blu", "2"), ("", ""), ("TEA", "5")]
    answer = browser_client.post(f"{STOCK}receive/", delivery(catalog, *lines))
    assert answer.status_code == 303
    assert "7 units received." in browser_client.get(answer["Location"]).text
    assert on_hand(tenant, catalog.item("MUG-BLU"), catalog.leeds) == 12
    assert on_hand(tenant, catalog.item("TEA"), catalog.leeds) == 15


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("NO-SUCH", "1"), "Line 2: No item has this SKU or barcode"),
        (("TEA", ""), "Line 2: Say how many came in."),
        (("", "3"), "Line 2: Say which item these are."),
        (("TEA", "0"), "Line 2:"),
        (("TEA", str(10**12)), "Line 2: Give a quantity"),
    ],
)
def test_a_bad_line_stops_the_whole_delivery_and_is_named(
    browser_client: Client, tenant: Tenant, catalog: Catalog, line: tuple[str, str], words: str
):
    page = browser_client.post(f"{STOCK}receive/", delivery(catalog, ("mug-blu", "2"), line))
    assert page.status_code == 422
    assert words in page.text
    assert 'value="mug-blu"' in page.text
    assert on_hand(tenant, catalog.item("MUG-BLU"), catalog.leeds) == 10


def test_an_empty_delivery_asks_for_an_item_and_more_lines_keep_what_was_typed(
    browser_client: Client, catalog: Catalog
):
    empty = browser_client.post(f"{STOCK}receive/", delivery(catalog, ("", "")))
    assert "Scan or type at least one item." in empty.text
    more = browser_client.post(f"{STOCK}receive/", delivery(catalog, ("TEA", "x"), more="1"))
    assert more.status_code == 200
    assert len(more.context["lines"].forms) == 9
    assert 'value="x"' in more.text


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
    change(browser_client, catalog, "adjust", how="change", quantity="-1", reason="loss", note="Fell")

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
