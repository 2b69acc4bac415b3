"""Lots where they are picked and sent: what a scan of one means, what leaves, and who got it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fulfillment.actions.dispatch import dispatch_parcel
from fulfillment.actions.pack import ParcelDraft, pack
from fulfillment.actions.picking import undo_scan
from fulfillment.actions.shelf_life import lift_shelf_life, set_shelf_life
from fulfillment.floor.shelf_life import good_until, lots_to_take
from fulfillment.models import Scan, ShelfLifeRule
from fulfillment.recalled import who_got
from inventory.actions.items import ItemDraft, create_items, update_item
from inventory.actions.tracing.blocking import block_lots
from inventory.models import Lot, Movement
from inventory.proof import prove_stock
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotFound
from oms.core.tenancy import unit
from orders.models import Order
from tests.fulfillment.floor import fresh, lines, order_of, parcels, scan, started
from tests.inventory.tracing.lots import in_days, lots, receive

pytestmark = pytest.mark.usefixtures("uow")


@pytest.fixture
def milk(catalog, uow):
    """Three lots in Leeds: 2 of OLD for 5 days, 4 of MID for 20, 4 of NEW for 90."""
    (item,) = create_items(
        items=[ItemDraft(sku="MILK", name="Fresh milk", tracks_lots=True, weight_g=100, price=Decimal(1))]
    )
    for code, units, days in (("OLD", 2, 5), ("MID", 4, 20), ("NEW", 4, 90)):
        receive(item.id, catalog.leeds.id, units, code, days)
    return item


def send(work) -> None:
    """Pack all of it into one box, and hand it over."""
    for line in lines(work).values():
        for _ in range(line.to_pack):
            scan(work, line.item.sku)
    weight = sum(line.item.weight_g * line.picked for line in lines(work).values())
    pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(weight)])
    for parcel in parcels(work):
        dispatch_parcel(parcel_id=parcel.id, without_label=True)


def left(item) -> dict[str, int]:
    rows = Movement.objects.filter(item=item, to_state="customer").order_by("id")
    return dict(rows.values_list("lot__code", "quantity"))


def test_a_lots_code_counts_as_its_item_and_that_lot_leaves(catalog, milk):
    work = started(MILK=3)
    assert [scan(work, code).sentence for code in ("new", "MILK", "NEW")] == [
        "1 of 3", "2 of 3", "Done. That was the last one.",
    ]  # fmt: skip
    send(fresh(work))
    assert left(milk) == {"NEW": 2, "OLD": 1}
    assert prove_stock().holds


def test_a_scan_taken_back_takes_its_lot_back(milk):
    work = started(MILK=1)
    scan(work, "NEW")
    undo_scan(fulfillment_order_id=work.id)
    scan(work, "MILK")
    send(fresh(work))
    assert left(milk) == {"OLD": 1}


def test_what_is_scanned_into_the_box_decides(milk):
    work = started(MILK=1)
    scan(work, "NEW")
    scan(fresh(work), "MID")
    send(fresh(work))
    assert left(milk) == {"MID": 1}


def test_two_boxes_get_the_lots_that_were_picked(milk):
    work = started(MILK=4)
    for code in ("NEW", "NEW", "MID", "MID"):
        scan(work, code)
    line = lines(work)["MILK"]
    for _ in range(4):
        scan(fresh(work), "MILK")
    pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(300, contents={line.id: 3}), ParcelDraft(100)])
    for parcel in parcels(work):
        dispatch_parcel(parcel_id=parcel.id, without_label=True)
    rows = Movement.objects.filter(item=milk, to_state="customer").values_list("lot__code", "quantity")
    assert sorted(rows) == [("MID", 1), ("MID", 2), ("NEW", 1)] or sorted(rows) == [
        ("MID", 1), ("MID", 1), ("NEW", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("OLD", "is good until"),
        ("GONE", "expired on"),
        ("BAD", "is blocked: Glass"),
    ],
)
def test_the_station_refuses_a_lot_that_may_not_leave(catalog, milk, code, words):
    gone = receive(milk.id, catalog.leeds.id, 1, "GONE", 3)
    bad = receive(milk.id, catalog.leeds.id, 1, "BAD", 3)
    work = started(MILK=2)
    Lot.objects.filter(id=gone.id).update(expires_on=in_days(-1))
    block_lots(lot_ids=[bad.id], reason="Glass")
    set_shelf_life(days=15)
    answer = scan(work, code)
    assert answer.verdict == "lot_refused"
    assert words in answer.sentence
    assert answer.left == 2
    assert not Scan.objects.get().counted


def test_an_unknown_code_is_still_unknown(milk):
    assert scan(started(MILK=1), "NOSUCH").verdict == "unknown"


def test_the_strictest_rule_counts_and_what_is_too_old_stays(catalog, milk):
    work = started(MILK=1)
    order, today = order_of(work), unit().now.date()
    assert good_until([order]) == {order.id: today}
    set_shelf_life(days=10)
    set_shelf_life(days=8, channel_id=order.channel_id)
    strict = set_shelf_life(days=30, customer_id=order.customer_id)
    assert good_until([order]) == {order.id: today + timedelta(days=30)}
    assert [each[0] for each in _to_take(catalog, milk, order)] == ["NEW"]
    scan(work, "MILK")
    send(fresh(work))
    assert left(milk) == {"NEW": 1}
    lift_shelf_life(rule_id=strict.id)
    assert good_until([order]) == {order.id: today + timedelta(days=10)}
    set_shelf_life(days=12)
    assert ShelfLifeRule.objects.count() == 2
    assert [each[0] for each in _to_take(catalog, milk, order)] == ["MID", "NEW"]


def _to_take(catalog, milk, order):
    return lots_to_take(item_id=milk.id, location_id=catalog.leeds.id, units=5, good_on=good_until([order])[order.id])


def test_a_rule_about_nobody_is_refused(milk):
    with pytest.raises(Invalid) as refused:
        set_shelf_life(days=0, channel_id=uuid7(), customer_id=uuid7())
    assert [each.field for each in refused.value.fields] == ["days", "channel_id", "customer_id"]
    with pytest.raises(NotFound):
        lift_shelf_life(rule_id=uuid7())


def test_everybody_who_got_of_a_lot_is_known(catalog, milk):
    first, second = started(MILK=1), started(MILK=2)
    for work, code in ((first, "NEW"), (second, "NEW"), (second, "MID")):
        scan(work, code)
    for work in (first, second):
        send(fresh(work))
    lot = Lot.objects.get(code="NEW")
    audience = who_got([lot.id])
    assert {(each.order.id, each.units) for each in audience.got} == {(first.order_id, 1), (second.order_id, 1)}
    assert (audience.orders, audience.kept, audience.unknown) == (2, 2, 0)
    Order.objects.update(email="One@example.com")
    assert {key: len(got) for key, got in who_got([lot.id]).by_customer().items()} == {"one@example.com": 2}


def test_what_left_without_an_order_is_counted_apart(catalog, milk):
    from inventory.actions.commit import Commit, commit_stock

    lot = Lot.objects.get(code="NEW")
    commits = [Commit(uuid7(), milk.id, catalog.leeds.id, 3, uuid7(), lot_id=lot.id)]
    commit_stock(commits=commits, cause_kind="parcel")
    assert who_got([lot.id]).unknown == 3
    assert lots(milk.id, catalog.leeds.id)["NEW"] == 1


def test_a_gs1_code_names_the_item_its_lot_and_its_date_at_once(catalog, milk):
    update_item(item_id=milk.id, changes={"barcodes": ["4006381333931"]})
    work, item = started(MILK=3), "010400638133393117"
    told = [scan(work, f"{item}{day}10{lot}").verdict for day, lot in (("491231", "NEW"), ("200101", "UNHEARD"))]
    assert told == ["right", "lot_refused"]
    assert scan(work, f"]d2{item}49123110NEW\x1d3701").verdict == "right"
    assert scan(work, "(01)04006381333931").verdict == "line_done"
    send(fresh(work))
    assert left(milk) == {"NEW": 2, "OLD": 1}
