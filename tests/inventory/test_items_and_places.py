"""Items with their codes and words, and locations."""

from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory import queries
from inventory.actions.items import (
    Alias,
    DuplicateCode,
    DuplicateSku,
    ItemDraft,
    create_item,
    create_items,
    update_item,
)
from inventory.actions.locations import (
    DuplicateLocation,
    LocationInUse,
    create_location,
    reorder_locations,
    update_location,
)
from inventory.actions.receive import Receipt, set_opening_stock
from inventory.actions.reserve import reserve_stock
from inventory.models import Item, ItemCode, ItemWord, Location
from oms.core.actors import Actor, system
from oms.core.addresses import Address
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotFound, Stale
from oms.core.tenancy import unit_of_work
from tests.fixtures import make_catalog
from tests.inventory.stock import facts, wants


def found(text: str) -> list[str]:
    return [row.item.sku for row in queries.stock_rows(text=text).items]


# --- items


def test_items_come_back_in_order_with_their_facts(uow):
    items = create_items(items=[ItemDraft(sku=" b-2 "), ItemDraft(sku="a-1", price=Decimal("1.5"))])
    assert [(item.sku, item.sku_key) for item in items] == [("b-2", "B-2"), ("a-1", "A-1")]
    assert Item.objects.get(sku_key="A-1").price == Decimal("1.5")
    assert [each["sku"] for each in facts("item.created")] == ["b-2", "a-1"]


def test_a_thousand_items_take_as_many_statements_as_two(uow):
    with CaptureQueriesContext(connection) as few:
        create_items(items=[ItemDraft(sku=f"FEW-{n}", name="Mug", barcodes=(f"few{n}",)) for n in range(2)])
    with CaptureQueriesContext(connection) as many:
        create_items(items=[ItemDraft(sku=f"MANY-{n}", name="Mug", barcodes=(f"many{n}",)) for n in range(1000)])
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ItemDraft(sku="  "), "sku"),
        (ItemDraft(sku="x" * 101), "sku"),
        (ItemDraft(sku="a\x00b"), "sku"),
        (ItemDraft(sku="ok", name="n" * 501), "name"),
        (ItemDraft(sku="ok", weight_g=-1), "weight_g"),
        (ItemDraft(sku="ok", length_mm=10**9), "length_mm"),
        (ItemDraft(sku="ok", price=Decimal("-0.01")), "price"),
        (ItemDraft(sku="ok", cost=Decimal("NaN")), "cost"),
        (ItemDraft(sku="ok", cost=Decimal("1.23456")), "cost"),
        (ItemDraft(sku="ok", barcodes=("1", "1 ")), "barcodes"),
        (ItemDraft(sku="ok", barcodes=("",)), "barcodes"),
        (ItemDraft(sku="ok", aliases=(Alias("x" * 101),)), "aliases"),
        (ItemDraft(sku="ok", aliases=(Alias("x", UUID(int=1)),)), "aliases"),
    ],
)
def test_a_bad_item_names_its_field(uow, draft, field):
    with pytest.raises(Invalid) as refusal:
        create_item(draft=draft)
    assert [each.field for each in refusal.value.fields] == [field]
    assert not Item.objects.exists()


def test_every_bad_item_of_a_list_is_named(uow):
    with pytest.raises(Invalid) as refusal:
        create_items(items=[ItemDraft(sku=""), ItemDraft(sku="fine"), ItemDraft(sku="x", weight_g=-5)])
    assert {each.field for each in refusal.value.fields} == {"items.0.sku", "items.2.weight_g"}


def test_a_taken_sku_is_named_and_nothing_is_left_half_made(uow, catalog):
    with pytest.raises(DuplicateSku) as refusal:
        create_items(items=[ItemDraft(sku="FRESH"), ItemDraft(sku="mug-blu ")])
    assert refusal.value.fields[0].field == "items.1.sku"
    assert "mug-blu" in refusal.value.message
    assert not Item.objects.filter(sku="FRESH").exists()
    with pytest.raises(DuplicateSku, match="twice"):
        create_items(items=[ItemDraft(sku="TWIN"), ItemDraft(sku="twin")])


def test_a_code_names_one_item(uow):
    create_item(draft=ItemDraft(sku="A", barcodes=("401",)))
    with pytest.raises(DuplicateCode) as refusal:
        create_item(draft=ItemDraft(sku="B", barcodes=("401",)))
    assert refusal.value.fields[0].field == "barcodes"
    assert not Item.objects.filter(sku="B").exists()


def test_changes_are_versioned_and_told(uow, catalog):
    item = update_item(
        item_id=catalog.id("TEA"),
        changes={"name": "Green tea", "barcodes": ("77",), "aliases": (Alias("gt", catalog.channel.id),)},
        expected_version=1,
    )
    assert (item.version, item.name, item.barcodes) == (2, "Green tea", ["77"])
    assert sorted(ItemCode.objects.values_list("kind", "code_key")) == [("alias", "GT"), ("barcode", "77")]
    assert sorted(ItemWord.objects.filter(item=item).values_list("word", flat=True)) == ["green", "tea"]
    assert facts("item.changed")[-1]["fields"] == ["name", "barcodes", "aliases"]
    again = update_item(item_id=item.id, changes={"name": "Green tea", "barcodes": ("77",)}, expected_version=2)
    assert again.version == 2, "what was so already is no change"


def test_refused_changes(uow, catalog):
    tea = catalog.id("TEA")
    with pytest.raises(Stale):
        update_item(item_id=tea, changes={"name": "x"}, expected_version=0)
    with pytest.raises(NotFound):
        update_item(item_id=uuid7(), changes={"name": "x"})
    with pytest.raises(DuplicateSku):
        update_item(item_id=tea, changes={"sku": "mug-red"})
    with pytest.raises(Invalid, match="can not be changed"):
        update_item(item_id=tea, changes={"tenant_id": 3})
    assert Item.objects.get(id=tea).sku == "TEA"


def test_texts_resolve_by_sku_then_alias_then_barcode(uow, catalog):
    tea, red, blue = catalog.id("TEA"), catalog.id("MUG-RED"), catalog.id("MUG-BLU")
    update_item(item_id=red, changes={"aliases": (Alias("X1", catalog.channel.id), Alias("TEA"))})
    update_item(item_id=blue, changes={"barcodes": ("X1", "X2")})
    with CaptureQueriesContext(connection) as statements:
        plain = queries.resolve_skus([" tea", "X1", "x2", "nothing", ""])
    assert {text: ref.id for text, ref in plain.items()} == {" tea": tea, "X1": blue, "x2": blue}
    assert len(statements) == 2
    assert queries.resolve_skus(["x1"], channel_id=catalog.channel.id)["x1"].id == red


def test_search_by_the_shape_of_the_words(uow):
    names = {"MUG-BLU": "Stoneware mug, blue", "MUG-RED": "Stoneware mug, red", "TEA": "Loose leaf tea"}
    create_items(items=[ItemDraft(sku=sku, name=name) for sku, name in names.items()])
    update_item(item_id=Item.objects.get(sku="TEA").id, changes={"barcodes": ("4006381333931",)})
    assert found("mug-") == ["MUG-BLU", "MUG-RED"]
    assert found("4006381333931") == ["TEA"]
    assert found("Stone red") == ["MUG-RED"]
    assert found("ston mu") == ["MUG-BLU", "MUG-RED"]
    assert found("leaf mug") == []
    assert found("%") == found("'; --") == found("\x00") == []
    assert found("") == ["MUG-BLU", "MUG-RED", "TEA"]


# --- what there is


def test_the_stock_list_takes_two_statements_whatever_its_length(uow, catalog):
    reserve_stock(demands=[wants(catalog.id("TEA"), 4)])
    with CaptureQueriesContext(connection) as statements:
        rows = queries.stock_rows().items
    assert len(statements) == 2
    tea = rows[-1].stock
    assert (tea.on_hand, tea.reserved, tea.available) == (15, 4, 11)
    assert [(each.location_name, each.available) for each in tea.by_location.values()] == [("Leeds", 6), ("London", 5)]


def test_an_actor_of_one_location_sees_that_one(tenant, catalog):
    limited = Actor("user", "1", "Lou", frozenset({"*"}), locations=frozenset({catalog.london.id}))
    with unit_of_work(tenant.id, limited):
        assert [each.code for each in queries.visible_locations()] == ["LONDON"]
        assert queries.available_by_item([catalog.id("TEA")])[catalog.id("TEA")].on_hand == 5
        assert {each.to_location_id for each in queries.ledger()} == {catalog.london.id}
        assert [each.location_id for each in queries.balances_of(catalog.id("TEA"))] == [catalog.london.id]


def test_what_demands_hold(uow, catalog):
    demand, nothing = wants(catalog.id("TEA"), 12), wants(catalog.id("TEA"), 9)
    reserve_stock(demands=[demand])
    held = queries.reservations_of([demand.demand_id, nothing.demand_id])
    assert [(each.location_name, each.quantity) for each in held[demand.demand_id]] == [("Leeds", 10), ("London", 2)]
    assert nothing.demand_id not in held


def test_the_ledger_by_item_place_cause_and_time(uow, catalog):
    tea = catalog.id("TEA")
    assert queries.ledger(item_id=tea).count() == 2
    assert queries.ledger(item_id=tea, location_id=catalog.leeds.id).count() == 1
    set_opening_stock(receipts=[Receipt(tea, catalog.leeds.id, 3)])
    assert queries.ledger(cause_kind="opening").count() == 7
    assert queries.ledger(cause_kind="receipt").count() == 0
    assert queries.ledger(cause_id=uuid7()).count() == 0
    first = queries.ledger().earliest("recorded_at").recorded_at
    assert queries.ledger(until=first).count() == 0
    assert queries.ledger(since=first).count() == 7
    timeline = queries.item_timeline(item_id=tea, size=1)
    assert len(timeline.movements.items) == 1
    assert timeline.movements.next is not None


# --- locations


def test_a_location_is_cleaned_and_told(uow):
    place = create_location(code=" york ", name="York", timezone="Europe/London", address=Address(country="GB"))
    assert (place.code, place.address) == ("YORK", {"country": "GB"})
    assert facts("location.changed")[-1]["location_id"] == str(place.id)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"code": ""}, "code"),
        ({"code": "a/b"}, "code"),
        ({"name": " "}, "name"),
        ({"kind": "castle"}, "kind"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"priority": -1}, "priority"),
        ({"address": {"country": "England"}}, "address.country"),
        ({"address": {"latitude": 91}}, "address.latitude"),
        ({"address": {"line1": "x" * 201}}, "address.line1"),
        ({"address": {"planet": "Mars"}}, "address.planet"),
    ],
)
def test_a_bad_location_names_its_field(uow, fields, named):
    with pytest.raises(Invalid) as refusal:
        create_location(**{"code": "YORK", "name": "York", **fields})
    assert [each.field for each in refusal.value.fields] == [named]


def test_a_code_belongs_to_one_location(uow, catalog):
    with pytest.raises(DuplicateLocation):
        create_location(code="leeds", name="Another")
    with pytest.raises(DuplicateLocation):
        update_location(location_id=catalog.london.id, changes={"code": "leeds"})
    assert Location.objects.get(id=catalog.london.id).code == "LONDON"


def test_routing_can_stop_at_once_but_only_an_empty_location_closes(uow, catalog):
    place = update_location(location_id=catalog.leeds.id, changes={"ships": False}, expected_version=1)
    assert place.version == 2
    with pytest.raises(Stale):
        update_location(location_id=catalog.leeds.id, changes={"ships": True}, expected_version=1)
    with pytest.raises(LocationInUse) as refusal:
        update_location(location_id=catalog.leeds.id, changes={"active": False})
    assert refusal.value.data["units"] == 30
    with pytest.raises(NotFound):
        update_location(location_id=uuid7(), changes={"name": "x"})


def test_ranking_moves_the_others_behind(uow, catalog):
    york = create_location(code="YORK", name="York", priority=3)
    reorder_locations(location_ids=[york.id])
    assert queries.shipping_location_ids() == [york.id, catalog.leeds.id, catalog.london.id]
    with pytest.raises(Invalid):
        reorder_locations(location_ids=[york.id, york.id])


def test_a_stranger_s_location_can_not_be_ranked(uow, other_tenant, catalog):
    with unit_of_work(other_tenant.id, system("tests")):
        theirs = make_catalog(other_tenant).leeds.id
    with pytest.raises(Invalid):
        reorder_locations(location_ids=[theirs])
