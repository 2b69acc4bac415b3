"""Returns in the dashboard: the list, one return, receiving and inspecting by gun, and no script needed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Item
from oms.core.db.keys import uuid7
from returns.actions.request import approve_return
from returns.models import Return
from tests.dashboard.orders import client_of, inside, reads_and_writes
from tests.returns.goods import asked, received, shipped, the_line

pytestmark = pytest.mark.usefixtures("catalog")
RETURNS = "/m/acme/returns/"


@pytest.fixture
def found(tenant) -> Return:
    with inside(tenant):
        return asked(shipped(TEA=2), 2, asked_by="customer")


def test_an_empty_list_says_where_returns_come_from(browser_client, tenant):
    assert "Customers start one" in browser_client.get(RETURNS).text
    assert "No return waits here" in browser_client.get(RETURNS, {"view": "overdue"}).text


def test_from_asking_to_money_without_a_script(browser_client, tenant, found):
    page, url = browser_client.get(RETURNS, {"view": "to_approve"}).text, f"{RETURNS}{found.number}/"
    for words in (f"R{found.number}", "2 × TEA", "Changed their mind"):
        assert words in page
    assert "It can be sent back" in browser_client.get(url).text
    assert browser_client.post(f"{url}approve/").status_code == 303
    wrong = browser_client.post(f"{url}receive/", {"scan_id": uuid7(), "code": "MUG-RED"})
    assert wrong.status_code == 409
    assert "is not in this return" in wrong.text
    scan = {"scan_id": uuid7(), "code": "tea"}
    for _again in range(2):
        assert "TEA is here." in browser_client.post(f"{url}receive/", scan).text
    assert "1 more unit is expected" in browser_client.get(f"{url}receive/").text
    browser_client.post(f"{url}receive/", {"scan_id": uuid7(), "code": "TEA"})
    with inside(tenant):
        line = the_line(found).id
    seen = {"line": line, "quantity": "1", "grade": "as_new"}
    assert "1 unit waits" in browser_client.post(f"{url}inspect/", seen | {"scan_id": uuid7()}).text
    done = browser_client.post(
        f"{url}inspect/", seen | {"scan_id": uuid7(), "grade": "damaged", "disposition": "scrap"}
    )
    assert done.status_code == 303
    page = browser_client.get(url).text
    assert "1 × Damaged: Throw away" in page


def test_declining_needs_a_reason_that_the_customer_reads(browser_client, tenant, found):
    url = f"{RETURNS}{found.number}/"
    assert browser_client.post(f"{url}decline/", {"reason": ""}).status_code == 422
    assert browser_client.post(f"{url}decline/", {"reason": "It was worn."}).status_code == 303
    page = browser_client.get(url).text
    assert "It was worn." in page
    again = browser_client.post(f"{url}approve/")
    assert again.status_code == 409
    assert "This return is declined" in again.text


def test_support_opens_one_for_who_calls(membership, tenant):
    client = client_of(membership(role="support"))
    with inside(tenant):
        order = shipped(TEA=2, MUG_BLU=1)
        Item.objects.filter(sku="MUG-BLU").update(final_sale=True)
        lines = {line.sku: line.id for line in order.lines.all()}
    url = f"{RETURNS}new/?order={order.number}"
    assert "It was sold for good" in client.get(url).text
    nothing = client.post(url, {"outcome": "refund"})
    assert nothing.status_code == 422
    assert "Choose at least one line" in nothing.text
    given = {"outcome": "refund", f"units_{lines['TEA']}": "1", f"reason_{lines['TEA']}": "damaged"}
    assert client.post(url, given).status_code == 303
    assert client.post(f"{RETURNS}1001/receive/", {"scan_id": uuid7(), "code": "TEA"}).status_code == 403
    assert client.get(f"{RETURNS}new/?order=x").status_code == 404


def test_a_picker_receives_but_does_not_decide(membership, tenant, found):
    client = client_of(membership(role="warehouse"))
    assert client.post(f"{RETURNS}{found.number}/approve/").status_code == 403
    with inside(tenant):
        approve_return(return_id=found.id)
    page = client.get(f"{RETURNS}{found.number}/").text
    assert 'data-verb="receive"' in page
    assert 'data-verb="cancel"' not in page


def test_the_policy_is_tried_on_an_order(browser_client, tenant, found):
    assert "2 can be sent back" not in browser_client.get(f"{RETURNS}policy/?order=%23{found.order.number}").text
    assert browser_client.post(f"{RETURNS}policy/", {"days": "400"}).status_code == 422
    assert browser_client.post(f"{RETURNS}policy/", {"days": "14"}).status_code == 303
    tenant.refresh_from_db()
    assert tenant.settings["return_days"] == 14
    assert "no order with this number" in browser_client.get(f"{RETURNS}policy/?order=999").text


def test_the_pages_cost_few_statements(browser_client, tenant):
    with inside(tenant):
        for _each in range(3):
            found = received(shipped(TEA=1), 1)
    browser_client.get(RETURNS)
    with CaptureQueriesContext(connection) as captured:
        browser_client.get(RETURNS)
    assert len(reads_and_writes(captured)) <= 14
    with CaptureQueriesContext(connection) as captured:
        browser_client.get(f"{RETURNS}{found.number}/")
    assert len(reads_and_writes(captured)) <= 25
