"""Changing stock from its pages: adjusting, receiving one item or a delivery, setting aside, asking a second person."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from inventory.models import Balance, Item, Location
from oms.accounts.models import Approval, Membership
from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from tests.fixtures import Catalog

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
