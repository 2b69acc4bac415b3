"""Lots that may not be sold go off sale: by the clock, by hand, by a recall, and when they arrive."""

import pytest

from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.actions.tracing.blocking import block_lots, lots_named, recall_lots, release_lot
from inventory.actions.tracing.expiring import expire_lots, set_tracing, warn_of_expiry
from inventory.actions.tracing.lots import update_lot
from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer
from inventory.actions.transfers.receive import Arrived, receive_transfer
from inventory.actions.transfers.send import send_transfer
from inventory.models import Lot, Movement, Reservation
from inventory.queries.tracing import lots as list_lots
from inventory.stock.values import LotDraft
from inventory.tasks import expire_lots_of_all
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotFound
from oms.core.tenancy import unit_of_work
from tests.inventory.stock import assert_book_adds_up, facts, shelf, wants
from tests.inventory.tracing.lots import in_days, lots, receive


def age(lot: Lot) -> None:
    """Time passes: it expired yesterday."""
    Lot.objects.filter(id=lot.id).update(expires_on=in_days(-1))


def test_the_clock_takes_what_expired_off_sale_and_the_newest_promises_fall_short(catalog, milk):
    old = receive(milk.id, catalog.leeds.id, 4, "OLD", 9)
    receive(milk.id, catalog.leeds.id, 5, "NEW", 90)
    demands = [wants(milk.id, 4), wants(milk.id, 4)]
    reserve_stock(demands=demands)
    assert expire_lots() == 0
    age(old)
    assert expire_lots() == 1
    assert shelf(milk.id, catalog.leeds.id) == (5, 5)
    assert lots(milk.id, catalog.leeds.id, "quarantine") == {"OLD": 4}
    open_units = dict(Reservation.objects.values_list("demand_id", "open"))
    assert [open_units[each.demand_id] for each in demands] == [4, 1]
    [told] = facts("lot.taken_off_sale")
    assert (told["code"], told["quantity"], told["why"]) == ("OLD", 4, "lot_expired")
    [lost] = facts("reservation.lost")
    assert (lost["demand_id"], lost["quantity"]) == (str(demands[1].demand_id), 3)
    assert Movement.objects.latest("id").cause_kind == "lot_expired"
    assert expire_lots() == 0
    assert_book_adds_up()


def test_a_lot_is_good_to_the_end_of_its_day(catalog, milk):
    lot = receive(milk.id, catalog.leeds.id, 4, "TODAY", 0)
    assert expire_lots() == 0
    assert lots(milk.id, catalog.leeds.id) == {lot.code: 4}


def test_it_is_said_once_that_a_lot_expires_soon(catalog, milk):
    soon = receive(milk.id, catalog.leeds.id, 4, "SOON", 20)
    receive(milk.id, catalog.leeds.id, 4, "LATER", 31)
    assert [warn_of_expiry(), warn_of_expiry()] == [1, 0]
    [told] = facts("lot.expiring")
    assert (told["code"], told["units"], told["expires_on"]) == ("SOON", 4, in_days(20).isoformat())
    set_tracing(warn_days=60)
    assert warn_of_expiry() == 1
    update_lot(lot_id=soon.id, made_on=None, expires_on=in_days(10))
    assert warn_of_expiry() == 1


def test_the_task_does_both_for_every_merchant(tenant, catalog, committed_db):
    from inventory.actions.items import ItemDraft, create_items

    with unit_of_work(tenant.id, system("tests")):
        (milk,) = create_items(items=[ItemDraft(sku="MILK", tracks_lots=True)])
        old = receive(milk.id, catalog.leeds.id, 4, "OLD", 9)
        receive(milk.id, catalog.leeds.id, 4, "SOON", 20)
        age(old)
    expire_lots_of_all()
    with unit_of_work(tenant.id, system("tests")):
        assert lots(milk.id, catalog.leeds.id) == {"SOON": 4}
        assert [each["code"] for each in facts("lot.expiring")] == ["SOON"]


def test_a_recall_blocks_everywhere_in_one_act_and_on_arrival(catalog, milk):
    bad = receive(milk.id, catalog.leeds.id, 6, "BAD", 90)
    receive(milk.id, catalog.london.id, 2, "BAD", 90)
    receive(milk.id, catalog.london.id, 2, "FINE", 91)
    moved = create_transfer(
        origin_id=catalog.leeds.id, destination_id=catalog.london.id, lines=[TransferLineDraft(milk.id, 2)]
    )
    send_transfer(transfer_id=moved.id)
    recall = recall_lots(lot_ids=[bad.id], reason="Glass in the bottle", advice="Pour it away.")
    assert lots(milk.id, catalog.leeds.id, "quarantine") == {"BAD": 4}
    assert lots(milk.id, catalog.london.id) == {"FINE": 2}
    receive_transfer(transfer_id=moved.id, receipt_id=uuid7(), arrived=[Arrived(milk.id, 2)])
    assert lots(milk.id, catalog.london.id) == {"FINE": 2}
    assert lots(milk.id, catalog.london.id, "quarantine") == {"BAD": 4}
    with pytest.raises(Invalid) as refused:
        receive_stock(receipts=[Receipt(milk.id, catalog.leeds.id, 1, lot=LotDraft("bad"))])
    assert refused.value.fields[0].code == "lot_blocked"
    told = {"recall_id": str(recall.id), "number": recall.number, "lot_ids": [str(bad.id)], "serial_ids": []}
    assert facts("lots.recalled") == [told]
    assert {each["why"] for each in facts("lot.taken_off_sale")} == {"lot_blocked"}
    assert_book_adds_up()


def test_a_blocked_lot_is_released_and_put_back_by_hand(catalog, milk):
    lot = receive(milk.id, catalog.leeds.id, 6, "A", 90)
    block_lots(lot_ids=[lot.id], reason="To be looked at")
    assert [each.code for each in list_lots(view="blocked")[0]] == ["A"]
    release_lot(lot_id=lot.id, reason="It was fine")
    assert list(list_lots(view="blocked")[0]) == []
    assert lots(milk.id, catalog.leeds.id, "quarantine") == {"A": 6}
    assert expire_lots() == 0


@pytest.mark.parametrize(
    ("named", "codes"),
    [
        ({"codes": ["b2", "A1"]}, ["A1", "B2"]),
        ({"first": "A2", "last": "B1"}, ["A2", "B1"]),
        ({"first": "B1"}, ["B1", "B2"]),
        ({"expires_until": 20}, ["A1", "A2"]),
        ({"first": "A2", "expires_until": 30}, ["A2", "B1"]),
    ],
)
def test_lots_are_named_by_code_or_range(catalog, milk, named, codes):
    for code, days in (("A1", 10), ("A2", 20), ("B1", 30), ("B2", 40)):
        receive(milk.id, catalog.leeds.id, 1, code, days)
    given = {name: in_days(value) if isinstance(value, int) else value for name, value in named.items()}
    assert [each.code for each in lots_named(item_id=milk.id, **given)] == codes


@pytest.mark.parametrize(
    ("named", "code"),
    [({}, "required"), ({"codes": ["A1", "X"]}, "unknown_lot"), ({"first": "Z"}, "unknown_lot")],
)
def test_what_names_no_lot(catalog, milk, named, code):
    receive(milk.id, catalog.leeds.id, 1, "A1", 10)
    with pytest.raises(Invalid) as refused:
        lots_named(item_id=milk.id, **named)
    assert (refused.value.fields[0].field, refused.value.fields[0].code) == ("codes", code)


def test_what_cannot_be_recalled(catalog, milk):
    lot = receive(milk.id, catalog.leeds.id, 1, "A1", 10)
    with pytest.raises(NotFound):
        recall_lots(lot_ids=[lot.id, uuid7()], reason="Glass")
    with pytest.raises(Invalid) as refused:
        recall_lots(lot_ids=[lot.id], reason=" ")
    assert refused.value.fields[0].field == "reason"
    assert not Lot.objects.filter(blocked_at__isnull=False).exists()


def test_lists_narrow_to_what_needs_somebody(catalog, milk):
    for code, days in (("SOON", 10), ("LATER", 100), ("OLD", 5)):
        lot = receive(milk.id, catalog.leeds.id, 1, code, days)
    age(lot)
    found = {view: {each.code for each in list_lots(view=view)[0]} for view in ("", "expiring", "expired")}
    assert found == {"": {"SOON", "LATER", "OLD"}, "expiring": {"SOON"}, "expired": {"OLD"}}
    assert [each.code for each in list_lots(text="la")[0]] == ["LATER"]
    assert {each.code for each in list_lots(text="milk")[0]} == {"SOON", "LATER", "OLD"}
