"""The pages of value, suppliers' bills and goods sent back, in a real browser."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inventory.actions.billing.drafts import BillDraft, ChargeLine, GoodsLine
from inventory.actions.billing.enter import enter_bill
from inventory.actions.items import update_item
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.supplier_returns.send import SentBack, send_back
from inventory.actions.valuing.decide import set_value_policy
from inventory.models import SupplierBill, ValueLayer
from oms.accounts.models import Membership
from oms.accounts.queries import actor_of_membership
from oms.core.db.keys import uuid7
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from tests.browser.test_stock_and_settings import LONG, desk, is_wider_than_screen, violations  # noqa: F401  a fixture
from tests.fixtures import Catalog
from tests.inventory.value import a_supplier, delivered, follow_all, ordered

PAGES = (
    "value/", "value/unpriced/", "value/unpriced/{entry}/", "value/policy/", "items/{item}/", "bills/", "bills/new/",
    "bills/new/?order=1001", "bills/settings/", "bills/{bill}/", "not-billed/", "supplier-returns/",
    "supplier-returns/new/", "supplier-returns/1001/",
)  # fmt: skip


@pytest.fixture
def trade(tenant: Tenant, owner: Membership, catalog: Catalog) -> dict[str, object]:
    """Something to show on every page; returns the ids that addresses need."""
    mug, tea = catalog.id("MUG-BLU"), catalog.id("TEA")
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        update_item(item_id=mug, changes={"name": LONG})
        update_item(item_id=tea, changes={"cost": None})
        pottery = a_supplier()
        order = ordered(pottery, catalog.leeds, (mug, 24, "4.10"), (tea, 10, "2.50"))
        delivered(order, (mug, 20), (tea, 10))
        receive_stock(receipts=[Receipt(catalog.id("TEA"), catalog.london.id, 3)])
        goods = [GoodsLine(mug, 12, Decimal("4.90"), order.id), GoodsLine(tea, 11, Decimal("2.50"), order.id)]
        charges = [ChargeLine("freight", Decimal("18.40"), (order.id,), "weight")]
        bill = enter_bill(draft=BillDraft(pottery.id, "RE-2026/1187", date(2026, 11, 20), "EUR", goods, charges))
        send_back(return_id=uuid7(), supplier_id=pottery.id, location_id=catalog.leeds.id, purchase_order_id=order.id,
                  lines=[SentBack(mug, 2)], note="Chipped at the rim")  # fmt: skip
        soon = datetime.now(UTC).date().replace(year=datetime.now(UTC).year + 1, day=1)
        set_value_policy(method="average", from_day=soon, reason="The auditor prefers it")
    follow_all(tenant)
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        entry = ValueLayer.objects.filter(source="unpriced").latest("id").movement_id
    return {"item": mug, "bill": bill.id, "entry": entry}


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


def test_a_bill_is_entered_and_approved(desk: Page, served: str, tenant: Tenant, trade: dict):  # noqa: F811
    desk.goto(f"{served}/m/acme/inventory/bills/new/?order=1001")
    desk.get_by_label("Their number").fill("RE-2026/1190")
    desk.get_by_label("Price of one, line 1", exact=True).fill("9.00")
    desk.get_by_role("button", name="Enter bill").click()
    desk.wait_for_url("**/bills/*-*/")
    expect(desk.get_by_text("another price")).to_be_visible()
    desk.get_by_role("button", name="Approve as it is").click()
    expect(desk.get_by_text("Posted", exact=True).first).to_be_visible()
    with unit_of_work(tenant.id, actor_of_membership(Membership.objects.first())):
        assert SupplierBill.objects.get(number="RE-2026/1190").state == "posted"
