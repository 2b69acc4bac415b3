"""Packing levels and their codes: a pack's code counts its units, and belongs to one level of one item."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from inventory import queries
from inventory.actions.items import DuplicateCode, ItemDraft, Pack, create_item, create_items, update_item, update_items
from inventory.items import draft_problems
from inventory.models import ItemCode, PackLevel
from inventory.packing import check_digit, gtin_forms, gtin_problem
from inventory.sheets.nested import read_options, read_packs, write_options, write_packs
from oms.core.errors import Invalid

MUG, CASE = "4006381333931", "14006381333938"
CASE_OF_12 = Pack("Case", 12, CASE)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", ""),
        (MUG, ""),
        (CASE, ""),
        ("96385074", ""),
        ("036000291452", ""),
        ("4006381333932", "should be 1"),
        ("14006381333939", "should be 8"),
        ("123", "8, 12, 13 or 14 digits"),
        ("400638133393X", "8, 12, 13 or 14 digits"),
        ("４００６３８１３３３９３１", "8, 12, 13 or 14 digits"),
    ],
)
def test_only_a_declared_gtin_needs_its_check_digit(code, says):
    assert says in gtin_problem(code)
    assert bool(says) == bool(gtin_problem(code))
    assert draft_problems({"barcodes": (code,)} if code else {}) == []


@given(st.sampled_from((7, 11, 12, 13)).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)))
def test_any_number_with_its_check_digit_is_a_gtin_and_is_found_in_every_form(body):
    code = body + check_digit(body)
    assert gtin_problem(code) == ""
    forms = gtin_forms(code)
    assert forms[0] == code
    assert len({form.lstrip("0") for form in forms}) == 1
    assert "0" * (14 - len(code)) + code in forms


@pytest.mark.parametrize(
    ("packs", "says"),
    [
        ([Pack("Case", 12), Pack("case ", 6)], "are called “case”"),
        ([Pack("Case", 12), Pack("Box", 12)], "hold 12 units"),
        ([Pack("Case", 1)], "holds 2 units or more"),
        ([Pack("", 12)], "Name each packing level"),
        ([Pack("Case", 12, "14006381333939")], "should be 8"),
        ([Pack("Case", 12, barcodes=("X",)), Pack("Box", 6, barcodes=("x",))], "“X” stands for two"),
        ([Pack("Case", 12, barcodes=("OWN",))], "“OWN” stands for two"),
        ([Pack("Case", 12, weight_g=-1)], "Case: Give 0 to"),
        ([Pack(f"P{n}", n) for n in range(2, 13)], "at most 10"),
    ],
)
def test_levels_that_contradict_each_other_are_refused(packs, says):
    problems = draft_problems({"packs": tuple(packs), "barcodes": ("OWN",), "gtin": MUG})
    assert [each.field for each in problems] == ["packs"]
    assert says in problems[0].message


_TEXT = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=8)


@given(
    st.lists(
        st.builds(Pack, _TEXT, st.integers(2, 999), st.sampled_from(("", CASE)), st.tuples(_TEXT) | st.just(())),
        min_size=1, max_size=3,
    )
)  # fmt: skip
def test_packs_in_a_cell_are_read_as_they_were_written(packs):
    assert read_packs(write_packs(packs)) == tuple(packs)


@given(st.dictionaries(_TEXT, _TEXT, min_size=1, max_size=3))
def test_options_in_a_cell_are_read_as_they_were_written(pairs):
    assert dict(read_options(write_options(list(pairs), list(pairs.values())))) == pairs


@pytest.mark.parametrize("cell", ["Case", "Case = x", "[1]", "=", "Case = 12 = 3"])
def test_what_is_no_list_of_packs_says_how_to_write_one(cell):
    with pytest.raises(ValueError, match="Write it like"):
        read_packs(cell)


def test_a_packs_code_stands_for_its_units_but_names_no_item_in_an_order(uow):
    item = create_item(draft=ItemDraft("MUG", gtin=MUG, barcodes=("OWN-1",), packs=(CASE_OF_12, Pack("Inner", 6))))
    found = queries.resolve_skus([MUG, f"0{MUG}", "own-1", CASE, "MUG"], packs=True)
    assert {code: each.units for code, each in found.items()} == {
        MUG: 1, f"0{MUG}": 1, "own-1": 1, CASE: 12, "MUG": 1,
    }  # fmt: skip
    assert {each.id for each in found.values()} == {item.id}
    assert queries.resolve_skus([CASE]) == {}
    assert [each.sku for each in queries.find_items(text=CASE)] == ["MUG"]


def test_one_code_belongs_to_one_level_of_one_item(uow):
    create_item(draft=ItemDraft("MUG", gtin=MUG, packs=(CASE_OF_12,)))
    other = create_item(draft=ItemDraft("TEA"))
    with pytest.raises(DuplicateCode, match="names the packing level Case of MUG already"):
        update_item(item_id=other.id, changes={"barcodes": (CASE,)})
    with pytest.raises(DuplicateCode, match="names MUG already"):
        update_item(item_id=other.id, changes={"packs": (Pack("Box", 3, barcodes=(f"0{MUG}",)),)})
    with pytest.raises(Invalid) as refusal:
        create_item(draft=ItemDraft("NEW", gtin=MUG, packs=(Pack("Case", 12, MUG),)))
    assert refusal.value.fields[0].field == "packs"
    assert PackLevel.objects.filter(item_id=other.id).count() == 0


def test_changing_levels_changes_their_codes_and_nothing_else(uow):
    item = create_item(draft=ItemDraft("MUG", gtin=MUG, barcodes=("OWN",), packs=(CASE_OF_12,)))
    version = item.version
    item = update_item(item_id=item.id, changes={"packs": (CASE_OF_12,), "gtin": MUG, "barcodes": ("OWN",)})
    assert item.version == version
    item = update_item(item_id=item.id, changes={"packs": (Pack("Pallet", 480, barcodes=("PAL",)),)})
    assert item.version == version + 1
    found = queries.resolve_skus([MUG, "OWN", "PAL", CASE], packs=True)
    assert {code: each.units for code, each in found.items()} == {MUG: 1, "OWN": 1, "PAL": 480}
    update_items(changes={item.id: {"packs": ()}})
    assert not ItemCode.objects.filter(item_id=item.id, pack__isnull=False).exists()


def test_many_items_with_packs_take_as_many_statements_as_few(uow):
    few = [ItemDraft(f"F{n}", packs=(Pack("Case", 12, barcodes=(f"C{n}",)),)) for n in range(2)]
    many = [ItemDraft(f"M{n}", packs=(Pack("Case", 12, barcodes=(f"D{n}",)),)) for n in range(200)]
    with CaptureQueriesContext(connection) as of_few:
        create_items(items=few)
    with CaptureQueriesContext(connection) as of_many:
        create_items(items=many)
    assert len(of_many) == len(of_few)
