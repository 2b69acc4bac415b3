"""Channels in a real browser: a shop is connected, its order comes in, what failed is mended and replayed."""

import pytest
from playwright.sync_api import Page, expect

from channels.models import Connection
from channels.tasks import read_messages
from inventory.actions.items import ItemDraft, create_items
from oms.accounts.models import Membership
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from tests.browser.test_stock_and_settings import desk, is_wider_than_screen, violations
from tests.channels.hooks import PROCESS, connected, kept, order, signed, told
from tests.fixtures import Catalog

__all__ = ["desk"]
LONG = "Shop system of the warehouse outlet in Newcastle upon Tyne, second floor"


@pytest.fixture
def shop(tenant: Tenant, owner: Membership, catalog: Catalog, drain):
    """A hook with one message in every state."""
    drain()
    made = connected(tenant, catalog.channel, LONG)
    made.say("order.placed", order(external_id="A-VERY-LONG-NUMBER-OF-THE-SHOP-2026-11-24-000000123"))
    made.say("order.placed", order({"sku": "NEW", "quantity": 1, "unit_price": "5"}))
    made.say("order.cancelled", {"external_id": "EARLY"})
    made.say("customer.updated", {})
    made.post(told("order.placed", order()), {})
    return made


def test_every_page_is_accessible_and_fits(desk: Page, served: str, shop, tenant: Tenant):
    desk.set_viewport_size({"width": 320, "height": 800})
    messages = [f"messages/{each.id}/" for each in kept(tenant)]
    of_one = [f"{shop.id}/{page}" for page in ("", "?state=due", "?state=done", "rename/", "rotate/")]
    wrong = {}
    for number, path in enumerate(["", "connect/", "failures/", *of_one, *messages]):
        desk.emulate_media(color_scheme=("light", "dark")[number % 2], reduced_motion="reduce")
        assert desk.goto(f"{served}/m/acme/channels/{path}").status == 200, path
        found = violations(desk)
        if is_wider_than_screen(desk):
            found.append("scrolls sideways")
        if found:
            wrong[path] = found
    assert wrong == {}


def test_the_empty_pages_are_accessible_and_fit(desk: Page, served: str):
    desk.set_viewport_size({"width": 320, "height": 800})
    for path in ("", "connect/", "failures/"):
        desk.goto(f"{served}/m/acme/channels/{path}")
        expect(desk.locator(".empty h2")).to_be_visible()
        assert violations(desk) == []
        assert not is_wider_than_screen(desk)


def test_a_shop_is_connected_and_what_failed_is_mended_and_replayed(
    desk: Page, served: str, tenant: Tenant, catalog: Catalog, drain
):
    drain()
    desk.goto(f"{served}/m/acme/")
    desk.get_by_role("link", name="Channels", exact=True).click()
    desk.get_by_role("link", name="Connect a channel").click()
    desk.get_by_role("button", name="Connect channel").click()
    expect(desk.get_by_role("alert")).to_be_focused()
    assert violations(desk) == []
    desk.get_by_label("Name").fill("Shop system")
    desk.get_by_role("button", name="Connect channel").click()
    secret = desk.locator("#new-secret").inner_text()
    desk.set_viewport_size({"width": 320, "height": 800})
    assert not is_wider_than_screen(desk)
    with unit_of_work(tenant.id, PROCESS):
        hook = Connection.objects.get(kind="hook").id
    body = told("order.placed", order({"sku": "NEW", "quantity": 1, "unit_price": "5"}))
    address = f"{served}/hooks/channels/{tenant.public_id}/{hook}"
    headers = {"content-type": "application/json", **signed(secret, body)}
    assert desk.request.post(address, data=body, headers=headers).json() == {"status": "accepted"}
    read_messages(tenant_id=tenant.id)

    desk.reload()
    expect(desk.locator("#new-secret")).to_have_count(0)
    desk.get_by_role("link", name="Order WEB-1").click()
    expect(desk.get_by_role("region", name="It failed")).to_contain_text("Line 1, sku: No item has the SKU “NEW”")
    with unit_of_work(tenant.id, PROCESS):
        create_items(items=[ItemDraft(sku="NEW", name="New")])
    desk.get_by_role("button", name="Replay message").click()
    expect(desk.locator("#toasts").get_by_text("It is read again.")).to_be_visible()
    read_messages(tenant_id=tenant.id)
    desk.reload()
    desk.get_by_role("link", name="Open order #").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("1001")
