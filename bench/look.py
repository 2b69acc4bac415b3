"""``make look``: every page a demo merchant's owner can reach, at three widths and in both themes, as pictures.

It follows links from the home page and visits each address pattern once, so that new pages appear by
themselves. Pictures go to ``.data/look/<width>-<theme>/<page>.png``.
"""

import os
import shutil
import sys
from urllib.parse import urljoin, urlsplit

from bench.ground import DATA, served
from oms.run.trial import trial

WIDTHS = (320, 768, 1280)
THEMES = ("light", "dark")
PASSWORD = "only for taking pictures"
PAGES_MAX = 120
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> int:
    target = DATA / "look"
    shutil.rmtree(target, ignore_errors=True)
    with trial(DATA / "look-servers", scratch=True) as running:
        os.environ.update(
            running.addresses(),
            DJANGO_SETTINGS_MODULE="oms.settings",
            THROUGHLINE_ENV="development",
            THROUGHLINE_DATA=str(DATA / "look-files"),
            ENCRYPTION_KEYS="k1:" + "A" * 43 + "=",
            LOG_LEVEL="WARNING",
        )
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from oms.demo.merchant import make_demo

        demo = make_demo(password=PASSWORD, orders=160, days=45)
        with served() as (address, _):
            count = _take_pictures(f"http://{address}", demo.tenant, demo.logins["owner"]["email"], target)
    print(f"{count} pages × {len(WIDTHS)} widths × {len(THEMES)} themes are in {target.relative_to(DATA.parent)}")
    return 0


def _take_pictures(base: str, slug: str, email: str, target) -> int:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_context(reduced_motion="reduce").new_page()
        page.goto(f"{base}/account/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"**/m/{slug}/")
        found = _crawl(page, base, slug)
        for name, url in found.items():
            _picture(page, url, name, target)
        browser.close()
    return len(found)


def _crawl(page, base: str, slug: str) -> dict[str, str]:
    """Route → the first address that leads to it."""
    from django.urls import Resolver404, resolve

    found: dict[str, str] = {}
    waiting = [f"{base}/m/{slug}/", f"{base}/styleguide/", f"{base}/merchants/"]
    while waiting and len(found) < PAGES_MAX:
        url = waiting.pop(0)
        try:
            route = resolve(urlsplit(url).path).route
        except Resolver404:
            continue
        if route in found:
            continue
        found[route] = url
        page.goto(url)
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        for link in links:
            absolute = urljoin(page.url, link)
            if absolute.startswith(f"{base}/m/{slug}/") and "csv" not in absolute:
                waiting.append(absolute.partition("#")[0])
    return found


def _picture(page, url: str, route: str, target) -> None:
    name = (
        route.replace("<slug:slug>/", "").replace("/", "-").translate(str.maketrans("", "", "<>:")).strip("-") or "home"
    )
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.goto(url)
            page.screenshot(path=target / f"{width}-{theme}" / f"{name}.png", full_page=True)


if __name__ == "__main__":
    sys.exit(main())
