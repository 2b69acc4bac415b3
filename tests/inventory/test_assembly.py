"""Assembly orders: planned, finished in parts, taken apart, and refused where stock is short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.adjust import adjust_stock
from inventory.actions.items import ItemDraft, create_item
from inventory.actions.kits.assembling import (
    NotEnoughComponents,
    cancel_assembly,
    finish_assembly,
    plan_assembly,
)
from inventory.actions.kits.contents import Contents, set_contents
from inventory.actions.locations import create_location
from inventory.actions.reverse import NotReversible, reverse_movement
from inventory.models import Item, Movement
from inventory.queries import orderable, visible_assemblies
from inventory.stock.assembling import Part, Taken, take
from inventory.stock.values import OpenReservation
from oms.core.actors import Actor
from oms.core.db.keys import uuid7
from oms.core.errors import Forbidden, Invalid, NotAllowed, NotFound
from oms.core.models import AuditEntry
from oms.core.tenancy import unit_of_work
from tests.inventory.kits import gift_box
from tests.inventory.stock import assert_book_adds_up, facts, shelf, sides

MUG, TEA, LEEDS = uuid7(), uuid7(), uuid7()


@given(
    count=st.integers(1, 5), per=st.integers(1, 4), free=st.integers(0, 20),
    held=st.lists(st.integers(1, 6), max_size=3),
)  # fmt: skip
def test_first_what_is_held_then_what_is_free(count, per, free, held):
    part = Part(uuid7(), MUG, per)
    reservations = [OpenReservation(uuid7(), part.demand_id, MUG, LEEDS, units) for units in held]
    found = take([part], count, held=reservations, free={MUG: free})
    reserved = min(sum(held), per * count)
    assert found.taken == (Taken(MUG, per * count, reserved),)
    assert sum(found.ends.values()) == reserved
    assert bool(found.shortages) == (per * count > sum(held) + free)


@pytest.fixture
def tin(catalog, uow) -> Item:
    """A filled tin: assembled of one empty mug and two teas."""
    item = create_item(draft=ItemDraft(sku="TIN"))
    components = {catalog.id("MUG-BLU"): 1, catalog.id("TEA"): 2}
    return set_contents(item_id=item.id, contents=Contents("goods", components=components))


pytestmark = pytest.mark.django_db


def test_planned_is_reserved_and_finished_is_moved_in_one_act(tin, catalog):
    leeds = catalog.leeds.id
    order = plan_assembly(item_id=tin.id, location_id=leeds, quantity=4, note=" For Friday ")
    assert (order.state, order.number, order.note) == ("planned", 1001, "For Friday")
    assert (shelf(catalog.id("MUG-BLU"), leeds), shelf(catalog.id("TEA"), leeds)) == ((10, 4), (10, 8))
    part = finish_assembly(assembly_id=order.id, quantity=3)
    assert (part.state, part.done, part.left) == ("planned", 3, 1)
    assert (shelf(catalog.id("MUG-BLU"), leeds), shelf(catalog.id("TEA"), leeds)) == ((7, 1), (4, 2))
    assert shelf(tin.id, leeds) == (3, 0)
    assert finish_assembly(assembly_id=order.id, quantity=1).state == "done"
    moves = Movement.objects.filter(cause_kind="assembly").order_by("id")
    assert {each.cause_id for each in moves} == {order.id}
    # What is taken comes first, so that what it cost can be carried over.
    assert [(each.item.sku, each.from_state, each.to_state, each.quantity) for each in moves[:3]] == [
        ("MUG-BLU", "sellable", "production", 3), ("TEA", "sellable", "production", 6),
        ("TIN", "production", "sellable", 3),
    ]  # fmt: skip
    assert orderable(item_ids=[tin.id])[tin.id] == 4
    assert [(each["kind"], each["units"]) for each in facts("assembly.finished")] == [("assemble", 3), ("assemble", 1)]
    assert [each["why"] for each in facts("stock.rose") if each["item_id"] == str(tin.id)] == ["assembled"] * 2
    sentences = AuditEntry.objects.filter(verb="stock.assemble", subject_kind="assembly").order_by("id")
    assert [each.sentence for each in sentences] == [
        "Assembly A1001 planned: 4 × TIN to be assembled at Leeds", "Assembly A1001 3 × TIN assembled, 1 left",
        "Assembly A1001 1 × TIN assembled",
    ]  # fmt: skip
    assert_book_adds_up()


def test_taking_apart_is_the_way_back(tin, catalog):
    leeds = catalog.leeds.id
    finish_assembly(assembly_id=plan_assembly(item_id=tin.id, location_id=leeds, quantity=2).id, quantity=2)
    order = plan_assembly(item_id=tin.id, location_id=leeds, quantity=2, kind="take_apart")
    assert shelf(tin.id, leeds) == (2, 2)
    finish_assembly(assembly_id=order.id, quantity=1)
    assert (shelf(tin.id, leeds), shelf(catalog.id("TEA"), leeds)) == ((1, 1), (8, 0))
    assert cancel_assembly(assembly_id=order.id).state == "done"
    assert shelf(tin.id, leeds) == (1, 0)
    assert sides(tin.id) == [("production", "sellable", 2), ("sellable", "production", 1)]
    entry = Movement.objects.filter(item=tin).latest("id")
    with pytest.raises(NotReversible, match="belongs to an assembly order"):
        reverse_movement(movement_id=entry.id, reason="oops")
    assert_book_adds_up()


def test_canceled_gives_everything_back(tin, catalog):
    order = plan_assembly(item_id=tin.id, location_id=catalog.leeds.id, quantity=2)
    assert cancel_assembly(assembly_id=order.id).state == "cancelled"
    assert shelf(catalog.id("TEA"), catalog.leeds.id) == (10, 0)
    for act in (cancel_assembly, lambda assembly_id: finish_assembly(assembly_id=assembly_id, quantity=1)):
        with pytest.raises(NotAllowed, match="is canceled"):
            act(assembly_id=order.id)
    assert_book_adds_up()


def test_a_workshop_that_ships_nothing_may_assemble(tin, catalog):
    shop = create_location(code="SHOP", name="Workshop", ships=False)
    for sku in ("MUG-BLU", "TEA"):
        adjust_stock(item_id=catalog.id(sku), location_id=shop.id, change=2, reason="found")
    order = plan_assembly(item_id=tin.id, location_id=shop.id, quantity=1)
    finish_assembly(assembly_id=order.id, quantity=1)
    assert shelf(tin.id, shop.id) == (1, 0)
    assert_book_adds_up()


def test_too_few_components_are_named_and_nothing_is_reserved(tin, catalog):
    with pytest.raises(NotEnoughComponents) as refused:
        plan_assembly(item_id=tin.id, location_id=catalog.leeds.id, quantity=6)
    assert refused.value.data["shortages"] == [{"sku": "TEA", "wanted": 12, "available": 10}]
    assert "Leeds has not all that it takes. 12 × TEA wanted, 10 there." in refused.value.message
    assert shelf(catalog.id("MUG-BLU"), catalog.leeds.id) == (10, 0)


def test_a_promise_that_was_lost_is_made_good_from_the_shelf_or_refused(tin, catalog):
    leeds, tea = catalog.leeds.id, catalog.id("TEA")
    order = plan_assembly(item_id=tin.id, location_id=leeds, quantity=4)
    adjust_stock(item_id=tea, location_id=leeds, counted=5, reason="count")
    with pytest.raises(NotEnoughComponents, match="6 × TEA wanted, 5 there"):
        finish_assembly(assembly_id=order.id, quantity=3)
    adjust_stock(item_id=tea, location_id=leeds, counted=8, reason="count")
    assert finish_assembly(assembly_id=order.id, quantity=4).state == "done"
    assert shelf(tea, leeds) == (0, 0)
    assert_book_adds_up()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"quantity": 0}, "quantity", "out_of_range"),
        ({"quantity": 1_000_001}, "quantity", "out_of_range"),
        ({"item_id": uuid7()}, "item_id", "unknown_item"),
        ({"location_id": uuid7()}, "location_id", "unknown_location"),
        ({"kind": "melt"}, "kind", "unknown_choice"),
        ({"note": "x" * 501}, "note", "too_long"),
        ({"item_id": "BOX"}, "item_id", "is_kit"),
        ({"item_id": "MUG-RED"}, "item_id", "no_components"),
    ],
)
def test_bad_plans_are_refused_by_field(tin, catalog, changes, field, code):
    named = {"BOX": gift_box(catalog).id, "MUG-RED": catalog.id("MUG-RED")}
    given_ids = {"item_id": tin.id, "location_id": catalog.leeds.id, "quantity": 1}
    changes = {name: named.get(value, value) for name, value in changes.items()}
    with pytest.raises(Invalid) as refused:
        plan_assembly(**(given_ids | changes))
    assert [(each.field, each.code) for each in refused.value.fields] == [(field, code)]


def test_more_than_is_left_is_refused(tin, catalog):
    order = plan_assembly(item_id=tin.id, location_id=catalog.leeds.id, quantity=2)
    for quantity in (0, 3, -1):
        with pytest.raises(Invalid):
            finish_assembly(assembly_id=order.id, quantity=quantity)


def test_an_actor_of_one_location_sees_and_does_that_one(tenant, tin, catalog):
    order = plan_assembly(item_id=tin.id, location_id=catalog.leeds.id, quantity=1)
    limited = Actor("user", "1", "Lou", frozenset({"*"}), locations=frozenset({catalog.london.id}))
    with unit_of_work(tenant.id, limited):
        assert not visible_assemblies().exists()
        with pytest.raises(NotFound):
            finish_assembly(assembly_id=order.id, quantity=1)
        with pytest.raises((Forbidden, Invalid)):
            plan_assembly(item_id=tin.id, location_id=catalog.leeds.id, quantity=1)


def test_over_http(api, tin, catalog):
    sent = {"sku": "tin", "location": "leeds", "quantity": 3}
    made = api.post("/api/v1/assemblies", sent, format="json")
    assert made.status_code == 201, made.json()
    body, address = made.json(), made["Location"]
    assert (body["state"], body["kind"], body["done"]) == ("planned", "assemble", 0)
    assert [(each["sku"], each["per_unit"]) for each in body["lines"]] == [("MUG-BLU", 1), ("TEA", 2)]
    assert [each["verb"] for each in body["allowed_actions"] if each["permitted"]] == ["finish", "cancel"]
    once = api.post(f"{address}/finish", {"quantity": 1}, format="json", headers={"idempotency-key": "box-1"})
    again = api.post(f"{address}/finish", {"quantity": 1}, format="json", headers={"idempotency-key": "box-1"})
    assert once.json()["done"] == again.json()["done"] == 1
    assert api.post(f"{address}/finish", {"quantity": 9}, format="json").json()["errors"][0]["field"] == "quantity"
    assert api.post(f"{address}/finish", {}, format="json").json()["state"] == "done"
    refused = api.post(f"{address}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_allowed")
    short = api.post("/api/v1/assemblies", {**sent, "quantity": 90}, format="json")
    assert (short.status_code, short.json()["code"]) == (409, "insufficient_stock")
    assert [each["number"] for each in api.get("/api/v1/assemblies?state=done").json()["results"]] == [body["number"]]
