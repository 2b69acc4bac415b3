"""What every component promises, seen on the pages of the style guide."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler
from pytest_django import Settings

from oms.dashboard.styleguide import PAGES, SampleForm, styleguide

STATIC = Path(__file__).parents[2] / "oms" / "static"


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page(name: str) -> str:
    request = RequestFactory().get(f"/styleguide/{name}/")
    request.user = SimpleNamespace(is_authenticated=True)
    response = styleguide(request, name)
    assert response.status_code == 200
    return response.content.decode()


def rendered(source: str, **context: object) -> str:
    # The loader compiles components; a template from a string has to ask for it.
    template = engines["django"].from_string(CottonCompiler().process(source))
    return template.render(context, RequestFactory().get("/"))


@pytest.fixture(autouse=True)
def _development(settings: Settings) -> None:
    settings.DEVELOPMENT = True


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_component_reaches_the_browser_raw(name: str):
    html = page(name)
    assert "<c-" not in html
    assert "{{" not in html
    assert "{%" not in html


@pytest.mark.parametrize("name", sorted(PAGES))
def test_nothing_needs_inline_style_or_script(name: str):
    for tag, attributes in Elements(page(name)).found:
        assert tag != "style"
        assert tag != "script" or attributes.get("src")
        assert "style" not in attributes
        assert not [key for key in attributes if key.startswith(("on", "hx-on"))]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_ids_are_unique_and_references_point_somewhere(name: str):
    elements = Elements(page(name)).found
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    references = {
        target
        for _, attributes in elements
        for key in ("for", "aria-describedby", "aria-labelledby", "popovertarget", "data-dialog-open")
        for target in (attributes.get(key) or "").split()
    }
    # The refused form of the guide shows the same fields a second time.
    repeated = {one for one in ids if ids.count(one) > 1}
    assert {one for one in repeated if not one.startswith("id_")} == set()
    assert references <= set(ids)


def test_the_guide_exists_in_development_only(settings: Settings):
    from django.http import Http404

    settings.DEVELOPMENT = False
    with pytest.raises(Http404):
        styleguide(RequestFactory().get("/styleguide/"))


def test_a_refused_button_does_nothing_and_says_why():
    html = rendered('<c-button refused="{{ why }}" name="verb">Cancel order</c-button>', why="1 parcel <left>")
    (_, button), (_, reason) = [pair for pair in Elements(html).found if pair[0] == "button" or "id" in pair[1]]
    assert button["type"] == "button"
    assert button["aria-disabled"] == "true"
    assert button["aria-describedby"] == reason["id"]
    assert "1 parcel &lt;left&gt;" in html


def test_a_form_carries_a_fresh_key_each_time():
    source = '<c-form action="/x/">fields</c-form>'
    keys = {re.search(r'name="idempotency_key" value="([^"]+)"', rendered(source))[1] for _ in range(2)}
    assert len(keys) == 2
    assert "idempotency_key" not in rendered('<c-form :key="False">fields</c-form>')


def test_a_refused_field_is_tied_to_its_hint_and_error_and_keeps_its_value():
    form = SampleForm({"name": "", "email": "nope<", "kind": "store"})
    html = rendered('{% load oms %}<c-field :field="form.name" /><c-field :field="form.email" />', form=form)
    inputs = {attributes["name"]: attributes for tag, attributes in Elements(html).found if tag == "input"}
    assert inputs["name"]["aria-invalid"] == "true"
    assert inputs["name"]["aria-describedby"] == "id_name_helptext id_name_error"
    assert inputs["email"]["value"] == "nope<"
    assert 'id="id_name_error"' in html


def test_the_error_summary_links_to_each_field_and_is_absent_without_errors():
    form = SampleForm({"name": "Leeds", "email": "nope", "kind": "store", "reason": "other"})
    html = rendered('{% load oms %}<c-error-summary :form="form" />', form=form)
    assert '<a href="#id_email">Contact email: Enter a valid email address.</a>' in html
    assert rendered('{% load oms %}<c-error-summary :form="form" />', form=SampleForm()).strip() == ""


def test_badges_have_icon_and_word():
    html = rendered('{% load oms %}{{ "part_paid"|badge:"payment" }}{{ "brand_new"|badge }}{{ ""|badge }}')
    assert html.count("<svg") == html.count('class="badge') == 2
    assert "Part paid" in html
    assert "Brand new" in html


def test_messages_of_success_are_toasts_and_those_of_trouble_banners():
    from django.contrib.messages import get_messages
    from django.contrib.messages.storage.fallback import FallbackStorage

    request = RequestFactory().get("/styleguide/list/")
    request.user = SimpleNamespace(is_authenticated=True)
    request.session = {}
    request._messages = FallbackStorage(request)
    get_messages(request).add(25, "Hold released.")
    get_messages(request).add(40, "Leeds <declined>.")
    html = styleguide(request, "list").content.decode()
    assert re.search(r'id="toasts".*data-toast.*Hold released\.', html)
    assert re.search(r'banner-critical" aria-label="Leeds &lt;declined&gt;\."', html)


def test_the_pages_stay_light():
    def weight(pattern: str) -> int:
        return sum(len(gzip.compress(path.read_bytes())) for path in STATIC.glob(pattern))

    assert 0 < weight("css/*.css") <= 40_000
    assert 0 < weight("js/*.js") <= 30_000
    assert len(gzip.compress(page("list").encode())) <= 60_000


def test_scripts_stay_small():
    scripts = list((STATIC / "js").glob("*.js"))
    assert scripts
    assert [path.name for path in scripts if len(path.read_text().splitlines()) > 200] == []
