"""Moving an order by hand, and every reason for which it is refused with nothing changed."""

from dataclasses import replace

import pytest

from fulfillment.actions.allocate import allocate_order
from fulfillment.actions.move import LocationDoesNotShip, LocationLacksStock, move_order
from fulfillment.models import Decision
from fulfillment.queries import why_here
from inventory.models import Location
from inventory.proof import prove_stock
from oms.core.db.keys import uuid7
from oms.core.errors import Forbidden, Invalid, NotAllowed, NotFound
from oms.core.models import AuditEntry
from oms.core.tenancy import unit_of_work
from orders.models import Order, OrderLine
from tests.fulfillment.trade import held, place, receive


@pytest.fixture
def order_id(uow, catalog):
    """Three mugs, allocated to Leeds."""
    (placed,) = place({"MUG-BLU": 3})
    allocate_order(order_id=placed, trigger="cleared")
    assert held(placed) == {"Leeds": 3}
    return placed


def test_the_whole_order_moves_and_the_decision_says_who_and_why(order_id, catalog, uow):
    decision = move_order(order_id=order_id, location_id=catalog.london.id, reason="Customer collects there.")
    assert held(order_id) == {"London": 3}
    assert (decision.strategy, decision.trigger) == ("manual", "manual")
    assert decision.sentence == (
        f"{uow.actor.label} moved this order to London: Customer collects there. London has all 3 units."
    )
    order = Order.objects.get(id=order_id)
    assert (order.locations, order.next_step) == (["LONDON"], "London to pick 3 units")
    entry = AuditEntry.objects.filter(subject_id=order_id, verb="orders.allocate").latest("id")
    assert (entry.before["locations"], entry.after["locations"]) == (["LEEDS"], ["LONDON"])
    verdicts = {row["name"]: row["verdict"] for row in why_here(order_id).candidates}
    assert verdicts == {"London": "Chosen: sends 3", "Leeds": "Not where a person put it"}
    assert not prove_stock().breaks


def test_it_stays_there_when_it_is_allocated_again(order_id, catalog):
    moved = move_order(order_id=order_id, location_id=catalog.london.id, reason="Collected")
    assert allocate_order(order_id=order_id, trigger="asked") is None
    assert held(order_id) == {"London": 3}
    assert why_here(order_id).decision_id == moved.id


def test_the_pin_survives_a_change_of_the_order(order_id, catalog):
    move_order(order_id=order_id, location_id=catalog.london.id, reason="Collected")
    OrderLine.objects.filter(order_id=order_id).update(quantity=2)
    decision = allocate_order(order_id=order_id, trigger="lines_cancelled")
    assert decision.sentence == "Kept at London, where a person put it; London has all 2 units."
    assert decision.pinned_location_id == catalog.london.id


def test_moving_it_twice_to_the_same_place_is_one_decision(order_id, catalog):
    first = move_order(order_id=order_id, location_id=catalog.london.id, reason="Collected")
    assert move_order(order_id=order_id, location_id=catalog.london.id, reason="Collected").id == first.id
    assert Decision.objects.filter(order_id=order_id).count() == 2


def test_an_order_that_waits_may_move_and_goes_on_waiting(uow, catalog):
    (placed,) = place({"TEA": 17})
    allocate_order(order_id=placed, trigger="cleared")
    receive(catalog.id("TEA"), catalog.london.id, 11)
    move_order(order_id=placed, location_id=catalog.london.id, reason="One parcel, please")
    assert held(placed) == {"London": 16}
    assert Order.objects.get(id=placed).fulfillment_state == "part_allocated"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_reason_is_needed(order_id, catalog, reason):
    with pytest.raises(Invalid) as refusal:
        move_order(order_id=order_id, location_id=catalog.london.id, reason=reason)
    assert refusal.value.fields[0].field == "reason"


def test_a_location_without_the_stock_is_refused_with_numbers(uow, catalog):
    (placed,) = place({"MUG-BLU": 7})
    with pytest.raises(LocationLacksStock) as refusal:
        move_order(order_id=placed, location_id=catalog.london.id, reason="Please")
    assert refusal.value.message == (
        "Not moved. London has only 5 of 7 × MUG-BLU. Choose another location, or bring stock there first."
    )
    assert refusal.value.data["lacking"] == [{"sku": "MUG-BLU", "wanted": 7, "available": 5}]
    assert held(placed) == {"Leeds": 7}


@pytest.mark.parametrize(
    ("change", "why"), [({"ships": False}, "does not ship orders"), ({"active": False}, "is closed")]
)
def test_a_location_that_does_not_ship_is_refused(order_id, catalog, change, why):
    Location.objects.filter(id=catalog.london.id).update(**change)
    with pytest.raises(LocationDoesNotShip, match=f"London {why}"):
        move_order(order_id=order_id, location_id=catalog.london.id, reason="Please")


def test_unknown_orders_and_locations(order_id, catalog):
    with pytest.raises(NotFound, match="order"):
        move_order(order_id=uuid7(), location_id=catalog.london.id, reason="Please")
    with pytest.raises(NotFound, match="location"):
        move_order(order_id=order_id, location_id=uuid7(), reason="Please")


@pytest.mark.parametrize(
    "change", [{"state": "cancelled"}, {"state": "checking"}, {"open_holds": 1}], ids=["cancelled", "checking", "held"]
)
def test_an_order_that_may_not_go_on_stays(order_id, catalog, change):
    Order.objects.filter(id=order_id).update(**change)
    with pytest.raises(NotAllowed):
        move_order(order_id=order_id, location_id=catalog.london.id, reason="Please")
    assert held(order_id) == {"Leeds": 3}


def test_an_order_the_floor_has_begun_on_stays(order_id, catalog):
    OrderLine.objects.filter(order_id=order_id).update(in_work=1)
    with pytest.raises(NotAllowed, match="begun"):
        move_order(order_id=order_id, location_id=catalog.london.id, reason="Please")


@pytest.mark.parametrize("mine", ["leeds", "london"])
def test_both_ends_must_be_the_actors_own(order_id, catalog, uow, mine):
    limited = replace(uow.actor, locations=frozenset({getattr(catalog, mine).id}))
    with unit_of_work(uow.tenant_id, limited), pytest.raises(Forbidden, match="not one of your locations"):
        move_order(order_id=order_id, location_id=catalog.london.id, reason="Please")
    assert held(order_id) == {"Leeds": 3}
