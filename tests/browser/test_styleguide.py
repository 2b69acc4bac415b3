"""The components in a real browser: reachable, readable, and alive under the keyboard and the scanner."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect

PAGES = ["/styleguide/", "/styleguide/list/", "/styleguide/detail/"]
WIDTHS = [320, 768, 1280]


@pytest.fixture
def guide(page: Page, served: str) -> Iterator[Page]:
    """A page of which any script error or blocked resource fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # The guide's links lead to pages of a merchant that does not exist.
        if message.type == "error" and " 404 " not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.emulate_media(reduced_motion="reduce")
    yield page
    assert complaints == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def is_wider_than_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible_and_fits(guide: Page, served: str, path: str, theme: str):
    guide.emulate_media(color_scheme=theme, reduced_motion="reduce")
    for width in WIDTHS:
        guide.set_viewport_size({"width": width, "height": 800})
        guide.goto(served + path)
        assert not is_wider_than_screen(guide), f"{path} scrolls sideways at {width}"
        assert violations(guide) == []


def test_what_opens_over_the_page_is_accessible_and_gives_focus_back(guide: Page, served: str):
    guide.goto(f"{served}/styleguide/")
    opener = guide.get_by_role("link", name="Cancel 2 units…")
    opener.click()
    expect(guide.get_by_label("Reason", exact=True)).to_be_focused()
    assert violations(guide) == []
    guide.keyboard.press("Escape")
    expect(opener).to_be_focused()
    guide.get_by_role("button", name="Sam Okafor").click()
    expect(guide.get_by_role("button", name="Sign out")).to_be_visible()
    assert violations(guide) == []


def test_a_refused_form_opens_with_its_summary_in_focus(guide: Page, served: str):
    guide.goto(f"{served}/styleguide/")
    expect(guide.get_by_role("alert").first).to_be_focused()
    assert violations(guide) == []


def test_a_list_is_walked_and_chosen_by_keys(guide: Page, served: str):
    guide.goto(f"{served}/styleguide/list/")
    guide.keyboard.press("j")
    expect(guide.get_by_role("link", name="10482")).to_be_focused()
    guide.keyboard.press("j")
    guide.keyboard.press("x")
    expect(guide.get_by_text("1 selected", exact=True).first).to_be_visible()
    guide.keyboard.press("j")
    guide.keyboard.press("j")
    guide.keyboard.press("Shift+X")
    expect(guide.locator("[data-selection-count]")).to_have_text("3 selected")
    expect(guide.locator("#live")).to_have_text("3 selected")
    guide.reload()
    expect(guide.locator("[data-selection-count]")).to_have_text("3 selected")
    guide.get_by_role("button", name="Clear").click()
    expect(guide.get_by_role("region", name="Selected rows")).to_be_hidden()
    assert guide.locator("[data-select]:checked").count() == 0


def test_go_to_keys_lead_to_the_rail_and_rest_in_fields_and_dialogs(guide: Page, served: str):
    guide.goto(f"{served}/styleguide/list/")
    guide.keyboard.press("/")
    expect(guide.get_by_label("Search orders, items and customers")).to_be_focused()
    guide.keyboard.type("go?", delay=150)
    expect(guide.get_by_label("Search orders, items and customers")).to_have_value("go?")
    guide.get_by_role("heading", level=1).click()
    guide.keyboard.press("?")
    expect(guide.get_by_role("dialog", name="Help and keys")).to_be_visible()
    guide.keyboard.type("go", delay=150)
    expect(guide).to_have_url(f"{served}/styleguide/list/")
    guide.keyboard.press("Escape")
    guide.keyboard.press("g")
    with guide.expect_request("**/m/demo/orders/") as asked:
        guide.keyboard.press("o")
    assert asked.value.is_navigation_request()


def test_single_keys_can_be_switched_off_and_stay_off(guide: Page, served: str):
    guide.goto(f"{served}/styleguide/list/")
    guide.keyboard.press("?")
    guide.get_by_label("Single-key shortcuts on this device").uncheck()
    guide.reload()
    guide.keyboard.press("j")
    assert guide.evaluate("document.activeElement === document.body")


def test_a_scan_searches_and_leaves_the_field_as_it_was(guide: Page, served: str):
    guide.goto(f"{served}/styleguide/list/")
    field = guide.get_by_role("searchbox", name="Search orders", exact=True)
    field.fill("ab")
    # As a gun types: a key every few milliseconds, ended by Enter.
    with guide.expect_request("**/m/demo/search/?q=BIN-0042") as scanned:
        guide.evaluate(
            """field => {
                for (const key of "BIN-0042") {
                    field.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
                    field.value += key;
                }
                field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
                sessionStorage.setItem("left", field.value);
            }""",
            field.element_handle(),
        )
    assert scanned.value.url.endswith("q=BIN-0042")
    # The search asks a stranger to sign in; only when that page stands may we go elsewhere.
    guide.wait_for_url("**/account/login/**")
    guide.goto(f"{served}/styleguide/list/")
    assert guide.evaluate("sessionStorage.getItem('left')") == "ab"


def test_the_theme_is_chosen_and_kept(guide: Page, served: str):
    guide.goto(f"{served}/styleguide/list/")
    guide.get_by_role("button", name="Sam Okafor").click()
    guide.get_by_role("button", name="Dark").click()
    guide.reload()
    assert guide.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor") == "rgb(22, 26, 32)"


def test_a_second_press_sends_nothing(guide: Page, served: str):
    guide.goto(f"{served}/styleguide/")
    guide.evaluate(
        """() => {
            window.sent = 0;
            document.addEventListener("submit", event => { window.sent += 1; event.preventDefault(); });
        }"""
    )
    button = guide.get_by_role("button", name="Save changes")
    button.dblclick()
    assert guide.evaluate("window.sent") == 1
    assert button.get_attribute("aria-busy") == "true"


def test_an_answer_that_cannot_be_shown_is_told_and_nothing_typed_is_lost(guide: Page, served: str):
    guide.goto(f"{served}/styleguide/")
    guide.get_by_label("Price").fill("99")
    guide.evaluate(
        """() => {
            const link = document.createElement("button");
            link.setAttribute("hx-get", "/nowhere/");
            link.textContent = "Fetch";
            document.querySelector("main").append(link);
            htmx.process(link);
        }"""
    )
    guide.get_by_role("button", name="Fetch").click()
    expect(guide.locator("#failure")).to_contain_text("This is no longer here")
    expect(guide.get_by_label("Price")).to_have_value("99")
    assert violations(guide) == []


def test_without_scripts_everything_is_still_there(browser: object, served: str):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{served}/styleguide/list/")
    expect(page.get_by_role("button", name="Hold")).to_be_hidden()
    page.get_by_label("Select order 10481").check()
    expect(page.get_by_role("button", name="Hold")).to_be_visible()
    page.get_by_role("button", name="Sam Okafor").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert page.get_by_label("Select order 10481").is_checked()
    context.close()
