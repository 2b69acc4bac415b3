"""Customs data, tags, own fields, products and variants, substitutes and pictures of items."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from inventory import queries
from inventory.actions.catalogue.custom_fields import add_custom_field, change_custom_field, give_up_custom_field
from inventory.actions.catalogue.images import IMAGES_MAX, add_images, order_images, remove_image
from inventory.actions.catalogue.judging import DuplicateVariant
from inventory.actions.catalogue.products import DuplicateProduct, HasVariants, create_product, update_product
from inventory.actions.items import ItemDraft, create_item, create_items, update_item
from inventory.details import Wanted, read_custom
from inventory.items import draft_problems
from inventory.models import Item, ItemImage
from inventory.queries import catalogue
from oms.core.errors import Invalid, NotFound, Stale
from oms.core.models import StoredFile
from oms.core.pictures import NotAnImage, Picture

MATERIAL = Wanted("material", "Material", "choice", ("Wool", "Cotton"), required=True)


def picture(name: str = "a.png", side: int = 40) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(out, "PNG")
    return Picture(name, out.getvalue())


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"hs_code": "6912.00"}, ""),
        ({"hs_code": "691200"}, ""),
        ({"hs_code": "6912"}, "6 to 10 digits"),
        ({"hs_code": "69120012345"}, "6 to 10 digits"),
        ({"country_of_origin": "cn"}, ""),
        ({"country_of_origin": "XX"}, "no country"),
        ({"country_of_origin": "China"}, "no country"),
        ({"unit": " "}, "what is counted"),
        ({"tags": ("t" * 41,)}, "Shorten the tag"),
        ({"tags": ("a",) * 31}, "at most 30"),
        ({"description": "line\nline"}, ""),
        ({"description": "d" * 10_001}, "Shorten"),
        ({"option_values": ("M", " ")}, "Give each option"),
    ],
)
def test_a_bad_detail_is_named(values, says):
    problems = draft_problems(values)
    assert [each.field for each in problems] == (list(values) if says else [])
    assert not says or says in problems[0].message


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("text", " soft ", "soft"),
        ("number", "12.50", "12.5"),
        ("number", "1e3", "1000"),
        ("date", "2026-11-24", "2026-11-24"),
        ("choice", "wool", "Wool"),
        ("number", "", ""),
    ],
)
def test_own_values_are_kept_in_one_form(kind, text, kept):
    assert read_custom(Wanted("k", "K", kind, ("Wool",)), text) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [("number", "twelve"), ("number", "NaN"), ("number", "1e400"), ("date", "24.11.2026"), ("choice", "Silk")],
)
def test_an_own_value_of_another_kind_is_refused(kind, text):
    with pytest.raises(ValueError, match="K: "):
        read_custom(Wanted("k", "K", kind, ("Wool",)), text)


def test_details_are_kept_plain_and_tags_find_the_item(uow):
    made = create_item(
        draft=ItemDraft("MUG", hs_code="6912.00.10", country_of_origin="pt", tags=("Gift", " new  in ", "gift"))
    )
    made = Item.objects.get(id=made.id)
    assert (made.hs_code, made.country_of_origin, made.tags) == ("69120010", "PT", ["gift", "new in"])
    assert [each.sku for each in queries.find_items(text="gif")] == ["MUG"]
    update_item(item_id=made.id, changes={"tags": ("old",)})
    assert list(queries.find_items(text="gif")) == []
    assert [each.sku for each in queries.find_items(text="old")] == ["MUG"]


def test_own_fields_are_asked_of_whoever_knows_them(uow):
    needed = add_custom_field(name="Material", kind="choice", choices=["Wool", "Cotton"], required=True)
    add_custom_field(name="Care", kind="text")
    by_file = create_item(draft=ItemDraft("BY-FILE", origin="import"))
    assert by_file.custom == {}
    with pytest.raises(Invalid) as refusal:
        create_item(draft=ItemDraft("NEW", custom={"care": "wash"}))
    assert [each.field for each in refusal.value.fields] == ["custom.material"]
    with pytest.raises(Invalid) as refusal:
        create_item(draft=ItemDraft("NEW", custom={"material": "Silk", "strange": "x"}))
    assert {each.field for each in refusal.value.fields} == {"custom.material", "custom.strange"}
    item = create_item(draft=ItemDraft("NEW", custom={"material": "wool", "care": "wash"}))
    item = update_item(item_id=item.id, changes={"custom": {"care": ""}})
    assert item.custom == {"material": "Wool"}
    change_custom_field(field_id=needed.id, name="Fabric", choices=["Cotton"], required=False)
    give_up_custom_field(field_id=needed.id)
    assert add_custom_field(name="Material", kind="text").key == "material_2"
    assert update_item(item_id=item.id, changes={"custom": {"material_2": "felt"}}).custom == {"material_2": "felt"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " ", "kind": "text"}, "name"),
        ({"name": "Care", "kind": "text"}, "name"),
        ({"name": "Size", "kind": "choice"}, "choices"),
        ({"name": "Size", "kind": "colour"}, "kind"),
    ],
)
def test_a_bad_field_of_ones_own_is_named(uow, given, field):
    add_custom_field(name="care", kind="text")
    with pytest.raises(Invalid) as refusal:
        add_custom_field(**given)
    assert refusal.value.fields[0].field == field


def test_variants_differ_by_their_options(uow):
    shirt = create_product(name="Shirt", options=["Size", "Colour"])
    medium = create_item(draft=ItemDraft("S-M", product_id=shirt.id, option_values=("M", "Blue")))
    with pytest.raises(DuplicateVariant, match="S-M is Shirt m / blue already"):
        create_item(draft=ItemDraft("S-M2", product_id=shirt.id, option_values=("m", "blue")))
    with pytest.raises(DuplicateVariant):
        create_items(items=[ItemDraft(sku, product_id=shirt.id, option_values=("L", "Red")) for sku in "AB"])
    with pytest.raises(Invalid, match=r"attention") as refusal:
        create_item(draft=ItemDraft("S-L", product_id=shirt.id, option_values=("L",)))
    assert "needs a value for each of: Size, Colour" in refusal.value.fields[0].message
    with pytest.raises(Invalid):
        create_item(draft=ItemDraft("X", option_values=("L",)))
    with pytest.raises(Invalid):
        update_item(item_id=medium.id, changes={"product_id": None})
    with pytest.raises(HasVariants):
        update_product(product_id=shirt.id, name="Shirt", options=["Size"])
    with pytest.raises(DuplicateProduct):
        create_product(name="shirt", options=["Size"])
    with pytest.raises(Stale):
        update_product(product_id=shirt.id, name="Blouse", options=["Size", "Dye"], expected_version=9)
    assert update_product(product_id=shirt.id, name="Blouse", options=["Size", "Dye"]).options == ["Size", "Dye"]
    assert [each.sku for each in catalogue.variants_of(shirt.id)] == ["S-M"]
    assert update_item(item_id=medium.id, changes={"product_id": None, "option_values": ()}).product_id is None


@pytest.mark.parametrize(
    ("name", "options"), [("", ["Size"]), ("X", []), ("X", ["a", "A"]), ("X", [" "]), ("X", list("abcde"))]
)
def test_a_bad_product_is_refused(uow, name, options):
    with pytest.raises(Invalid):
        create_product(name=name, options=options)


def test_substitutes_keep_their_order_and_tell_what_is_available(uow, catalog):
    mug, red, tea = (catalog.id(sku) for sku in ("MUG-BLU", "MUG-RED", "TEA"))
    update_item(item_id=mug, changes={"substitutes": (tea, red)})
    assert [(each.item.sku, each.available) for each in catalogue.substitutes_of([mug])[mug]] == [
        ("TEA", 15), ("MUG-RED", 15),
    ]  # fmt: skip
    with pytest.raises(Invalid, match="attention"):
        update_item(item_id=mug, changes={"substitutes": (mug,)})
    with pytest.raises(Invalid, match="attention"):
        update_item(item_id=mug, changes={"substitutes": (catalog.leeds.id,)})


def test_pictures_are_made_small_ordered_and_taken_away(uow, catalog, django_capture_on_commit_callbacks):
    tea = catalog.id("TEA")
    first, second = add_images(item_id=tea, pictures=[picture("a.png", 2000), picture("b.png")])
    assert first.file_id != first.thumb_id
    assert [_size(first.file_id), _size(first.thumb_id)] == [("JPEG", 1600, 1600), ("JPEG", 160, 160)]
    assert [each.image.id for each in catalogue.images_of([tea])[tea]] == [first.id, second.id]
    order_images(item_id=tea, image_ids=[second.id])
    assert catalogue.images_of([tea])[tea][0].image.id == second.id
    assert set(catalogue.thumbnails_of([tea, catalog.id("MUG-RED")])) == {tea}
    remove_image(image_id=second.id)
    assert not StoredFile.objects.filter(id__in=[second.file_id, second.thumb_id]).exists()
    with pytest.raises(NotFound):
        remove_image(image_id=second.id)
    with pytest.raises(Invalid):
        order_images(item_id=catalog.id("MUG-RED"), image_ids=[first.id])


def test_what_is_no_picture_is_refused_and_nothing_kept(uow, catalog):
    tea = catalog.id("TEA")
    with pytest.raises(NotAnImage, match=r"notes.txt.*is not a picture"):
        add_images(item_id=tea, pictures=[picture(), Picture("notes.txt", b"hello")])
    with pytest.raises(Invalid):
        add_images(item_id=tea, pictures=[])
    with pytest.raises(Invalid, match=f"at most {IMAGES_MAX}"):
        add_images(item_id=tea, pictures=[picture()] * (IMAGES_MAX + 1))
    assert not ItemImage.objects.exists()


def _size(file_id) -> tuple[str, int, int]:
    path = StoredFile.objects.get(id=file_id).path
    with default_storage.open(path) as file, Image.open(file) as image:
        return image.format, *image.size
