"""Items with all that belongs to them over HTTP, and files of items that carry it."""

import io

import pytest
from PIL import Image

from inventory import queries
from inventory.actions.catalogue.custom_fields import add_custom_field
from inventory.actions.catalogue.products import create_product
from inventory.actions.items import ItemDraft, Pack, create_items
from inventory.models import Item, PackLevel, Product
from inventory.queries import catalogue
from oms.core.tenancy import unit_of_work
from tests.inventory.sheets import applied, checked, file_of, problems, rows_by_outcome
from tests.inventory.test_packing import CASE, MUG
from tests.inventory.test_sheet_exports import exported

CREATE = {
    "sku": "MUG", "name": "Mug", "gtin": MUG, "barcodes": ["OWN-1"], "unit": "pair", "hs_code": "6912.00",
    "country_of_origin": "PT", "tags": ["Gift"], "description": "Holds tea.",
    "packs": [{"name": "Case", "units": 12, "gtin": CASE, "weight_g": 5000}],
}  # fmt: skip


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "blue").save(file, "PNG")
    file.seek(0)
    file.name = "mug.png"
    return file


def test_an_item_is_made_changed_and_found_by_any_code(api):
    made = api.post("/api/v1/items", CREATE, content_type="application/json")
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["hs_code"], body["tags"], body["unit"]) == ("691200", ["gift"], "pair")
    assert [(each["name"], each["units"], each["gtin"]) for each in body["packs"]] == [("Case", 12, CASE)]
    case = api.get("/api/v1/items/by-code", {"code": CASE}).json()
    assert (case["sku"], case["units"]) == ("MUG", 12)
    assert api.get("/api/v1/items/by-code", {"code": "nothing"}).status_code == 404
    changed = api.patch(f"/api/v1/items/{body['id']}", {"packs": [], "tags": []}, content_type="application/json")
    assert (changed.json()["packs"], changed.json()["tags"], changed.json()["gtin"]) == ([], [], MUG)


@pytest.mark.parametrize(
    ("sent", "field", "says"),
    [
        ({"gtin": "4006381333932"}, "gtin", "should be 1"),
        ({"country_of_origin": "XX"}, "country_of_origin", "no country"),
        ({"hs_code": "12"}, "hs_code", "6 to 10"),
        ({"packs": [{"name": "A", "units": 6}, {"name": "B", "units": 6}]}, "packs", "hold 6 units"),
        ({"custom": {"strange": "x"}}, "custom.strange", "no such field"),
        ({"product_id": "01a20e52-aed8-734c-84e5-83ac4652954e"}, "product_id", "no such product"),
        ({"substitute_ids": ["01a20e52-aed8-734c-84e5-83ac4652954e"]}, "substitutes", "no item of yours"),
    ],
)
def test_bad_input_names_its_field(api, sent, field, says):
    refused = api.post("/api/v1/items", {"sku": "BAD", **sent}, content_type="application/json")
    assert refused.status_code == 422
    errors = {each["field"]: each["message"] for each in refused.json()["errors"]}
    assert says in errors[field]


def test_products_fields_and_pictures_have_addresses(api):
    product = api.post(
        "/api/v1/products", {"name": "Shirt", "options": ["Size"]}, content_type="application/json"
    ).json()
    item = {"sku": "S-M", "product_id": product["id"], "option_values": ["M"]}
    item = api.post("/api/v1/items", item, content_type="application/json").json()
    variants = api.get(f"/api/v1/products/{product['id']}/variants").json()["results"]
    assert [(each["sku"], each["option_values"]) for each in variants] == [("S-M", ["M"])]
    renamed = api.patch(f"/api/v1/products/{product['id']}", {"name": "Blouse"}, content_type="application/json")
    assert renamed.json()["version"] == 2
    assert [each["name"] for each in api.get("/api/v1/products").json()["results"]] == ["Blouse"]

    field = {"name": "Care", "kind": "choice", "choices": ["Wash"]}
    field = api.post("/api/v1/custom-fields", field, content_type="application/json").json()
    assert [each["key"] for each in api.get("/api/v1/custom-fields").json()["results"]] == ["care"]
    address = f"/api/v1/custom-fields/{field['id']}"
    changed = api.put(address, {"name": "Care label", "choices": ["Dry"]}, content_type="application/json")
    assert (changed.json()["key"], changed.json()["choices"]) == ("care", ["Dry"])
    assert api.delete(address).status_code == 204

    images = f"/api/v1/items/{item['id']}/images"
    both = api.post(images, {"images": [picture(), picture()]}).json()
    assert [each["position"] for each in both] == [0, 1]
    turned = api.patch(images, {"image_ids": [both[1]["id"]]}, content_type="application/json").json()
    assert [each["id"] for each in turned] == [both[1]["id"], both[0]["id"]]
    assert api.get(turned[0]["thumb_url"]).status_code == 200
    assert api.delete(f"/api/v1/item-images/{both[0]['id']}").status_code == 204
    assert len(api.get(images).json()) == 1
    assert api.post(images, {"images": [io.BytesIO(b"no picture")]}).status_code == 422


# Files


HEADER = "SKU,Name,GTIN,Packs,HS code,Country of origin,Tags,Product,Options,Substitutes,Material"


@pytest.fixture
def own(uow):
    with unit_of_work(uow.tenant_id, uow.actor):
        return add_custom_field(name="Material", kind="choice", choices=["Wool"], required=True)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_everything_exported_is_the_same_when_imported(uow, own, format):
    shirt = create_product(name="Shirt; fine", options=["Size"])
    (other,) = create_items(items=[ItemDraft("OTHER", custom={"material": "Wool"})])
    create_items(items=[
        ItemDraft(
            "S-M", gtin=MUG, packs=(Pack("Case", 12, CASE, ("A;B",), weight_g=9), Pack("Inner", 6)), tags=("a;b", "c"),
            hs_code="691200", country_of_origin="PT", description="Two\nlines", custom={"material": "Wool"},
            product_id=shirt.id, option_values=("M=L",), substitutes=(other.id,), unit="pair",
        )
    ])  # fmt: skip
    standing = checked("items", io.BytesIO(exported("items", format)))
    assert (rows_by_outcome(standing), problems(standing)) == ({"same": 2}, [])


def test_a_file_makes_products_variants_and_levels(uow, own):
    rows = [
        f"S-M,Shirt M,{MUG},Case = 12: GTIN {CASE},6109.10,pt,Gift; new,Shirt,Size = M; Colour = Blue,,wool",
        "S-L,Shirt L,,Case = 12,,,,shirt,Colour = Blue; Size = L,,Wool",
    ]
    standing = applied("items", file_of(HEADER, *rows))
    assert (rows_by_outcome(standing), problems(standing)) == ({"new": 2}, [])
    shirt = Product.objects.get()
    assert [(each.sku, each.option_values) for each in catalogue.variants_of(shirt.id)] == [
        ("S-L", ["L", "Blue"]), ("S-M", ["M", "Blue"]),
    ]  # fmt: skip
    item = Item.objects.get(sku="S-M")
    assert (item.tags, item.hs_code, item.country_of_origin, item.custom) == (
        ["gift", "new"], "610910", "PT", {"material": "Wool"},
    )  # fmt: skip
    assert queries.resolve_skus([CASE], packs=True)[CASE].units == 12
    PackLevel.objects.filter(item=item).update(weight_g=77)
    again = applied("items", file_of("SKU,Packs,Substitutes", "S-M,Case = 12: OWN,S-L"), name="again.csv")
    assert rows_by_outcome(again) == {"changed": 1}
    assert PackLevel.objects.get(item=item).weight_g == 77


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("N,,4006381333932,,,,,,,,Wool", "GTIN", "should be 1"),
        ("N,,,Case,,,,,,,Wool", "Packs", "Write it like"),
        ("N,,,Case = 12; Box = 12,,,,,,,Wool", "Packs", "hold 12 units"),
        (f"N,,,Case = 12: {CASE},,,,,,,Wool", "Barcodes", "belongs to the item OLD"),
        ("N,,,,1,,,,,,Wool", "HS code", "6 to 10"),
        ("N,,,,,QQ,,,,,Wool", "Country of origin", "no country"),
        ("N,,,,,,,Shirt,,,Wool", "Options", "Say which variant"),
        ("N,,,,,,,,Size = M,,Wool", "Options", "Name its product"),
        ("N,,,,,,,Hat,Size = M,,Wool", "Options", "needs a value for each of: Head"),
        ("N,,,,,,,Hat,Head = 58,,Wool", "Options", "OLD is Hat 58 already"),
        ("N,,,,,,,,,NOBODY,Wool", "Substitutes", "No item is called"),
        ("N,,,,,,,,,,Silk", "Material", "choose one of Wool"),
        ("N,,,,,,,,,,", "Material", "is needed"),
    ],
)
def test_a_bad_row_names_its_column(uow, own, row, column, says):
    hat = create_product(name="Hat", options=["Head"])
    packs = (Pack("Case", 12, CASE),)
    create_items(items=[
        ItemDraft("OLD", packs=packs, product_id=hat.id, option_values=("58",), custom={"material": "Wool"})
    ])  # fmt: skip
    standing = applied("items", file_of(HEADER, row, "GOOD,,,,,,,,,,Wool"))
    assert rows_by_outcome(standing) == {"bad": 1, "new": 1}
    ((line, named, message),) = problems(standing)
    assert (line, named) == (2, column)
    assert says in message
    assert not Item.objects.filter(sku="N").exists()
