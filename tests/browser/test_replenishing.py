"""The pages of transfers, suppliers, purchase orders and suggestions in a real browser, and a delivery by gun."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inventory.actions.items import update_item
from inventory.actions.purchasing.reorder import set_reorder_rule
from inventory.actions.purchasing.send import send_purchase_order
from inventory.actions.purchasing.suppliers import create_supplier, set_supplier_item
from inventory.actions.purchasing.write import PurchaseDraft, PurchaseLineDraft, create_purchase_order
from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer
from inventory.actions.transfers.send import send_transfer
from inventory.models import PurchaseOrderLine
from inventory.replenishing.buying import Break
from oms.accounts.models import Membership
from oms.accounts.queries import actor_of_membership
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from tests.browser.test_stock_and_settings import LONG, desk, is_wider_than_screen, violations  # noqa: F401  a fixture
from tests.fixtures import Catalog

PAGES = (
    "transfers/", "transfers/new/", "transfers/1001/", "transfers/1001/receive/", "transfers/1001/close/",
    "suppliers/", "suppliers/{supplier}/", "purchase-orders/", "purchase-orders/new/", "purchase-orders/1001/",
    "purchase-orders/1001/receive/", "purchase-orders/settings/", "suggestions/", "items/{item}/",
)  # fmt: skip


@pytest.fixture
def trade(tenant: Tenant, owner: Membership, catalog: Catalog) -> dict[str, object]:
    """Something to show on every page; returns the ids that addresses need."""
    mug, tea = catalog.id("MUG-BLU"), catalog.id("TEA")
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        update_item(item_id=mug, changes={"name": LONG, "barcodes": ["4006381333931"]})
        pottery = create_supplier(
            code="POTTERY", name="Moorside Potteries of Upper Calder Valley", currency="GBP", email="a@pot.example"
        )
        prices = [Break(1, Decimal("4.10")), Break(120, Decimal("3.80"))]
        set_supplier_item(supplier_id=pottery.id, item_id=mug, code="BLU-12", prices=prices, pack_size=12)
        lines = [PurchaseLineDraft(mug, 24), PurchaseLineDraft(tea, 10, Decimal("2.50"))]
        order = create_purchase_order(draft=PurchaseDraft(pottery.id, catalog.leeds.id, lines))
        send_purchase_order(purchase_order_id=order.id)
        ends = {"origin_id": catalog.leeds.id, "destination_id": catalog.london.id}
        transfer = create_transfer(**ends, lines=[TransferLineDraft(mug, 4), TransferLineDraft(tea, 1)])
        send_transfer(transfer_id=transfer.id)
        for item in (mug, tea):
            set_reorder_rule(item_id=item, location_id=catalog.london.id, minimum=20, maximum=40)
    return {"item": mug, "supplier": pottery.id}


def test_every_page_is_accessible_and_fits(desk: Page, served: str, trade: dict):  # noqa: F811
    desk.set_viewport_size({"width": 320, "height": 800})
    wrong = {}
    for number, path in enumerate(PAGES):
        desk.emulate_media(color_scheme=("light", "dark")[number % 2], reduced_motion="reduce")
        answer = desk.goto(f"{served}/m/acme/inventory/{path.format(**trade)}")
        assert answer.status == 200, f"{path} answers {answer.status}"
        found = violations(desk) + (["scrolls sideways"] if is_wider_than_screen(desk) else [])
        if found:
            wrong[path] = found
    assert wrong == {}


def test_a_delivery_is_scanned_in(desk: Page, served: str, tenant: Tenant, trade: dict):  # noqa: F811
    desk.goto(f"{served}/m/acme/inventory/purchase-orders/1001/receive/")
    for _ in range(2):
        desk.keyboard.type("4006381333931", delay=5)
        desk.keyboard.press("Enter")
    expect(desk.get_by_text("4006381333931 × 2")).to_be_visible()
    desk.get_by_role("button", name="Receive").click()
    desk.wait_for_url("**/purchase-orders/1001/")
    with unit_of_work(tenant.id, actor_of_membership(Membership.objects.first())):
        received = dict(PurchaseOrderLine.objects.values_list("item__sku", "received"))
    assert received == {"MUG-BLU": 2, "TEA": 0}
