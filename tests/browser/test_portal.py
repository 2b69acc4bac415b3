"""A customer on a phone, with scripts off: from the look-up to a return with a picture; and the pages of returns."""

import io
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from oms.accounts.models import Membership, SalesChannel
from oms.core.actors import system
from oms.core.events.delivery import drain
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from oms.notifications.models import CustomerMessage
from orders.models import Order
from returns.models import Return
from tests.browser.test_stock_and_settings import is_wider_than_screen, violations
from tests.dashboard.orders import place
from tests.fixtures import PASSWORD, Catalog
from tests.orders.trade import line
from tests.returns.goods import asked, received, shipped

PHONE = {"width": 320, "height": 640}
PROCESS = system("tests")


@pytest.fixture
def phone(browser: Browser, served: str) -> Iterator[Page]:
    """A phone whose browser runs no scripts."""
    cache.clear()
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, base_url=served)
    yield context.new_page()
    context.close()


@pytest.fixture
def delivered(tenant: Tenant, owner: Membership, catalog: Catalog) -> Order:
    with unit_of_work(tenant.id, PROCESS):
        return shipped(TEA=2)


def faults(browser: Browser, page: Page, served: str) -> list[str]:
    """What of the page as it is does not fit a phone or is not accessible, light and dark. The checks need scripts."""
    html, cookies, found = page.url, page.context.cookies(), []
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport=PHONE, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
        context.add_cookies(cookies)
        seen = context.new_page()
        seen.goto(html)
        found += [f"{html} is wider than the screen"] * is_wider_than_screen(seen) + violations(seen)
        context.close()
    return found


def code_for(tenant: Tenant) -> str:
    with unit_of_work(tenant.id, PROCESS):
        return CustomerMessage.objects.filter(kind="portal_code").latest("id").subject[:6]


def into(page: Page, order: Order, contact: str) -> None:
    page.goto("/p/acme/")
    page.get_by_label("Order number").fill(f"#{order.number}")
    page.get_by_label("E-mail address, phone or postcode").fill(contact)
    page.get_by_role("button", name="Show my order").click()


def prove(page: Page, tenant: Tenant) -> None:
    page.get_by_role("button", name="Send me the code").click()
    page.get_by_label("Code").fill(code_for(tenant))
    page.get_by_role("button", name="Go on").click()


def test_where_is_it_and_cancel_it(phone: Page, browser: Browser, served: str, tenant: Tenant, owner, catalog: Catalog):
    (order,) = place(tenant, line("TEA", 2, "10.00"), payment_state="paid")
    phone.goto("/p/acme/")
    assert faults(browser, phone, served) == []
    phone.get_by_role("link", name="Send me my orders").click()
    assert faults(browser, phone, served) == []
    phone.get_by_label("E-mail address").fill("ada@example.com")
    phone.get_by_role("button", name="Send them").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Look at your mail")
    into(phone, order, "nobody@example.com")
    expect(phone.get_by_role("alert")).to_contain_text("We can’t find an order with these details.")
    into(phone, order, "ada@example.com")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Getting ready")
    assert faults(browser, phone, served) == []
    phone.get_by_role("link", name="Cancel it").click()
    assert faults(browser, phone, served) == []
    prove(phone, tenant)
    assert faults(browser, phone, served) == []
    phone.get_by_role("link", name="Keep the order").click()
    phone.get_by_role("link", name="Change the address").click()
    phone.get_by_label("Postcode").fill("nowhere")
    phone.get_by_role("button", name="Send it there").click()
    expect(phone.get_by_text("is not a postcode of DE")).to_be_visible()
    assert not is_wider_than_screen(phone)
    assert faults(browser, phone, served) == []
    phone.get_by_label("Postcode").fill("10115")
    phone.get_by_role("button", name="Send it there").click()
    expect(phone.get_by_text("10115 Berlin")).to_be_visible()
    phone.get_by_role("link", name="Cancel it").click()
    phone.get_by_label("Only some").check()
    phone.get_by_label("Loose leaf tea").fill("1")
    phone.get_by_role("button", name="Next: check").click()
    expect(phone.get_by_text("€10.00")).to_be_visible()
    assert faults(browser, phone, served) == []
    phone.get_by_role("link", name="Change what to cancel").click()
    phone.get_by_label("All of it").check()
    phone.get_by_role("button", name="Next: check").click()
    expect(phone.get_by_text("€20.00")).to_be_visible()
    phone.get_by_role("button", name="Cancel these").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("This order was canceled.")
    expect(phone.get_by_text("On its way back to you")).to_be_visible()


def test_a_return_in_four_pages(phone: Page, browser: Browser, served: str, tenant: Tenant, delivered: Order):
    into(phone, delivered, delivered.email)
    phone.get_by_role("link", name="Send something back").click()
    prove(phone, tenant)
    assert faults(browser, phone, served) == []
    phone.get_by_label("Loose leaf tea").fill("1")
    phone.get_by_role("button", name="Next: why").click()
    assert faults(browser, phone, served) == []
    phone.get_by_label("It is damaged").check()
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "PNG")
    files = {"name": "lid.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    phone.get_by_label("Pictures").set_input_files(files)
    phone.get_by_role("button", name="Next: what instead").click()
    assert faults(browser, phone, served) == []
    phone.get_by_role("button", name="Next: check").click()
    expect(phone.get_by_text("1 picture")).to_be_visible()
    assert faults(browser, phone, served) == []
    phone.get_by_role("button", name="Start return").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We have your request")
    assert faults(browser, phone, served) == []
    with unit_of_work(tenant.id, PROCESS):
        assert Return.objects.get().asked_by == "customer"


@pytest.fixture
def desk(page: Page, served: str, owner: Membership, delivered: Order, tenant: Tenant) -> Page:
    """The owner's browser, with a return to approve, one to inspect, and mail that was sent."""
    with unit_of_work(tenant.id, PROCESS):
        SalesChannel.objects.update(told_by="us")
        asked(delivered, 1, asked_by="customer")
        received(shipped(MUG_BLU=1), 1, sku="MUG-BLU")
    drain(tenant.id)
    page.goto(f"{served}/account/login/?next=/m/acme/returns/")
    page.get_by_label("Email").fill(owner.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/m/acme/returns/")
    return page


PAGES = (
    "returns/", "returns/?view=overdue", "returns/1001/", "returns/1002/", "returns/1002/inspect/",
    "returns/1001/decline/", "returns/policy/", "messages/", "customers/", "analytics/",
    "analytics/orders/", "analytics/orders/?figure=orders",
)  # fmt: skip


def test_pages_of_returns_messages_and_customers_fit_a_phone_and_are_accessible(desk: Page, served: str):
    for path in PAGES:
        desk.goto(f"{served}/m/acme/{path}")
        for width in (1280, 320):
            desk.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                assert violations(desk) == [], (path, width, scheme)
        assert not is_wider_than_screen(desk), path


def test_a_return_is_received_and_inspected_by_gun(desk: Page, tenant: Tenant):
    desk.get_by_role("link", name="R1001").click()
    desk.get_by_role("button", name="Approve return").click()
    desk.get_by_role("link", name="Receive", exact=True).click()
    desk.get_by_label("Scan or type").press_sequentially("TEA")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status").filter(has_text="TEA is here.")).to_be_visible()
    desk.get_by_role("link", name="Inspect what came").click()
    desk.get_by_role("button", name="As new").click()
    desk.wait_for_url("**/returns/1001/")
    with unit_of_work(tenant.id, PROCESS):
        found = Return.objects.get(number=1001)
        assert (found.state, found.lines.get().restocked) == ("closed", 1)
