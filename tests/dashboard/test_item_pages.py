"""The item's form and page with packing, pictures, variants and own fields; products; fields of one's own."""

import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from inventory.actions.items import ItemDraft, Pack, create_item, update_item
from inventory.models import CustomField, Item, ItemImage, Movement, Product
from tests.dashboard.orders import inside
from tests.dashboard.test_transfer_pages import sheet
from tests.inventory.test_packing import CASE, MUG

pytestmark = pytest.mark.django_db
STOCK = "/m/acme/inventory/"
PACKS = {"pack-TOTAL_FORMS": "3", "pack-INITIAL_FORMS": "0"}


def case(**more: str) -> dict[str, str]:
    return PACKS | {f"pack-0-{name}": value for name, value in more.items()}


def form_of(page) -> dict[str, object]:
    """What a browser would send back of the form as it is."""
    form = page.context["form"]
    values = {field.html_name: field.value() for field in form}
    for line in form.packs:
        values |= {field.html_name: field.value() for field in line}
    values |= {field.html_name: field.value() for field in form.packs.management_form}
    return {name: value for name, value in values.items() if value not in (None, False, [])}


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "blue").save(file, "PNG")
    file.seek(0)
    file.name = "mug.png"
    return file


@pytest.fixture
def shirt(browser_client, tenant):
    """A product with one variant."""
    url = browser_client.post(f"{STOCK}products/new/", {"name": "Shirt", "options": "Size\nColour"})["Location"]
    form = {"sku": "S-M", "name": "Shirt, M", "active": "on", "product": "shirt", "option_values": "M\nBlue"}
    assert browser_client.post(f"{STOCK}items/new/", form).status_code == 303
    return url


def test_a_form_keeps_everything_it_shows(browser_client, tenant, shirt):
    browser_client.post(f"{STOCK}fields/", {"name": "Care", "kind": "text"})
    form = {
        "sku": "S-L", "name": "Shirt, L", "active": "on", "gtin": MUG, "barcodes": "OWN", "unit": "pair",
        "hs_code": "6109.10", "country_of_origin": "PT", "tags": "Gift, new in", "description": "Soft.",
        "product": "Shirt", "option_values": "L\nBlue", "substitutes": "S-M", "custom_care": "Wash cold",
        **case(name="Case", units="12", gtin=CASE, barcodes="C-1, C-2", weight_g="5000"),
    }  # fmt: skip
    made = browser_client.post(f"{STOCK}items/new/", form)
    assert made.status_code == 303, made.text
    url = made["Location"]
    page = browser_client.get(url).text
    for shown in (MUG, CASE, "C-2", "610910", "Portugal", "new in", "Soft.", "Wash cold", "M / Blue", "S-M"):
        assert shown in page, shown
    with inside(tenant):
        before = Item.objects.get(sku="S-L")
    same = browser_client.post(f"{url}edit/", form_of(browser_client.get(f"{url}edit/")))
    assert same.status_code == 303, same.text
    with inside(tenant):
        assert Item.objects.get(sku="S-L").version == before.version
    emptied = form_of(browser_client.get(f"{url}edit/"))
    for name in [name for name in emptied if name.startswith("pack-0-")]:
        emptied[name] = ""
    assert browser_client.post(f"{url}edit/", emptied).status_code == 303
    with inside(tenant):
        assert not Item.objects.get(sku="S-L").packs.exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"gtin": "4006381333932"}, "should be 1"),
        ({"hs_code": "1"}, "6 to 10 digits"),
        ({"country_of_origin": "QQ"}, "Select a valid choice"),
        ({"product": "Nothing"}, "No product is called"),
        ({"product": "Shirt", "option_values": "M\nBlue"}, "S-M is Shirt M / Blue already"),
        ({"substitutes": "NOBODY"}, "No item is called"),
        (case(name="Case"), "Say how many it holds"),
        (case(units="12"), "Name it, like Case"),
        (case(name="Case", units="1"), "2 or more"),
        (case(name="Case", units="12", gtin="14006381333939"), "should be 8"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(browser_client, tenant, shirt, given, says):
    page = browser_client.post(f"{STOCK}items/new/", {"sku": "NEW", "name": "Typed", **given})
    assert page.status_code == 422
    assert says in page.text
    assert 'value="Typed"' in page.text
    with inside(tenant):
        assert not Item.objects.filter(sku="NEW").exists()


def test_a_needed_field_of_ones_own_is_asked_for(browser_client, tenant):
    browser_client.post(f"{STOCK}fields/", {"name": "Care", "kind": "choice", "choices": "Wash\nDry", "required": "on"})
    missing = browser_client.post(f"{STOCK}items/new/", {"sku": "NEW"})
    assert missing.status_code == 422
    assert "Choose one." in missing.context["form"].errors["custom_care"]
    assert browser_client.post(f"{STOCK}items/new/", {"sku": "NEW", "custom_care": "Dry"}).status_code == 303
    with inside(tenant):
        key = CustomField.objects.get().id
    assert 'value="Care"' in browser_client.get(f"{STOCK}fields/{key}/edit/").text
    bad = browser_client.post(f"{STOCK}fields/{key}/edit/", {"name": "Care", "choices": ""})
    assert "Give 1 to" in bad.text
    changed = {"name": "Care label", "choices": "Wash"}
    assert browser_client.post(f"{STOCK}fields/{key}/edit/", changed).status_code == 303
    assert "Care label" in browser_client.get(f"{STOCK}fields/").text
    assert browser_client.post(f"{STOCK}fields/{key}/give-up/").status_code == 303
    assert browser_client.get(f"{STOCK}fields/{key}/edit/").status_code == 404


def test_pictures_are_added_put_first_and_removed(browser_client, tenant, catalog):
    url = f"{STOCK}items/{catalog.id('TEA')}/"
    assert "is not a picture" in browser_client.post(f"{url}pictures/", {"images": io.BytesIO(b"x")}, follow=True).text
    assert "Choose at least one picture" in browser_client.post(f"{url}pictures/", follow=True).text
    browser_client.post(f"{url}pictures/", {"images": [picture(), picture()]})
    with inside(tenant):
        first, second = ItemImage.objects.order_by("position")
    browser_client.post(f"{STOCK}items/pictures/{second.id}/first/")
    page = browser_client.get(url)
    assert [each["id"] for each in page.context["details"].images] == [str(second.id), str(first.id)]
    shown = re.search(r'<img src="([^"]+)" alt="Picture 1 of TEA"', page.text).group(1)
    assert browser_client.get(shown)["Content-Type"] == "image/jpeg"
    browser_client.post(f"{STOCK}items/pictures/{first.id}/remove/")
    assert browser_client.post(f"{STOCK}items/pictures/{first.id}/remove/").status_code == 404
    with CaptureQueriesContext(connection) as queries:
        listed = browser_client.get(STOCK).text
    assert len(queries) <= 12
    assert listed.count('class="thumb"') == 1


def test_a_full_item_page_stays_within_its_statements(browser_client, tenant, catalog, shirt):
    browser_client.post(f"{STOCK}fields/", {"name": "Care", "kind": "text"})
    tea = catalog.id("TEA")
    with inside(tenant):
        update_item(item_id=tea, changes={
            "packs": (Pack("Case", 12, CASE),), "substitutes": (catalog.id("MUG-RED"),), "custom": {"care": "dry"},
            "product_id": Product.objects.get().id, "option_values": ("L", "Red"),
        })  # fmt: skip
    browser_client.post(f"{STOCK}items/{tea}/pictures/", {"images": [picture()]})
    with CaptureQueriesContext(connection) as queries:
        page = browser_client.get(f"{STOCK}items/{tea}/")
    assert len(queries) <= 25
    assert "<c-" not in page.text
    assert "15 available" in page.text


def test_products_show_their_variants(browser_client, tenant, shirt):
    assert "Shirt" in browser_client.get(f"{STOCK}products/").text
    page = browser_client.get(shirt)
    assert "Blue" in page.text
    assert [item.sku for item, _stock, _thumb in page.context["variants"]] == ["S-M"]
    new = browser_client.get(f"{STOCK}items/new/?product=Shirt")
    assert new.context["form"].initial["product"] == "Shirt"
    refused = browser_client.post(f"{shirt}edit/", {"name": "Shirt", "options": "Size"})
    assert "Each variant has a value" in refused.text
    edited = browser_client.post(f"{shirt}edit/", {"name": "Blouse", "options": "Size\nDye", "version": "1"})
    assert edited.status_code == 303
    stale = browser_client.post(f"{shirt}edit/", {"name": "Blouse", "options": "Size\nDye", "version": "1"})
    assert "Someone changed this product" in stale.text
    twice = browser_client.post(f"{STOCK}products/new/", {"name": "blouse", "options": "Size"})
    assert "called “blouse” already" in twice.text


def test_a_cases_code_receives_all_it_holds(browser_client, tenant, catalog):
    with inside(tenant):
        create_item(draft=ItemDraft("CUP", packs=(Pack("Case", 12, CASE),)))
    lines = sheet((CASE, 2), location=catalog.leeds.id)
    assert browser_client.post(f"{STOCK}receive/", lines).status_code == 303
    with inside(tenant):
        assert Movement.objects.filter(item__sku="CUP").get().quantity == 24
