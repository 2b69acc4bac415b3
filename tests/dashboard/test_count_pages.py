"""Counting as people do it: by list, by scan, by number, and what was found."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.actions.commit import Commit, commit_stock
from inventory.actions.counts.opening import open_count
from inventory.actions.items import ItemDraft, Pack, create_items, update_item
from inventory.actions.receive import Receipt, receive_stock
from inventory.models import CountPlan, StockCount, StockCountEntry
from oms.core.db.keys import uuid7
from oms.dashboard.home.attention import attention_of
from tests.dashboard.orders import inside, reads_and_writes
from tests.dashboard.test_inventory_pages import client_of
from tests.fixtures import make_catalog
from tests.fulfillment.floor import scan as scan_on_the_floor
from tests.fulfillment.floor import started
from tests.inventory.stock import shelf

pytestmark = pytest.mark.django_db
COUNTS = "/m/acme/inventory/counts/"
SCRIPTED = {"HTTP_X_STATION": "1"}


def opened(tenant, catalog, *skus: str, **more) -> str:
    """The address of a new count in Leeds."""
    with inside(tenant):
        ids = [catalog.id(sku) for sku in skus or ("MUG-BLU", "TEA")]
        return f"{COUNTS}{open_count(location_id=catalog.leeds.id, item_ids=ids, **more).number}/"


def scanned(client: Client, url: str, code: str, **more):
    return client.post(f"{url}scan/", {"code": code, "scan_id": str(uuid7()), **more}, **SCRIPTED)


def typed(client: Client, url: str, item_id, counted, **more):
    given = {"item_id": item_id, "state": "sellable", "entry_id": str(uuid7()), "counted": counted, **more}
    return client.post(f"{url}record/", given, **SCRIPTED)


def verdict(response) -> str:
    return re.search(r'data-verdict="(\w*)"', response.text)[1]


def test_from_a_new_count_to_the_book(browser_client, tenant, catalog):
    form = {"location": catalog.leeds.id, "chosen": "items", "skus": "MUG-BLU\r\ntea", "note": "After the move"}
    made = browser_client.post(f"{COUNTS}new/", form)
    assert made.status_code == 303
    url = made["Location"]
    page = browser_client.get(url, follow=True)
    assert "Count 1001 opened." in page.text
    assert "After the move" in page.text
    again = {"scan_id": str(uuid7()), "code": "MUG-BLU"}
    for _sent_again in range(2):
        answer = browser_client.post(f"{url}scan/", again, **SCRIPTED)
    assert (verdict(answer), "MUG-BLU: 1" in answer.text, "<html" in answer.text) == ("right", True, False)
    assert "TEA: 9" in typed(browser_client, url, catalog.id("TEA"), 9).text
    assert "MUG-BLU: 10" in typed(browser_client, url, catalog.id("MUG-BLU"), "10").text
    review = browser_client.get(f"{url}review/")
    assert [line.item.sku for line, _worth, _words in review.context["rows"]] == ["TEA"]
    assert "€3.30" in review.text
    done = browser_client.post(f"{url}finish/", follow=True)
    assert "1 of 2 lines are as in the book: 1 missing, 0 too many." in done.text
    with inside(tenant):
        assert shelf(catalog.id("TEA"), catalog.leeds.id) == (9, 0)
    assert browser_client.get(f"{url}count/").status_code == 302
    refused = browser_client.post(f"{url}finish/")
    assert (refused.status_code, "This count is finished" in refused.text) == (409, True)
    assert "1001" in browser_client.get(COUNTS, {"view": "finished"}).text


def test_what_a_scan_may_meet(browser_client, tenant, catalog):
    url = opened(tenant, catalog)
    unknown = scanned(browser_client, url, "4006381333931")
    assert (verdict(unknown), "No item has the code 4006381333931" in unknown.text) == ("unknown", True)
    missing = scanned(browser_client, url, "MUG-RED")
    assert (verdict(missing), "Add MUG-RED to this count" in missing.text) == ("wrong_item", True)
    assert verdict(scanned(browser_client, url, "MUG-RED", add_missing="1")) == "right"
    assert verdict(scanned(browser_client, url, "")) == "unknown"
    assert verdict(browser_client.post(f"{url}scan/", {"code": "TEA"}, **SCRIPTED)) == "problem"
    whole = browser_client.post(f"{url}scan/", {"code": "TEA", "scan_id": str(uuid7())})
    assert "<html" in whole.text


def test_a_cases_code_counts_all_it_holds(browser_client, tenant, catalog):
    with inside(tenant):
        update_item(item_id=catalog.id("TEA"), changes={"packs": (Pack("Case", 12, barcodes=("CASE",)),)})
    url = opened(tenant, catalog)
    scanned(browser_client, url, "TEA")
    assert "TEA: 13" in scanned(browser_client, url, "case").text


@pytest.mark.parametrize(
    ("counted", "says"),
    [
        ("-1", "Give a count of 0 or more."), ("", "Type how many are there."), ("some", "Enter a whole number"),
        ("4006381333931", "Was a barcode scanned into the number?"),
    ],
)  # fmt: skip
def test_a_number_that_is_none_is_refused_in_words(browser_client, tenant, catalog, counted, says):
    answer = typed(browser_client, opened(tenant, catalog), catalog.id("TEA"), counted)
    assert (answer.status_code, verdict(answer)) == (422, "problem")
    assert says in answer.text
    with inside(tenant):
        assert not StockCountEntry.objects.exists()


def test_another_merchants_item_is_not_known(browser_client, tenant, other_tenant, catalog):
    theirs = make_catalog(other_tenant)
    answer = typed(browser_client, opened(tenant, catalog), theirs.id("TEA"), 1, add_missing="1")
    assert (verdict(answer), "There is no such item." in answer.text) == ("problem", True)


def test_a_new_count_that_cannot_be_is_refused_beside_its_field(browser_client, tenant, catalog):
    opened(tenant, catalog, "TEA")
    form = {"location": catalog.leeds.id, "chosen": "everything"}
    refused = browser_client.post(f"{COUNTS}new/", form)
    assert (refused.status_code, "Count 1001 at Leeds is counting TEA already" in refused.text) == (422, True)
    for more, says in (
        ({"chosen": "items"}, "Scan or type at least one item"),
        ({"chosen": "items", "skus": "NOPE"}, "No item has this SKU or barcode: NOPE"),
        ({"chosen": "due"}, "There is nothing to count"),
        ({"location": uuid7()}, "Select a valid choice"),
    ):
        page = browser_client.post(f"{COUNTS}new/", form | more)
        assert (page.status_code, says in page.text) == (422, True)


def test_a_blind_count_shows_no_expectation_to_who_counts(membership, browser_client, tenant, catalog):
    client = client_of(membership(role="warehouse"))
    url = opened(tenant, catalog, blind=True)
    assert "expected by the book" not in typed(client, url, catalog.id("TEA"), 9).text
    review = client.get(f"{url}review/").text
    assert "This count is blind" in review
    assert "Difference" not in review
    assert "Difference" in browser_client.get(f"{url}review/").text
    typed(client, url, catalog.id("MUG-BLU"), 10)
    assert "Difference" in client.get(f"{url}review/").text


def test_far_off_asks_for_another_person_and_dear_for_a_second(membership, tenant, catalog):
    wim = client_of(membership(role="warehouse", limits={"stock.adjust": "10"}, user__name="Wim"))
    ada = client_of(membership(role="warehouse", limits={"stock.adjust": "10"}, user__name="Ada"))
    url = opened(tenant, catalog, "MUG-BLU")
    typed(wim, url, catalog.id("MUG-BLU"), 2)
    assert "Another person should count again" in wim.post(f"{url}finish/", follow=True).text
    assert "was counted by you" in typed(wim, url, catalog.id("MUG-BLU"), 2).text
    assert verdict(typed(ada, url, catalog.id("MUG-BLU"), 3)) == "right"
    review = ada.get(f"{url}review/")
    assert "above your limit" in review.text
    ((_line, _worth, words),) = review.context["rows"]
    assert [(each.person, each.counted) for each in words] == [("Wim", 2), ("Ada", 3)]
    assert "It waits for a second person" in ada.post(f"{url}finish/", follow=True).text
    assert "Waits for approval" in wim.get(url, follow=True).text


def test_picked_units_wait_in_boxes_and_are_told(browser_client, tenant, catalog):
    with inside(tenant):
        scan_on_the_floor(started(MUG_BLU=2), "MUG-BLU")
    url = opened(tenant, catalog, "MUG-BLU")
    assert "1 is picked and waits in a box" in browser_client.get(f"{url}count/").text


def test_canceling_is_asked_for_and_books_nothing(browser_client, tenant, catalog):
    url = opened(tenant, catalog)
    assert "Nothing is booked" in browser_client.get(f"{url}cancel/").text
    done = browser_client.post(f"{url}cancel/", {"note": "Not now"}, follow=True)
    assert "Count 1001 canceled. Nothing was booked." in done.text


def test_a_task_is_on_home_and_on_the_items_page(browser_client, tenant, catalog, drain):
    with inside(tenant):
        commit_stock(commits=[Commit(uuid7(), catalog.id("TEA"), catalog.leeds.id, 11, uuid7())], cause_kind="parcel")
    drain()
    item = browser_client.get(f"/m/acme/inventory/items/{catalog.id('TEA')}/").text
    assert "The book is off here" in item
    assert "Units nobody can explain" in browser_client.get(COUNTS, {"view": "tasks"}).text
    with inside(tenant):
        (told,) = [each for each in attention_of(lambda verb: verb == "stock.view", "acme") if "counts" in each.url]
        assert told.count == 1


def test_what_is_due_is_listed_and_opened(browser_client, tenant, catalog):
    policy = {
        "abc_days": 90, "a_percent": 80, "b_percent": 95, "a_days": 30, "b_days": 90, "c_days": 7,
        "recount_units": 5, "recount_percent": 10,
    }  # fmt: skip
    assert browser_client.post(f"{COUNTS}settings/", policy).status_code == 303
    with inside(tenant):
        CountPlan.objects.update(due_at=F("due_at") - timedelta(days=8))
    page = browser_client.get(COUNTS, {"location": str(catalog.leeds.id)})
    assert [each.item.sku for each in page.context["page"].rows] == ["MUG-BLU", "MUG-RED", "TEA"]
    assert f"location={catalog.leeds.id}&amp;chosen=due" in page.text
    made = browser_client.post(f"{COUNTS}new/", {"location": catalog.leeds.id, "chosen": "due"})
    assert made.status_code == 303
    assert "Nothing is due" in browser_client.get(COUNTS, {"location": str(catalog.leeds.id)}).text
    refused = browser_client.post(f"{COUNTS}settings/", {"abc_days": "x"})
    assert (refused.status_code, "Enter a whole number" in refused.text) == (422, True)


def test_pages_of_a_long_count_cost_few_statements(browser_client, tenant, catalog):
    with inside(tenant):
        items = create_items(items=[ItemDraft(sku=f"X-{n:03}") for n in range(120)])
        receive_stock(receipts=[Receipt(each.id, catalog.leeds.id, 5) for each in items])
        number = open_count(location_id=catalog.leeds.id, everything=True).number
        for each in items[:3]:
            open_count(location_id=catalog.london.id, item_ids=[each.id])
    for path, most in (
        (f"{COUNTS}?view=open", 12),
        (f"{COUNTS}{number}/count/", 25),
        (f"{COUNTS}{number}/review/", 25),
    ):
        browser_client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert browser_client.get(path).status_code == 200
        assert len(reads_and_writes(captured)) <= most, path
    first = browser_client.get(f"{COUNTS}{number}/count/")
    assert first.context["page"].next
    with CaptureQueriesContext(connection) as captured:
        scanned(browser_client, f"{COUNTS}{number}/", "X-000")
    assert len(reads_and_writes(captured)) <= 25


def test_who_may_not_count_may_look(membership, tenant, catalog):
    reader = client_of(membership(role="read_only"))
    url = opened(tenant, catalog)
    assert reader.get(url, follow=True).status_code == 200
    assert "New count" not in reader.get(COUNTS).text
    for path in ("scan/", "record/", "finish/", "cancel/"):
        assert reader.post(url + path).status_code == 403
    assert reader.get(f"{COUNTS}new/").status_code == 403
    assert reader.get(f"{COUNTS}settings/").status_code == 403
    limited = client_of(membership(role="warehouse", locations=[catalog.london.id]))
    assert limited.get(url).status_code == 404
    with inside(tenant):
        assert StockCount.objects.get().state == "open"
