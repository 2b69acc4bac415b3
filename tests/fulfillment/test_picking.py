"""Picking: every verdict, taken back, short, and two people on one pick."""

import pytest

from fulfillment.actions.picking import NothingToUndo, start_picking, undo_scan
from fulfillment.actions.scan import ScanIdUsed
from fulfillment.actions.short import short_pick
from fulfillment.floor.going_on import PickedByAnother
from fulfillment.models import Backorder, FulfillmentOrder, Scan, ShortPick
from fulfillment.queries import why_here
from inventory.actions.items import Pack, update_item
from inventory.proof import prove_stock
from oms.accounts.queries import actor_of_membership
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotAllowed, NotFound
from oms.core.models import Fact
from oms.core.tenancy import unit_of_work
from orders.models import Order
from tests.fulfillment.floor import counters, fresh, lines, order_of, released, scan, started
from tests.fulfillment.trade import place
from tests.inventory.stock import shelf

pytestmark = pytest.mark.usefixtures("uow", "catalog")


@pytest.fixture
def other(uow, membership):
    """A second person's unit of work."""
    return lambda: unit_of_work(uow.tenant_id, actor_of_membership(membership(role="manager", user__name="Mo")))


def test_every_verdict():
    work = started(MUG_BLU=2, TEA=1)
    assert order_of(work).fulfillment_state == "picking"
    assert order_of(work).next_step == "Leeds is picking 3 units"
    told = [(answer.verdict, answer.sentence) for answer in (scan(work, code) for code in (
        "MUG-BLU", "MUG-RED", "NONSENSE", " mug-blu ", "MUG-BLU", "TEA",
    ))]  # fmt: skip
    assert told == [
        ("right", "1 of 2"),
        ("wrong_item", "Not this one. You scanned MUG-RED. Need MUG-BLU."),
        ("unknown", "No item has the code “NONSENSE”. Set it aside, or look it up."),
        ("line_done", "Done. Next: TEA"),
        ("over_scan", "Already 2 of 2. Put this one back."),
        ("line_done", "Done. That was the last one."),
    ]
    assert fresh(work).state == "picked"
    assert order_of(work).next_step == "Leeds to pack 3 units"
    assert [line.picked for line in lines(work).values()] == [2, 1]
    assert Fact.objects.filter(name="fulfillment.scan_refused").count() == 2


def test_a_barcode_names_its_item(catalog):
    update_item(item_id=catalog.id("TEA"), changes={"barcodes": ["4006381333931"]})
    work = started(TEA=1)
    assert scan(work, "4006381333931").verdict == "line_done"


def test_a_cases_code_counts_its_units_but_never_more_than_asked(catalog):
    update_item(item_id=catalog.id("TEA"), changes={"packs": (Pack("Inner", 2, barcodes=("INNER",)),)})
    work = started(TEA=5)
    told = [(answer.sentence, answer.units, answer.left) for answer in (scan(work, "INNER") for _ in range(3))]
    assert told == [
        ("2 of 5", 2, 3),
        ("4 of 5", 2, 1),
        ("Take only 1 of the 2. Done. That was the last one.", 1, 0),
    ]
    assert scan(work, "INNER").sentence == "2 of 5"  # and so when it is packed


def test_taking_a_cases_scan_back_takes_all_its_units(catalog):
    update_item(item_id=catalog.id("TEA"), changes={"packs": (Pack("Inner", 2, barcodes=("INNER",)),)})
    work = started(TEA=4)
    scan(work, "INNER")
    scan(work, "TEA")
    undo_scan(fulfillment_order_id=work.id)
    assert undo_scan(fulfillment_order_id=work.id).picked == 0


def test_a_scan_sent_twice_counts_once_and_is_answered_the_same():
    work, scan_id = started(TEA=3), uuid7()
    first = scan(work, "TEA", scan_id=scan_id)
    scan(work, "TEA")
    assert scan(work, "TEA", scan_id=scan_id) == first
    assert lines(work)["TEA"].picked == 2
    with pytest.raises(ScanIdUsed):
        scan(work, "MUG-RED", scan_id=scan_id)


@pytest.mark.parametrize("code", ["", "  ", "a\x00b", "x" * 201])
def test_an_unreadable_code_is_refused(code):
    with pytest.raises(Invalid):
        scan(started(TEA=1), code)


def test_scanning_what_nobody_has_started_is_refused():
    with pytest.raises(NotAllowed, match="not being picked yet"):
        scan(released(TEA=1), "TEA")


def test_two_people_on_one_pick(other):
    work = started(TEA=2)
    with other():
        with pytest.raises(PickedByAnother, match="Olive Owner picks this"):
            start_picking(fulfillment_order_id=work.id)
        assert scan(work, "TEA").verdict == "not_yours"
        assert lines(work)["TEA"].picked == 0
        start_picking(fulfillment_order_id=work.id, take_over=True)
        assert scan(work, "TEA").verdict == "right"
    assert scan(work, "TEA").sentence == "Mo picks this. Nothing was counted; take it over first."


def test_a_scan_is_taken_back():
    work = started(TEA=2)
    scan(work, "TEA"), scan(work, "TEA")
    assert fresh(work).state == "picked"
    assert undo_scan(fulfillment_order_id=work.id).picked == 1
    assert fresh(work).state == "picking"
    undo_scan(fulfillment_order_id=work.id)
    with pytest.raises(NothingToUndo):
        undo_scan(fulfillment_order_id=work.id)
    assert Scan.objects.filter(counted=True).count() == 0


def test_a_hold_stops_the_walk():
    work = started(TEA=2)
    Order.objects.filter(id=work.order_id).update(open_holds=1)
    with pytest.raises(NotAllowed, match="Set it aside until"):
        scan(work, "TEA")


def test_a_short_pick_is_set_aside_to_be_counted_and_another_place_ships_it(catalog):
    work = started(TEA=4)
    scan(work, "TEA")
    tea, leeds, london = catalog.id("TEA"), catalog.leeds.id, catalog.london.id
    short = short_pick(
        fulfillment_order_id=work.id, fulfillment_line_id=lines(work)["TEA"].id, found=3, reason="cannot_find"
    )
    assert (short.outcome, short.sentence) == ("elsewhere", "London will ship this one. Go on.")
    assert shelf(tea, leeds) == (9, 3)
    assert shelf(tea, leeds, "quality_hold") == (1, 0)
    assert shelf(tea, london) == (5, 1)
    assert counters(work.order_id) == {"TEA": (0, 3, 0)}
    assert why_here(work.order_id).sentence.startswith("3 of 4 × TEA found at Leeds (cannot be found). London")
    assert scan(work, "TEA").sentence == "2 of 3"
    scan(work, "TEA")
    assert fresh(work).state == "picked"
    assert prove_stock().holds


def test_a_short_pick_that_nobody_can_fill_waits(catalog):
    work = started(TEA=10)
    place({"TEA": 5}, minute=5)
    short = short_pick(
        fulfillment_order_id=work.id, fulfillment_line_id=lines(work)["TEA"].id, found=8, reason="none_there"
    )
    assert (short.outcome, short.sentence) == ("waits", "2 units wait for stock. Go on.")
    assert Backorder.objects.get(order_id=work.order_id).waiting == 2
    assert order_of(work).next_step == "Leeds is picking 8 units; 2 × TEA wait for stock"
    assert prove_stock().holds


def test_nothing_there_at_all_ends_the_work(catalog):
    work = started(TEA=1)
    short_pick(fulfillment_order_id=work.id, fulfillment_line_id=lines(work)["TEA"].id, found=0, reason="none_there")
    assert fresh(work).state == "stopped"
    assert counters(work.order_id) == {"TEA": (0, 0, 0)}
    assert order_of(work).next_step == "London to pick 1 unit"
    assert prove_stock().holds


def test_bad_shorts_change_nothing(other):
    work = started(TEA=3)
    scan(work, "TEA")
    line = lines(work)["TEA"].id
    for found, reason, field in ((3, "damaged", "found"), (0, "damaged", "found"), (2, "bored", "reason")):
        with pytest.raises(Invalid) as refused:
            short_pick(fulfillment_order_id=work.id, fulfillment_line_id=line, found=found, reason=reason)
        assert refused.value.fields[0].field == field
    with pytest.raises(NotFound):
        short_pick(fulfillment_order_id=work.id, fulfillment_line_id=uuid7(), found=1, reason="damaged")
    with other(), pytest.raises(PickedByAnother):
        short_pick(fulfillment_order_id=work.id, fulfillment_line_id=line, found=1, reason="damaged")
    assert not ShortPick.objects.exists()


def test_work_of_another_location_does_not_exist(uow, membership, catalog):
    work = released(TEA=1)
    londoner = actor_of_membership(membership(role="warehouse", locations=[catalog.london.id]))
    with unit_of_work(uow.tenant_id, londoner), pytest.raises(NotFound):
        start_picking(fulfillment_order_id=work.id)
    assert FulfillmentOrder.objects.get().picker_id == ""
