"""The money of an order in a real browser: the sum follows what is typed, and task 6 takes five clicks at most."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from oms.accounts.models import SalesChannel
from oms.core.models import Tenant
from orders.actions.refund import refund_order
from orders.models import Order, OrderLine, Payment, Refund, RefundPart
from orders.placing.drafts import PaymentDraft
from orders.refunding import RefundDraft
from orders.tasks import send_due_refunds
from tests.browser.test_orders import LONG, desk, faults
from tests.dashboard.orders import again, inside, place
from tests.fixtures import Catalog
from tests.orders.trade import line

__all__ = ["desk"]


@pytest.fixture
def order(tenant: Tenant, catalog: Catalog) -> Order:
    """Two lines, paid by two tenders, of which something went back before."""
    payments = (
        PaymentDraft(Decimal("4.00"), "gift_card"),
        PaymentDraft(
            Decimal("1234.00"), "card", reference="ch_" + "1" * 40, base_currency="GBP", base_rate=Decimal("0.86")
        ),
    )  # fmt: skip
    lines = (line("MUG-BLU", 3, "10.00", title=LONG), line("TEA", 1, "1204.00"))
    (made,) = place(tenant, *lines, shipping=Decimal("4.00"), payments=payments)
    with inside(tenant):
        refund_order(draft=RefundDraft(made.id, goodwill=Decimal("1.00"), reason=LONG))
    send_due_refunds(tenant_id=tenant.id)
    return again(tenant, made.id)


def test_the_pages_about_money(desk: Page, served: str, tenant: Tenant, order: Order):
    there = f"{served}/m/acme/orders/{order.number}/"
    desk.goto(there)
    desk.get_by_text("Per line", exact=True).click()
    assert faults(desk) == []
    desk.goto(f"{there}refund/")
    assert faults(desk) == []
    desk.get_by_label("Units to refund of").first.fill("1")
    expect(desk.get_by_role("button", name="Refund €10.00")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_label("Units to refund of").first.fill("9")
    expect(desk.get_by_role("button", name="Refund €10.00")).to_have_count(0)
    desk.get_by_role("button", name="Show what goes back").click()
    expect(desk.get_by_text("Only 3 are left to refund.").first).to_be_visible()
    assert faults(desk) == []
    desk.goto(f"{there}payment/")
    assert faults(desk) == []
    with inside(tenant):
        Payment.objects.filter(order_id=order.id, method="card").update(state="authorised", captured_at=None)
        Refund.objects.update(state=Refund.FAILED)
        RefundPart.objects.update(state=RefundPart.FAILED, error=LONG)
        SalesChannel.objects.update(told_by="us")
    for path in ("", "payment/", "refund/", "cancel/"):
        desk.goto(f"{there}{path}")
        assert faults(desk) == []


def test_one_unit_and_its_share_of_shipping_in_five_clicks(desk: Page, served: str, tenant: Tenant, order: Order):
    desk.goto(f"{served}/m/acme/orders/{order.number}/")
    desk.get_by_role("link", name="Refund", exact=True).click()
    desk.get_by_label("Units to refund of").first.fill("1")
    desk.get_by_label("Shipping").select_option("share")
    desk.get_by_role("button", name="Refund €10.03").click()
    expect(desk.locator("#toasts")).to_contain_text("Refund of €10.03 written down.")
    expect(desk.locator("#money")).to_contain_text("On its way back")
    with inside(tenant):
        assert OrderLine.objects.get(order_id=order.id, sku="MUG-BLU").refund_lines.get().quantity == 1
