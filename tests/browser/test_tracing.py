"""The pages of lots, units, recalls and bins in a real browser, and putting goods away by gun."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inventory.actions.bins import create_bins
from inventory.actions.items import ItemDraft, create_items
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.tracing.blocking import recall_lots
from inventory.models import BinStock, Lot, Serial
from oms.accounts.models import Membership
from oms.accounts.queries import actor_of_membership
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from tests.browser.test_stock_and_settings import LONG, desk, is_wider_than_screen, violations  # noqa: F401  a fixture
from tests.fixtures import Catalog
from tests.inventory.tracing.lots import receive
from tests.inventory.tracing.test_lots_api import ship_two

PAGES = (
    "items/{item}/", "lots/", "lots/?view=expiring", "lots/{lot}/", "lots/{lot}/edit/", "lots/{lot}/block/",
    "lots/settings/", "recalls/", "recalls/new/", "recalls/1001/", "serials/", "serials/{serial}/",
    "serials/{serial}/block/", "locations/{location}/bins/", "bins/{bin}/", "put-away/", "receive/",
)  # fmt: skip


@pytest.fixture
def traced(tenant: Tenant, owner: Membership, catalog: Catalog) -> dict[str, object]:
    """Something to show on every page; returns the ids that addresses need."""
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        draft = ItemDraft(
            sku="MILK", name=LONG, tracks_lots=True, tracks_serials=True, price=Decimal(1), barcodes=("4006381333931",)
        )
        (milk,) = create_items(items=[draft])
        lot = receive(milk.id, catalog.leeds.id, 5, "L-2026-11-24-AB", 20)
        line = Receipt(milk.id, catalog.leeds.id, 2, serials=("SN0001", "SN0002"))
        receive_stock(receipts=[line], lots_known=False)
        (made,) = create_bins(location_id=catalog.leeds.id, codes=["A-01-3"])
    ship_two(tenant)
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        other = receive(milk.id, catalog.london.id, 1, "BAD", 90)
        recall_lots(lot_ids=[lot.id, other.id], reason="Glass in the bottle", advice="Pour it away.")
        serial = Serial.objects.first()
    return {"item": milk.id, "lot": lot.id, "serial": serial.id, "location": catalog.leeds.id, "bin": made.id}


def test_every_page_is_accessible_and_fits(desk: Page, served: str, traced: dict):  # noqa: F811
    desk.set_viewport_size({"width": 320, "height": 800})
    wrong = {}
    for number, path in enumerate(PAGES):
        desk.emulate_media(color_scheme=("light", "dark")[number % 2], reduced_motion="reduce")
        answer = desk.goto(f"{served}/m/acme/inventory/{path.format(**traced)}")
        assert answer.status == 200, f"{path} answers {answer.status}"
        found = violations(desk) + (["scrolls sideways"] if is_wider_than_screen(desk) else [])
        if found:
            wrong[path] = found
    assert wrong == {}


def test_goods_are_put_away_by_gun(desk: Page, served: str, tenant: Tenant, traced: dict):  # noqa: F811
    """Two scans, and no hand on the mouse."""
    desk.goto(f"{served}/m/acme/inventory/put-away/")
    expect(desk.get_by_role("textbox", name="Item", exact=True)).to_be_focused()
    for code in ("4006381333931", "A-01-3"):
        desk.keyboard.type(code, delay=5)
        desk.keyboard.press("Enter")
    expect(desk.locator("#toasts").get_by_text("1 × MILK in bin A-01-3.")).to_be_visible()
    with unit_of_work(tenant.id, actor_of_membership(Membership.objects.first())):
        assert BinStock.objects.get().on_hand == 1
        assert Lot.objects.filter(blocked_at__isnull=False).count() == 2
