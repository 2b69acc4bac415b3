"""The pages of stock, jobs and settings in a real browser: reachable, readable, within 320 px, and usable by gun."""

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect

from inventory.actions.adjust import adjust_stock
from inventory.actions.audit import audit_stock
from inventory.actions.catalogue.custom_fields import add_custom_field
from inventory.actions.catalogue.images import add_images
from inventory.actions.catalogue.products import create_product
from inventory.actions.close_period import close_period
from inventory.actions.items import Pack, update_item
from inventory.actions.sheets.steps import start_sheet_check
from inventory.actions.sheets.uploading import start_sheet_import
from inventory.events import ItemCreated
from inventory.models import Balance, Item, Movement
from oms.accounts.actions.invitations import invite_member
from oms.accounts.actions.keys import create_key
from oms.accounts.models import Approval, Invitation, Membership
from oms.accounts.queries import actor_of_membership
from oms.core.events import publish
from oms.core.jobs import start_job
from oms.core.jobs.running import run_chunk
from oms.core.models import Delivery, Job, JobRow, Tenant
from oms.core.pictures import Picture
from oms.core.tenancy import unit_of_work
from oms.demo.dressing import drawn
from oms.webhooks.actions.endpoints import create_endpoint
from oms.webhooks.actions.messages import send_test
from oms.webhooks.models import Attempt
from tests.factories import MembershipFactory
from tests.fixtures import PASSWORD, Catalog

FILE = b"SKU,Name,Weight\nCUP,Paper cup,12\nTEA,Green tea,130\nBAD,Heavy,lots\n"
LONG = "Hand-thrown stoneware mug, deep sea blue, 330 ml, dishwasher safe"


@pytest.fixture
def shop(tenant: Tenant, owner: Membership, catalog: Catalog) -> dict[str, object]:
    """Acme with something to show on every page; returns the ids that addresses need."""
    picker = MembershipFactory(tenant=tenant, role="warehouse", user__name="Pat Picker", locations=[catalog.leeds.id])
    with unit_of_work(tenant.id, actor_of_membership(owner)) as opened:
        field = add_custom_field(name="Material", kind="choice", choices=["Stoneware"])
        product = create_product(name="Stoneware mug", options=["Colour"])
        for sku, colour in (("MUG-RED", "Red"), ("MUG-BLU", "Blue")):
            changes = {"product_id": product.id, "option_values": (colour,)}
            update_item(item_id=catalog.id(sku), changes=changes)
        update_item(item_id=catalog.id("MUG-BLU"), changes={
            "name": LONG, "gtin": "4006381333931", "packs": (Pack("Case", 12, "14006381333938", weight_g=5000),),
            "custom": {"material": "Stoneware"}, "tags": ("gift", "kitchen"), "hs_code": "691200",
            "country_of_origin": "PT", "substitutes": (catalog.id("MUG-RED"),), "description": "Thrown by hand.",
        })  # fmt: skip
        add_images(item_id=catalog.id("MUG-BLU"), pictures=[Picture("mug.png", drawn("MUG-BLU", "blue"))] * 2)
        Item.objects.filter(id=catalog.id("TEA")).update(cost=Decimal(1000), origin="import")
        sent, judged = (
            start_sheet_import(kind="items", file=io.BytesIO(FILE), name="autumn-items.csv") for _ in range(2)
        )
        run_chunk(tenant.id, start_sheet_check(import_id=judged.id).check_id)
        create_key(name="Web shop", scopes=["orders.view", "orders.place", "stock.view"])
        invitation = invite_member(email="sam@example.com", role="support")
        endpoint, _secret = create_endpoint(url="https://hooks.example.com/acme/a-long-path-to-somewhere/in")
        message = send_test(endpoint_id=endpoint.id)
        Attempt.objects.create(message=message, at=opened.now, error="timed out", duration_ms=10_000)
        publish([ItemCreated(item_id=catalog.id("TEA"), sku="TEA")])
        Delivery.objects.update(state=Delivery.PARKED, attempts=10, parked_at=opened.now, error="ValueError: no")
        job = start_job(kind="tests.sample", title="Import autumn-orders.csv", params={}, total=200)
        Job.objects.filter(id=job.id).update(state=Job.RUNNING, done=120, failed=2)
        JobRow.objects.create(job_id=job.id, row=7, outcome="failed", subject="A-7", field="sku", message="Unknown.")
    with unit_of_work(tenant.id, actor_of_membership(picker)):
        adjust_stock(item_id=catalog.id("TEA"), location_id=catalog.leeds.id, counted=2, reason="loss")
        adjust_stock(item_id=catalog.id("MUG-RED"), location_id=catalog.leeds.id, counted=0, reason="count")
        assert Approval.objects.count() == 1
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        period = close_period(until=date(2020, 12, 31), note="Before us")
        movement = Movement.objects.latest("id")
        Balance.objects.filter(item_id=catalog.id("TEA")).update(on_hand=7)
        audit = audit_stock()
    return {
        "movement": movement.id,
        "audit": audit.id,
        "period": period.id,
        "item": catalog.id("MUG-BLU"),
        "product": product.id,
        "field": field.id,
        "location": catalog.leeds.id,
        "channel": catalog.channel.id,
        "member": picker.user_id,
        "endpoint": endpoint.id,
        "message": message.id,
        "job": job.id,
        "sent": sent.id,
        "checked": judged.id,
        "token": invitation.token,
    }


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
    page.goto(f"{served}/account/login/?next=/m/acme/settings/")
    page.get_by_label("Email").fill(owner.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/m/acme/settings/")
    yield page
    assert complaints == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def is_wider_than_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


PAGES = {
    "stock": "inventory/",
    "stock, nothing found": "inventory/?q=nothing",
    "new item": "inventory/items/new/",
    "item": "inventory/items/{item}/",
    "edit item": "inventory/items/{item}/edit/",
    "products": "inventory/products/",
    "new product": "inventory/products/new/",
    "product": "inventory/products/{product}/",
    "fields of items": "inventory/fields/",
    "field of items": "inventory/fields/{field}/edit/",
    "adjust": "inventory/items/{item}/adjust/",
    "receive": "inventory/receive/",
    "locations": "inventory/locations/",
    "new location": "inventory/locations/new/",
    "location": "inventory/locations/{location}/",
    "ledger": "inventory/ledger/?q=MUG-BLU&since=2020-01-01",
    "take an entry back": "inventory/ledger/{movement}/reverse/",
    "stock as it was": "inventory/ledger/as-of/?q=mug",
    "what changed": "inventory/ledger/diff/",
    "why a number": "inventory/ledger/why/?item={item}&location={location}",
    "closed days": "inventory/periods/",
    "open days again": "inventory/periods/{period}/reopen/",
    "stock audits": "inventory/audit/",
    "a broken book": "inventory/audit/{audit}/",
    "files": "inventory/files/",
    "columns of a file": "inventory/files/{sent}/",
    "report of a file": "inventory/files/{checked}/",
    "jobs": "jobs/",
    "job": "jobs/{job}/",
    "settings": "settings/",
    "business": "settings/business/",
    "team": "settings/team/",
    "roles": "settings/team/roles/",
    "limits of a role": "settings/team/roles/warehouse/",
    "member": "settings/team/{member}/",
    "remove member": "settings/team/{member}/remove/",
    "keys": "settings/keys/",
    "webhooks": "settings/webhooks/",
    "webhook": "settings/webhooks/{endpoint}/",
    "webhook message": "settings/webhooks/messages/{message}/",
    "channels": "settings/channels/",
    "channel": "settings/channels/{channel}/",
    "parked events": "settings/events/",
    "activity": "settings/activity/",
    "approvals": "settings/approvals/",
}


def test_every_page_is_accessible_and_fits(desk: Page, served: str, shop: dict[str, object]):
    desk.set_viewport_size({"width": 320, "height": 800})
    wrong = {}
    for number, (name, path) in enumerate(PAGES.items()):
        desk.emulate_media(color_scheme=("light", "dark")[number % 2], reduced_motion="reduce")
        answer = desk.goto(f"{served}/m/acme/{path.format(**shop)}")
        assert answer.status == 200, f"{name} answers {answer.status}"
        found = violations(desk)
        if is_wider_than_screen(desk):
            found.append("scrolls sideways")
        if found:
            wrong[name] = found
    assert wrong == {}


EMPTY = (
    *("inventory/", "inventory/locations/", "inventory/ledger/", "inventory/ledger/diff/", "inventory/audit/"),
    *("inventory/products/", "jobs/", "settings/keys/", "settings/webhooks/"),
    *("settings/channels/", "settings/events/", "settings/activity/", "settings/approvals/"),
)


def test_empty_pages_are_accessible_and_fit(desk: Page, served: str):
    desk.set_viewport_size({"width": 320, "height": 800})
    for path in EMPTY:
        desk.goto(f"{served}/m/acme/{path}")
        expect(desk.locator(".empty h2")).to_be_visible()
        assert violations(desk) == []
        assert not is_wider_than_screen(desk)


@pytest.mark.parametrize("path", ["/merchants/", "/invitations/{token}/", "/invitations/nonsense/"])
def test_the_pages_before_a_merchant_are_accessible_and_fit(
    page: Page, served: str, shop: dict[str, object], path: str
):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(served + path.format(**shop))
    assert not is_wider_than_screen(page)
    assert violations(page) == []


def test_refused_forms_are_accessible_and_put_the_summary_in_focus(desk: Page, served: str, shop: dict[str, object]):
    desk.set_viewport_size({"width": 320, "height": 800})
    for path in ("items/new/", "items/{item}/adjust/", "locations/new/", "receive/"):
        desk.goto(f"{served}/m/acme/inventory/{path.format(**shop)}")
        desk.get_by_role("main").locator("button.button-primary").click()
        expect(desk.get_by_role("alert")).to_be_focused()
        assert desk.title().startswith("Error: ")
        assert not is_wider_than_screen(desk)
        assert violations(desk) == []


def test_stock_is_adjusted_from_the_items_page_in_three_presses(desk: Page, served: str, shop: dict[str, object]):
    desk.goto(f"{served}/m/acme/inventory/items/{shop['item']}/")
    desk.get_by_role("link", name="Adjust stock").click()
    dialog = desk.get_by_role("dialog", name="Adjust stock")
    assert violations(desk) == []
    dialog.get_by_label("Units").fill("4")
    dialog.get_by_role("button", name="Adjust").click()
    expect(desk.locator("#toasts").get_by_text("Stock changed.")).to_be_visible()
    expect(desk.locator("#balances").get_by_role("row", name="Leeds Sellable 4 : why? 0")).to_be_visible()


def scan(page: Page, code: str) -> None:
    """As a gun types: a key every five milliseconds, however busy this machine is, ended by Enter."""
    page.evaluate(
        """code => {
            let at = performance.now();
            const press = key => {
                const event = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true});
                Object.defineProperty(event, "timeStamp", {value: at += 5});
                document.activeElement.dispatchEvent(event);
            };
            for (const key of code) press(key);
            press("Enter");
        }""",
        code,
    )


def test_a_delivery_is_received_by_gun_alone(desk: Page, served: str, shop: dict[str, object]):
    desk.goto(f"{served}/m/acme/inventory/receive/")
    for code in ("4006381333931", "MUG-RED", "4006381333931"):
        scan(desk, code)
    expect(desk.locator("[data-delivery-total]")).to_have_text("4006381333931 × 2")
    expect(desk.locator("[name=form-0-quantity]")).to_have_value("2")
    expect(desk.locator("[name=form-1-code]")).to_have_value("MUG-RED")
    for number in range(9):
        scan(desk, f"OTHER-{number}")
    expect(desk.locator("[data-line]")).to_have_count(11)
    for number in range(2, 11):
        desk.locator(f"[name=form-{number}-code]").fill("")
        desk.locator(f"[name=form-{number}-quantity]").fill("")
    desk.get_by_role("button", name="Receive stock").click()
    expect(desk.locator("#toasts").get_by_text("3 units received.")).to_be_visible()
    assert violations(desk) == []


def test_a_job_page_keeps_itself_fresh(
    desk: Page, served: str, shop: dict[str, object], tenant: Tenant, owner: Membership
):
    desk.goto(f"{served}/m/acme/jobs/{shop['job']}/")
    expect(desk.get_by_text("120 of 200")).to_be_visible()
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        Job.objects.filter(id=shop["job"]).update(state=Job.PART_FAILED, done=198)
    expect(desk.get_by_text("198 of 200")).to_be_visible(timeout=15_000)
    desk.get_by_role("link", name="Show its result").click()
    expect(desk.get_by_text("Unknown.")).to_be_visible()
    assert violations(desk) == []


def test_a_key_is_made_and_its_secret_can_be_copied_once(desk: Page, served: str, shop: dict[str, object]):
    desk.goto(f"{served}/m/acme/settings/keys/")
    desk.get_by_label("Name", exact=True).fill("Accounting")
    desk.get_by_label("See orders").check()
    desk.get_by_role("button", name="Create key").click()
    expect(desk.locator("#new-key")).to_contain_text("tl_")
    assert violations(desk) == []
    desk.reload()
    expect(desk.locator("#new-key")).to_have_count(0)


def test_an_approval_is_given_by_a_second_person(desk: Page, served: str, shop: dict[str, object]):
    desk.goto(f"{served}/m/acme/settings/")
    expect(desk.get_by_text("1 change waits for a second person.")).to_be_visible()
    desk.get_by_role("link", name="Open approvals").click()
    desk.get_by_role("button", name="Approve").click()
    expect(desk.locator("#toasts").get_by_text("Approved and carried out.")).to_be_visible()
    assert violations(desk) == []


def test_an_invited_person_joins_and_arrives(page: Page, served: str, shop: dict[str, object]):
    page.goto(f"{served}/invitations/{shop['token']}/")
    page.get_by_label("Your name").fill("Sam Support")
    page.get_by_label("Password").fill("seven brave otters")
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/m/acme/")
    assert Invitation.objects.get(email="sam@example.com").accepted_at is not None
