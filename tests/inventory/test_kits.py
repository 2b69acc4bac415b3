"""Kits on the database and over HTTP: what they are made of, how many there are, and what they refuse."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory import queries
from inventory.actions.adjust import adjust_stock
from inventory.actions.counts.opening import open_count
from inventory.actions.items import ItemDraft, create_item
from inventory.actions.kits.contents import Contents, KitHasStock, set_contents
from inventory.actions.purchasing.reorder import set_reorder_rule
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer
from inventory.actions.transfers.send import send_transfer
from inventory.locks import KitHasNoStock, lock_accounts
from inventory.models import Balance, Item, KitComponent
from inventory.queries.exports import table_of
from oms.core.errors import Invalid
from oms.core.tenancy import unit
from tests.inventory.kits import gift_box, kit_of
from tests.inventory.sheets import applied, file_of, problems, rows_by_outcome
from tests.inventory.stock import facts, wants
from tests.inventory.test_sheets import files  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def test_a_kit_is_counted_at_each_location(uow, catalog):
    box = gift_box(catalog)
    assert box.kind == "kit"
    assert queries.orderable(item_ids=[box.id])[box.id] == 7  # 5 in Leeds, 2 in London
    reserve_stock(demands=[wants(catalog.id("TEA"), 9, location_id=catalog.leeds.id)])
    reserve_stock(demands=[wants(catalog.id("MUG-BLU"), 5, location_id=catalog.london.id)])
    found = queries.available_by_item([box.id])[box.id]
    assert [(each.location_name, each.available) for each in found.by_location.values()] == [
        ("Leeds", 0),
        ("London", 0),
    ]
    set_contents(item_id=box.id, contents=Contents("kit", True, {catalog.id("MUG-BLU"): 1, catalog.id("TEA"): 2}))
    assert queries.available_by_item([box.id])[box.id].available == 3
    assert [each["item_id"] for each in facts("item.changed")] == [str(box.id)] * 2


def test_a_kit_in_a_kit_comes_down_to_what_is_stocked(uow, catalog):
    box = gift_box(catalog)
    hamper = kit_of("HAMPER", {box.id: 2, catalog.id("TEA"): 1})
    assert queries.kits_among([hamper.id])[hamper.id].leaves == {catalog.id("MUG-BLU"): 2, catalog.id("TEA"): 5}
    assert queries.orderable(item_ids=[hamper.id, box.id]) == {hamper.id: 3, box.id: 7}


def test_what_can_be_promised_of_a_kit_by_a_day(uow, catalog):
    box = gift_box(catalog)
    moved = create_transfer(
        origin_id=catalog.leeds.id, destination_id=catalog.london.id,
        lines=[TransferLineDraft(catalog.id("TEA"), 6)], expected_on=(unit().now + timedelta(days=3)).date(),
    )  # fmt: skip
    send_transfer(transfer_id=moved.id)
    found = queries.atp(item_id=box.id, quantity=7, by=(unit().now + timedelta(days=4)).date())
    # Leeds has 4 teas left for 2 kits, London 5 for 2; with those on their way London can make 5.
    assert (found.available, found.promise.units, found.promise.enough) == (4, 7, True)
    assert found.promise.earliest == (unit().now + timedelta(days=3)).date()


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda box, place: receive_stock(receipts=[Receipt(box, place, 1)]), "lines.0.item_id"),
        (lambda box, place: adjust_stock(item_id=box, location_id=place, change=1, reason="found"), "item_id"),
        (lambda box, place: open_count(location_id=place, item_ids=[box]), "item_ids.0"),
        (lambda box, place: set_reorder_rule(item_id=box, location_id=place, minimum=1, maximum=2), "item_id"),
    ],
)
def test_a_kit_is_never_stock(uow, catalog, act, field):
    box = gift_box(catalog)
    with pytest.raises(Invalid) as refused:
        act(box.id, catalog.leeds.id)
    (problem,) = refused.value.fields
    assert (problem.field, problem.code) == (field, "kit_has_no_stock")
    assert "assemble it as goods, or receive its components" in problem.message
    assert not Balance.objects.filter(item=box).exists()


def test_the_last_wall_is_where_accounts_are_locked(uow, catalog):
    box = gift_box(catalog)
    with pytest.raises(KitHasNoStock, match="BOX: A kit has no stock of its own"):
        lock_accounts([(box.id, catalog.leeds.id, "sellable")])


def test_what_has_stock_becomes_no_kit_until_it_is_empty(uow, catalog):
    mug, tea = catalog.id("MUG-RED"), catalog.id("TEA")
    with pytest.raises(KitHasStock, match="MUG-RED: there is stock of it"):
        set_contents(item_id=mug, contents=Contents(components={tea: 1}))
    for place in (catalog.leeds, catalog.london):
        adjust_stock(item_id=mug, location_id=place.id, counted=0, reason="count")
    assert set_contents(item_id=mug, contents=Contents(components={tea: 1})).kind == "kit"
    # Goods may be assembled of something while there are some.
    blue = set_contents(item_id=catalog.id("MUG-BLU"), contents=Contents("goods", components={tea: 1}))
    assert (blue.kind, queries.orderable(item_ids=[blue.id])[blue.id]) == ("goods", 15)


def chain(catalog) -> dict[str, Item]:
    """HAMPER → BOX → MUG-BLU, and CRATE, which is made of nothing yet."""
    box = gift_box(catalog)
    crate = create_item(draft=ItemDraft(sku="CRATE"))
    return {"BOX": box, "HAMPER": kit_of("HAMPER", {box.id: 1}), "CRATE": crate, "TEA": catalog.item("TEA")}


@pytest.mark.parametrize(
    ("sku", "components", "words"),
    [
        ("BOX", {"BOX": 1}, "BOX → BOX"),
        ("BOX", {"HAMPER": 1}, "BOX → HAMPER → BOX"),
        ("CRATE", {"HAMPER": 1}, "CRATE → HAMPER → BOX is a third level"),
        ("CRATE", {}, "A kit has at least one component."),
        ("CRATE", {"TEA": 0}, "Give a quantity from 1 to 10,000."),
        ("CRATE", {"TEA": 10_001}, "Give a quantity from 1 to 10,000."),
    ],
)
def test_bad_contents_are_refused_by_name(uow, catalog, sku, components, words):
    items = chain(catalog)
    before = KitComponent.objects.count()
    contents = Contents(components={items[each].id: units for each, units in components.items()})
    with pytest.raises(Invalid) as refused:
        set_contents(item_id=items[sku].id, contents=contents)
    assert words in refused.value.fields[0].message
    assert KitComponent.objects.count() == before


def test_a_third_level_is_refused_from_below_too(uow, catalog):
    items = chain(catalog)
    set_contents(item_id=items["CRATE"].id, contents=Contents(components={items["TEA"].id: 1}))
    with pytest.raises(Invalid, match="HAMPER → BOX → CRATE is a third level"):
        set_contents(item_id=items["BOX"].id, contents=Contents(components={items["CRATE"].id: 1}))


KITS_HEADER = "Kit,Component,Quantity"


def test_kits_come_in_by_file_and_go_out_again(uow, catalog, files):  # noqa: F811
    crate = create_item(draft=ItemDraft(sku="CRATE"))
    done = applied(
        "kits",
        file_of(
            KITS_HEADER, "CRATE,MUG-BLU,2", "crate,TEA,1", "CRATE,TEA,3", "NOPE,TEA,1", "CRATE,CRATE,1",
            "MUG-RED,TEA,1", "CRATE,MUG-RED,some",
        ),
    )  # fmt: skip
    assert rows_by_outcome(done) == {"new": 2, "bad": 5}
    assert [(row, column) for row, column, _ in problems(done)] == [
        (4, "Component"), (5, "Kit"), (6, "Component"), (7, "Kit"), (8, "Quantity"),
    ]  # fmt: skip
    assert "CRATE → CRATE" in problems(done)[2][2]
    assert Item.objects.get(id=crate.id).kind == "kit"
    exported = list(queries.all_rows(table_of("kits", ())))
    assert exported == [["CRATE", "MUG-BLU", 2], ["CRATE", "TEA", 1]]
    again = applied("kits", file_of(KITS_HEADER, "CRATE,MUG-BLU,2", "CRATE,TEA,0"))
    assert rows_by_outcome(again) == {"changed": 1, "same": 1}
    assert [each.component.sku for each in queries.components_of(crate.id)] == ["MUG-BLU"]


def test_over_http(api, catalog, tenant):
    made = api.post("/api/v1/items", {"sku": "BOX", "name": "Gift box"}, format="json").json()
    address = f"/api/v1/items/{made['id']}/components"
    lines = [{"sku": "mug-blu", "quantity": 1}, {"item_id": str(catalog.id("TEA")), "quantity": 2}]
    put = api.put(address, {"components": lines}, format="json", headers={"if-match": '"1"'})
    assert put.status_code == 200, put.json()
    assert put["ETag"] == '"2"'
    assert [(each["sku"], each["quantity"]) for each in api.get(address).json()["components"]] == [
        ("MUG-BLU", 1), ("TEA", 2),
    ]  # fmt: skip
    assert api.get(f"/api/v1/items/{made['id']}").json()["kind"] == "kit"
    asked = {"skus": ["box", "tea"], "locations": True, "channel_id": str(catalog.channel.id)}
    with CaptureQueriesContext(connection) as statements:
        box, tea = api.post("/api/v1/availability", asked, format="json").json()["results"]
    assert (box["available"], box["offered"], tea["available"]) == (7, 7, 15)
    assert [each["available"] for each in box["locations"]] == [5, 2]
    with CaptureQueriesContext(connection) as plain:
        api.post("/api/v1/availability", {**asked, "skus": ["tea"]}, format="json")
    assert len(plain) == len(statements)
    stale = api.put(address, {"components": lines}, format="json", headers={"if-match": '"1"'})
    assert stale.status_code == 412
    for bad, field in (
        ([{"sku": "NOPE", "quantity": 1}], "components.0.sku"),
        ([{"sku": "TEA", "quantity": 0}], "components.0.quantity"),
        ([{"sku": "TEA", "quantity": 1}, {"sku": "tea", "quantity": 2}], "components.1.item_id"),
        ([{"sku": "BOX", "quantity": 1}], "components"),
        ([], "components"),
    ):
        refused = api.put(address, {"components": bad}, format="json")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    received = {"lines": [{"sku": "BOX", "location": "LEEDS", "quantity": 1}]}
    assert api.post("/api/v1/stock/receive", received, format="json").json()["errors"][0]["code"] == "kit_has_no_stock"
