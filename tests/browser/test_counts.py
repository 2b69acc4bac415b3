"""Counting with a wedge scanner in a real browser, on a screen 320 px wide."""

import pytest
from playwright.sync_api import Page, expect

from inventory.actions.counts.calling import call_counts
from inventory.actions.counts.plan import plan_counts
from inventory.models import CountPlan, StockCount
from oms.accounts.models import Membership
from oms.accounts.queries import actor_of_membership
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from tests.browser.test_floor import faults, verdict
from tests.browser.test_stock_and_settings import desk, scan
from tests.fixtures import Catalog
from tests.inventory.counts import counting
from tests.inventory.stock import shelf

desk = desk


@pytest.fixture
def called(tenant: Tenant, owner: Membership, catalog: Catalog) -> None:
    """Something is due everywhere, count 1001 is called for, and 1002 is under way."""
    with unit_of_work(tenant.id, actor_of_membership(owner)) as opened:
        plan_counts()
        CountPlan.objects.update(due_at=opened.now)
        call_counts(wanted={(catalog.id("MUG-RED"), catalog.leeds.id): "short_pick"})
        counting(catalog, "MUG-BLU", "TEA", note="After the move")


def test_from_the_list_to_the_book_by_gun(
    desk: Page, served: str, tenant: Tenant, owner: Membership, catalog: Catalog, called: None
):
    for path in ("", "?view=tasks", "?view=open", "?view=finished", "new/?chosen=due", "settings/", "1002/cancel/"):
        desk.goto(f"{served}/m/acme/inventory/counts/{path}")
        assert faults(desk) == []
    desk.goto(f"{served}/m/acme/inventory/counts/1002/")
    desk.wait_for_url("**/counts/1002/count/")
    scan(desk, "NONSENSE")
    verdict(desk, "unknown", "No item has the code NONSENSE. Nothing was counted.")
    assert faults(desk) == []
    scan(desk, "MUG-BLU")
    verdict(desk, "right", "MUG-BLU: 1")
    desk.get_by_label("Or type how many there are in all").fill("8")
    desk.get_by_role("button", name="Save number").click()
    verdict(desk, "right", "MUG-BLU: 8")
    expect(desk.get_by_text("10 expected by the book")).to_be_visible()
    assert faults(desk) == []
    scan(desk, "TEA-")
    verdict(desk, "unknown", "No item has the code TEA-. Nothing was counted.")
    desk.get_by_label("Scan each unit, or type a code").fill("tea")
    desk.get_by_label("Scan each unit, or type a code").press("Enter")
    verdict(desk, "right", "TEA: 1")
    desk.get_by_label("Or type how many there are in all").fill("10")
    desk.get_by_role("button", name="Save number").click()
    verdict(desk, "right", "TEA: 10")
    expect(desk.locator("[data-progress]")).to_have_text("2 of 2 counted")
    desk.get_by_role("link", name="Review and finish").click()
    expect(desk.locator("#lines").get_by_role("row")).to_have_count(2)
    assert faults(desk) == []
    desk.get_by_role("button", name="Finish count").click()
    expect(desk.locator("#toasts").get_by_text("2 missing, 0 too many")).to_be_visible()
    assert faults(desk) == []
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        assert StockCount.objects.get(number=1002).state == "finished"
        assert shelf(catalog.id("MUG-BLU"), catalog.leeds.id) == (8, 0)


def test_what_is_not_in_the_count_can_be_added(desk: Page, served: str, called: None):
    desk.goto(f"{served}/m/acme/inventory/counts/1001/count/")
    scan(desk, "MUG-BLU")
    verdict(desk, "problem", "MUG-BLU is being counted in count 1002. Enter it there.")
    desk.goto(f"{served}/m/acme/inventory/counts/1002/cancel/")
    desk.get_by_role("button", name="Cancel count").click()
    desk.goto(f"{served}/m/acme/inventory/counts/1001/count/")
    scan(desk, "MUG-BLU")
    verdict(desk, "wrong_item", "MUG-BLU is not in this count. Nothing was counted.")
    assert faults(desk) == []
    desk.get_by_role("button", name="Add MUG-BLU to this count").click()
    verdict(desk, "right", "MUG-BLU: 1")
    expect(desk.locator("[data-progress]")).to_have_text("1 of 2 counted")
