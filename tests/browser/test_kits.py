"""The pages of kits and assembly orders in a real browser, and goods booked as done by gun."""

import pytest
from playwright.sync_api import Page, expect

from inventory.actions.items import update_item
from inventory.actions.kits.assembling import plan_assembly
from inventory.actions.kits.contents import Contents, set_contents
from oms.accounts.models import Membership
from oms.accounts.queries import actor_of_membership
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from orders.actions.place import place_order
from tests.browser.test_stock_and_settings import LONG, desk, is_wider_than_screen, violations  # noqa: F401  a fixture
from tests.fixtures import Catalog
from tests.inventory.kits import gift_box
from tests.orders.trade import draft, line

PAGES = (
    "inventory/items/{box}/", "inventory/items/{box}/components/", "inventory/items/{tin}/", "inventory/",
    "inventory/assembly/", "inventory/assembly/new/", "inventory/assembly/1001/", "orders/{order}/",
    "orders/{order}/cancel/",
)  # fmt: skip


@pytest.fixture
def trade(tenant: Tenant, owner: Membership, catalog: Catalog) -> dict[str, object]:
    """A kit, an order of it, and goods that are being assembled; returns what addresses need."""
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        box, tin = gift_box(catalog), catalog.id("MUG-RED")
        update_item(item_id=tin, changes={"name": LONG, "barcodes": ["4006381333931"]})
        set_contents(item_id=tin, contents=Contents("goods", components={catalog.id("TEA"): 2}))
        plan_assembly(item_id=tin, location_id=catalog.leeds.id, quantity=3, note=LONG)
        number = place_order(draft=draft(line("BOX", 2, "30.00"))).number
    return {"box": box.id, "tin": tin, "order": number}


def test_every_page_is_accessible_and_fits(desk: Page, served: str, trade: dict):  # noqa: F811
    desk.set_viewport_size({"width": 320, "height": 800})
    wrong = {}
    for number, path in enumerate(PAGES):
        desk.emulate_media(color_scheme=("light", "dark")[number % 2], reduced_motion="reduce")
        answer = desk.goto(f"{served}/m/acme/{path.format(**trade)}")
        assert answer.status == 200, f"{path} answers {answer.status}"
        found = violations(desk) + (["scrolls sideways"] if is_wider_than_screen(desk) else [])
        if found:
            wrong[path] = found
    assert wrong == {}


def test_goods_are_booked_by_scanning_one_after_the_other(desk: Page, served: str, trade: dict):  # noqa: F811
    desk.goto(f"{served}/m/acme/inventory/assembly/1001/")
    for left in ("2 are", "1 is"):
        desk.get_by_label("Scan one that is done").focus()
        desk.keyboard.type("4006381333931", delay=5)
        desk.keyboard.press("Enter")
        expect(desk.locator("#toasts").get_by_text(f"Booked. {left} left.")).to_be_visible()
    desk.get_by_role("button", name="Book as done").click()
    expect(desk.locator("#toasts").get_by_text("Booked. All are done.")).to_be_visible()
