"""The order pages in a real browser: reachable, readable, within 320 px, and walked by keys alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect

from oms.accounts.models import Membership
from oms.core.jobs.running import run_due_jobs
from oms.core.models import Tenant
from orders.actions.hold import hold_order
from orders.models import Order
from tests.dashboard.orders import NOWHERE, again, inside, place
from tests.fixtures import PASSWORD, Catalog
from tests.orders.trade import line

LONG = "Maximiliane Freifrau von Übersetzungsschwierigkeiten-Hohenlohe 🫖"
FILE = b"""Order,Date,SKU,Description,Qty,Price,Email
A-1,2026-11-20 10:00,MUG-BLU,Stoneware mug,2,12.50,ada@example.com
A-1,2026-11-20 10:00,CUP,Paper cup for a very long journey across all of the continents,5,0.40,ada@example.com
A-2,2026-11-20 11:00,TEA,Tea,many,9.80,bo@example.com
"""


@dataclass(frozen=True)
class Shop:
    """Orders of Acme in each of the shapes that pages differ by."""

    plain: Order
    held: Order
    short: Order


@pytest.fixture
def shop(tenant: Tenant, catalog: Catalog) -> Shop:
    (held,) = place(tenant, line("CUP"), ship_to=NOWHERE, on_unknown_sku="hold", customer_note="Ring twice.\n" * 5)
    (short,) = place(tenant, line("MUG-BLU", 40, "123456.78"), tags=("gift", "vip"))
    place(tenant, count=52, external_id="")
    (plain,) = place(tenant, line("TEA", 2), line("MUG-RED", title=LONG), customer_name=LONG)
    with inside(tenant):
        hold_order(order_id=held.id, kind="customer", reason="Wants the blue mug in red; we wait for the call")
    return Shop(plain, again(tenant, held.id), short)


@pytest.fixture
def desk(page: Page, served: str, owner: Membership) -> Iterator[Page]:
    """The owner's browser; any script error or blocked resource fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{served}/account/login/?next=/m/acme/help/")
    page.get_by_label("Email").fill(owner.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/m/acme/help/")
    yield page
    # What the page still asks for would read tables that are being emptied.
    page.wait_for_load_state("networkidle")
    page.wait_for_function("!document.querySelector('.htmx-request')")
    page.goto("about:blank")
    assert complaints == []


def faults(page: Page) -> list[str]:
    """What is not accessible in both themes, or wider than the screen, on a phone and on a desk."""
    found: list[str] = []
    for width, theme in ((320, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        # Colours of what was just swapped in may still be on their way.
        page.wait_for_timeout(50)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{page.url} scrolls sideways at {width}")
        seen = Axe().run(page).response["violations"]
        found += [f"{one['id']}: {node['html'][:120]}" for one in seen for node in one["nodes"]]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


# Every page, in the states it has


def test_pages_without_orders(desk: Page, served: str):
    for path in ("", "orders/", "orders/exceptions/", "orders/import/"):
        desk.goto(f"{served}/m/acme/{path}")
        assert faults(desk) == []


def test_home_lists_and_exceptions(desk: Page, served: str, shop: Shop):
    for path in (
        "", "orders/", "orders/?view=held", "orders/?q=tag:gift+is:held", "orders/?q=shipby:tmrw", "orders/exceptions/",
    ):  # fmt: skip
        desk.goto(f"{served}/m/acme/{path}")
        if path == "orders/":
            expect(desk.get_by_role("link", name="All 55")).to_be_visible()
        assert faults(desk) == []


def test_orders_in_every_shape(desk: Page, served: str, shop: Shop):
    for order in (shop.plain, shop.held, shop.short):
        desk.goto(f"{served}/m/acme/orders/{order.number}/?from=")
        assert faults(desk) == []
    desk.goto(f"{served}/m/acme/orders/{shop.plain.number}/?why=1")
    expect(desk.get_by_role("dialog", name="Why here?")).to_be_visible()
    assert faults(desk) == []
    desk.keyboard.press("Escape")
    expect(desk).to_have_url(f"{served}/m/acme/orders/{shop.plain.number}/")


@pytest.mark.parametrize("step", ["cancel", "hold", "move", "edit"])
def test_the_pages_that_change_an_order(desk: Page, served: str, shop: Shop, step: str):
    desk.goto(f"{served}/m/acme/orders/{shop.plain.number}/{step}/")
    assert faults(desk) == []


def test_a_new_order_with_errors_has_its_summary_in_focus(desk: Page, served: str, shop: Shop):
    desk.goto(f"{served}/m/acme/orders/new/")
    assert faults(desk) == []
    desk.get_by_label("SKU or barcode, line 1").fill("MUG-BLU")
    desk.get_by_label("Units, line 1").fill("1")
    desk.get_by_label("SKU or barcode, line 2").fill("NOPE")
    desk.get_by_role("button", name="Place order").click()
    expect(desk.get_by_role("alert").first).to_be_focused()
    expect(desk.get_by_label("SKU or barcode, line 2")).to_have_value("NOPE")
    assert faults(desk) == []
    desk.get_by_role("link", name="Line 2:").click()
    expect(desk.get_by_label("SKU or barcode, line 2")).to_be_focused()


def test_an_import_from_upload_to_result(desk: Page, served: str, tenant: Tenant, catalog: Catalog):
    desk.goto(f"{served}/m/acme/orders/import/")
    desk.get_by_role("button", name="Upload file").click()
    expect(desk.get_by_role("alert").first).to_be_focused()
    assert faults(desk) == []
    desk.get_by_label("File").set_input_files({"name": "autumn.csv", "mimeType": "text/csv", "buffer": FILE})
    desk.get_by_role("button", name="Upload file").click()
    expect(desk.get_by_label("Quantity", exact=True)).to_have_value("Qty")
    assert faults(desk) == []
    desk.get_by_role("button", name="Check the file").click()
    expect(desk.get_by_role("progressbar")).to_be_visible()
    assert faults(desk) == []
    run_due_jobs(tenant.id)
    # The page notices by itself that the step is over.
    expect(desk.get_by_text("The sums agree with the file")).to_be_visible(timeout=15_000)
    assert faults(desk) == []
    desk.get_by_role("button", name="Import 1 order").click()
    expect(desk.get_by_role("progressbar")).to_be_visible()
    run_due_jobs(tenant.id)
    expect(desk.get_by_role("heading", name="1 order imported")).to_be_visible(timeout=15_000)
    assert faults(desk) == []
    desk.get_by_role("link", name="Show them").click()
    expect(desk.get_by_text("is not a whole number")).to_be_visible()
    assert faults(desk) == []


# By keys, and without a second effect


def test_the_list_is_walked_chosen_and_opened_by_keys(desk: Page, served: str, shop: Shop):
    desk.goto(f"{served}/m/acme/orders/")
    newest = desk.get_by_role("link", name=f"#{shop.plain.number}", exact=True)
    desk.keyboard.press("j")
    expect(newest).to_be_focused()
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.locator("[data-selection-count]")).to_have_text("1 selected")
    desk.keyboard.press("k")
    expect(newest).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text(f"#{shop.plain.number}")
    desk.keyboard.press("]")
    expect(desk.get_by_role("heading", level=1)).to_have_text(f"#{shop.plain.number - 1}")
    desk.keyboard.press("[")
    expect(desk.get_by_role("heading", level=1)).to_have_text(f"#{shop.plain.number}")
    assert f"/orders/{shop.plain.number}/" in desk.url


def test_the_order_page_is_worked_by_keys(desk: Page, served: str, shop: Shop):
    desk.goto(f"{served}/m/acme/orders/{shop.plain.number}/")
    desk.keyboard.press("w")
    expect(desk.get_by_role("dialog", name="Why here?")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("m")
    note = desk.get_by_label("Note for colleagues")
    expect(note).to_be_focused()
    desk.keyboard.type("Called back at noon")
    desk.get_by_role("heading", level=1).click()
    desk.keyboard.press(".")
    expect(desk.get_by_role("link", name="Cancel order…")).to_be_visible()
    assert faults(desk) == []
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Add note").dblclick()
    expect(desk.get_by_text("Note: Called back at noon")).to_have_count(1)


def test_pages_turn_in_place_and_back_again(desk: Page, served: str, shop: Shop):
    desk.goto(f"{served}/m/acme/orders/")
    rows = desk.locator("#orders tbody tr")
    expect(rows).to_have_count(50)
    desk.get_by_role("link", name="Next").click()
    expect(rows).to_have_count(5)
    assert "cursor=" in desk.url
    desk.go_back()
    expect(rows).to_have_count(50)


def test_a_search_answers_in_place_and_a_bad_one_takes_nothing_away(desk: Page, served: str, shop: Shop):
    desk.goto(f"{served}/m/acme/orders/")
    rows, search = desk.locator("#orders tbody tr"), desk.get_by_role("searchbox", name="Search these orders")
    search.fill("tag:gift")
    search.press("Enter")
    expect(rows).to_have_count(1)
    expect(desk.locator("#live")).to_have_text("1 order shown")
    assert desk.url.endswith("q=tag%3Agift&add=")
    search.fill("shipby:tmrw")
    search.press("Enter")
    expect(desk.get_by_text("is not a date")).to_be_visible()
    expect(rows).to_have_count(1)
    assert faults(desk) == []
    search.fill("")
    search.press("Enter")
    expect(desk.get_by_text("is not a date")).to_be_hidden()
    expect(rows).to_have_count(50)
    desk.get_by_label("Add a filter").select_option("is:late")
    desk.get_by_role("button", name="Apply").click()
    expect(desk.get_by_role("heading", name="No orders match")).to_be_visible()
    assert desk.url.endswith("?view=all&q=is%3Alate")


def test_orders_of_all_pages_are_held_in_one_go(desk: Page, served: str, tenant: Tenant, shop: Shop):
    desk.goto(f"{served}/m/acme/orders/?q=-is:held")
    desk.locator("[data-select]").first.check()
    desk.get_by_label("all that match, on every page").check()
    desk.get_by_role("button", name="Hold…").click()
    expect(desk.get_by_text("54 orders are chosen")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_label("Why?").fill("Stocktaking")
    desk.get_by_role("button", name="Hold 54 orders").click()
    expect(desk.get_by_role("heading", name="Hold orders")).to_be_visible()
    run_due_jobs(tenant.id)
    with inside(tenant):
        assert Order.objects.filter(open_holds=0).count() == 0


def test_a_bad_address_is_found_and_cleared_in_four_clicks(desk: Page, served: str, tenant: Tenant, catalog: Catalog):
    (order,) = place(tenant, ship_to=NOWHERE)
    desk.goto(f"{served}/m/acme/")
    desk.get_by_role("link", name="order stopped by: Address hold").click()
    desk.get_by_role("link", name="Correct address").click()
    desk.get_by_label("Postcode").fill("10119")
    desk.get_by_role("button", name="Save changes").click()
    expect(desk.get_by_text("Hold because of the address released")).to_be_visible()
    assert again(tenant, order.id).open_holds == 0


def test_without_scripts_an_order_is_found_and_held(
    browser: object, served: str, owner: Membership, tenant: Tenant, catalog: Catalog
):
    (order,) = place(tenant)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served}/account/login/?next=/m/acme/orders/")
    page.get_by_label("Email").fill(owner.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Add a filter").select_option("fulfillment:allocated")
    page.get_by_role("button", name="Apply").click()
    page.get_by_label(f"Select order {order.number}").check()
    page.get_by_role("button", name="Hold…").click()
    page.get_by_label("Why?").fill("Look first")
    page.get_by_role("button", name="Hold 1 order").click()
    expect(page.get_by_role("heading", name="Hold orders")).to_be_visible()
    context.close()
    run_due_jobs(tenant.id)
    assert again(tenant, order.id).open_holds == 1
