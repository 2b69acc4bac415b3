"""The floor with a wedge scanner in a real browser: an order from the queue to the door, by gun and keyboard."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.release import release_orders
from fulfillment.models import FulfillmentOrder, Parcel, Scan
from oms.accounts.models import Membership
from oms.accounts.queries import actor_of_membership
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from orders.models import Order
from tests.browser.test_stock_and_settings import is_wider_than_screen, scan, violations
from tests.fixtures import PASSWORD, Catalog
from tests.fulfillment.trade import place


@pytest.fixture
def released(tenant: Tenant, owner: Membership, catalog: Catalog) -> None:
    """F1001 in Leeds: two blue mugs and a tea."""
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        (order_id,) = place({"MUG-BLU": 2, "TEA": 1})
        allocate_orders(order_ids=[order_id], trigger="cleared")
        release_orders(order_ids=[order_id])


@pytest.fixture
def floor(page: Page, served: str, owner: Membership, released: None) -> Iterator[Page]:
    """The owner's browser at the queue; any script error fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        expected = "status of 4" in message.text or "net::ERR_FAILED" in message.text
        if message.type == "error" and not expected:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{served}/account/login/?next=/m/acme/fulfilment/")
    page.get_by_label("Email").fill(owner.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/m/acme/fulfilment/")
    yield page
    assert complaints == []


def verdict(page: Page, name: str, sentence: str) -> None:
    expect(page.locator(f"#station[data-verdict={name}] [data-band]")).to_contain_text(sentence)
    expect(page.locator("#station-said")).to_have_text(sentence)


def begin(page: Page) -> None:
    page.get_by_role("button", name="Start picking").click()
    expect(page.locator(".stop-where")).to_have_text("MUG-BLU")


def faults(page: Page) -> list[str]:
    """What does not fit a phone or is not accessible, in both themes."""
    page.set_viewport_size({"width": 320, "height": 800})
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += ["wider than the screen"] * is_wider_than_screen(page) + violations(page)
    return found


def test_from_the_queue_to_the_door_by_gun(floor: Page, tenant: Tenant):
    assert faults(floor) == []
    scan(floor, "F1001")
    floor.wait_for_url("**/fulfilment/1001/pick/")
    begin(floor)
    scan(floor, "MUG-RED")
    verdict(floor, "wrong_item", "Not this one. You scanned MUG-RED. Need MUG-BLU.")
    assert faults(floor) == []
    scan(floor, "NONSENSE")
    verdict(floor, "unknown", "No item has the code “NONSENSE”. Set it aside, or look it up.")
    scan(floor, "MUG-BLU")
    verdict(floor, "right", "1 of 2")
    floor.wait_for_timeout(350)
    scan(floor, "MUG-BLU")
    verdict(floor, "line_done", "Done. Next: TEA")
    expect(floor.locator(".stop-where")).to_have_text("TEA")
    floor.wait_for_timeout(350)
    scan(floor, "MUG-BLU")
    verdict(floor, "over_scan", "Already 2 of 2. Put this one back.")
    assert faults(floor) == []
    scan(floor, "TEA-")
    verdict(floor, "unknown", "No item has the code “TEA-”. Set it aside, or look it up.")
    floor.get_by_label("Scan or type").fill("tea")
    floor.get_by_label("Scan or type").press("Enter")
    verdict(floor, "line_done", "Done. That was the last one.")
    for code in ("MUG-BLU", "MUG-BLU"):
        floor.wait_for_timeout(350)
        scan(floor, code)
    expect(floor.locator("[data-progress]")).to_have_text("2 of 3 units")
    floor.get_by_label("Scan or type").fill("TEA")
    floor.get_by_label("Scan or type").press("Enter")
    expect(floor.get_by_text("Everything is scanned. Close the box.")).to_be_visible()
    assert faults(floor) == []
    floor.get_by_role("button", name="Close box").click()
    expect(floor.get_by_role("heading", name="Parcels")).to_be_visible()
    assert faults(floor) == []
    floor.get_by_role("button", name="The customer collects it").click()
    expect(floor.locator("#toasts").get_by_text("Handed over.")).to_be_visible()
    with unit_of_work(tenant.id, actor_of_membership(Membership.objects.get(user__name="Olive Owner"))):
        assert FulfillmentOrder.objects.get().state == "dispatched"
        assert Order.objects.get().fulfillment_state == "shipped"
        assert Scan.objects.filter(typed=True).count() == 2
        assert Parcel.objects.get().verified


def test_a_scan_is_kept_until_the_server_answers_and_counts_once(floor: Page, served: str, tenant: Tenant):
    floor.goto(f"{served}/m/acme/fulfilment/1001/pick/")
    begin(floor)
    lost: list[str] = []

    def lose_the_first_answer(route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.post_data)
        route.fetch()
        route.abort()

    floor.route("**/scan/", lose_the_first_answer)
    scan(floor, "MUG-BLU")
    verdict(floor, "right", "1 of 2")
    assert len(lost) == 1
    with unit_of_work(tenant.id, actor_of_membership(Membership.objects.get(user__name="Olive Owner"))):
        assert Scan.objects.count() == 1


def test_a_bouncing_trigger_counts_once(floor: Page, served: str, tenant: Tenant):
    floor.goto(f"{served}/m/acme/fulfilment/1001/pick/")
    begin(floor)
    scan(floor, "MUG-BLU")
    scan(floor, "MUG-BLU")
    verdict(floor, "right", "1 of 2")
    floor.wait_for_timeout(350)
    expect(floor.locator("[data-progress]")).to_have_text("1 of 3 units")
    with unit_of_work(tenant.id, actor_of_membership(Membership.objects.get(user__name="Olive Owner"))):
        assert Scan.objects.count() == 1


def test_a_short_pick_takes_three_taps(floor: Page, served: str):
    floor.goto(f"{served}/m/acme/fulfilment/1001/pick/")
    begin(floor)
    floor.get_by_role("link", name="Short", exact=False).filter(has_text="Short").last.click()
    assert faults(floor) == []
    floor.get_by_label("1", exact=True).check()
    floor.get_by_role("button", name="Cannot find").click()
    expect(floor.locator("#toasts").get_by_text("London will ship this one. Go on.")).to_be_visible()


def test_the_other_pages_fit_and_are_accessible(floor: Page, served: str):
    for path in ("ship/", "shorts/", "?stage=packed"):
        floor.goto(f"{served}/m/acme/fulfilment/{path}")
        assert faults(floor) == []
    floor.goto(f"{served}/m/acme/shipping/")
    assert faults(floor) == []
    assert Axe().run(floor).violations_count == 0
