"""Lots in every change of stock: they come in, go out first-expired-first, travel, are counted, come back."""

from datetime import timedelta

import pytest

from inventory.actions.adjust import adjust_stock
from inventory.actions.commit import Commit, commit_stock
from inventory.actions.items import update_item
from inventory.actions.move_state import NotEnough, move_state
from inventory.actions.receive import Receipt, receive_stock, set_opening_stock
from inventory.actions.reserve import reserve_stock
from inventory.actions.reverse import reverse_movement
from inventory.actions.take_back import Disposal, TakenBack, dispose, take_back
from inventory.actions.tracing.lots import name_lot, update_lot
from inventory.actions.transfers.close import close_transfer
from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer
from inventory.actions.transfers.receive import Arrived, receive_transfer
from inventory.actions.transfers.send import send_transfer
from inventory.models import Lot, Movement, Quant
from inventory.queries import lines_of_transfer
from inventory.queries.tracing import lots_with_customers, sent_of_lots
from inventory.stock.tracing import LotShort
from inventory.stock.values import LotDraft
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, Stale
from tests.inventory.stock import assert_book_adds_up, shelf, wants
from tests.inventory.tracing.lots import in_days, lots, receive


def leave(item_id, location_id, units: int, **more) -> None:
    commits = [Commit(uuid7(), item_id, location_id, units, uuid7(), **more)]
    commit_stock(commits=commits, cause_kind="parcel")


def test_lots_add_up_to_the_balance_and_the_first_to_expire_leave_first(catalog, milk):
    receive(milk.id, catalog.leeds.id, 5, "late", 90)
    receive(milk.id, catalog.leeds.id, 4, "Early", 10)
    assert shelf(milk.id, catalog.leeds.id) == (9, 0)
    leave(milk.id, catalog.leeds.id, 6)
    assert lots(milk.id, catalog.leeds.id) == {"late": 3}
    left = Movement.objects.filter(to_state="customer").order_by("id").values_list("lot__code", "quantity")
    assert list(left) == [("Early", 4), ("late", 2)]
    assert_book_adds_up()


def test_an_item_without_lots_has_no_finer_book_and_pays_one_statement(catalog, uow, django_assert_num_queries):
    mug = catalog.id("MUG-BLU")
    commits = [Commit(uuid7(), mug, catalog.leeds.id, 1, uuid7())]
    with django_assert_num_queries(7):  # is it a kit?, lock twice, open reservations, balances, is it tracked?, ledger
        commit_stock(commits=commits, cause_kind="parcel")
    assert not Quant.objects.exists()
    assert not Movement.objects.filter(lot__isnull=False).exists()


def test_reserving_knows_nothing_of_lots(catalog, milk, django_assert_num_queries):
    """As many statements for an item with lots as for one without."""
    receive(milk.id, catalog.leeds.id, 5, "A", 90)
    for item_id in (catalog.id("TEA"), milk.id):
        with django_assert_num_queries(4):
            reserve_stock(demands=[wants(item_id, 1)])


def test_one_lot_written_twice_is_one_lot(catalog, milk):
    first = receive(milk.id, catalog.leeds.id, 5, "a-1", 90)
    second = receive(milk.id, catalog.london.id, 5, " A-1 ", 90)
    assert (first.id, first.code) == (second.id, "a-1")


def test_a_date_that_was_missing_is_learnt_and_another_date_is_refused(catalog, milk):
    receive(milk.id, catalog.leeds.id, 1, "A")
    assert receive(milk.id, catalog.leeds.id, 1, "A", 40).expires_on == in_days(40)
    with pytest.raises(Invalid) as refused:
        receive(milk.id, catalog.leeds.id, 1, "A", 50)
    assert [(each.field, each.code) for each in refused.value.fields] == [("lines.0.expires_on", "other_expiry")]
    assert shelf(milk.id, catalog.leeds.id) == (2, 0)


def test_a_lot_without_a_date_expires_when_its_shelf_life_is_over(catalog, milk):
    update_item(item_id=milk.id, changes={"shelf_life_days": 20})
    assert receive(milk.id, catalog.leeds.id, 1, "A").expires_on == in_days(20)


@pytest.mark.parametrize(
    ("draft", "state", "field", "code"),
    [
        (None, "sellable", "lot", "required"),
        (LotDraft(""), "sellable", "lot", "invalid"),
        ("expired", "sellable", "expires_on", "lot_expired"),
        ("expired", "damaged", "expires_on", "lot_expired"),
        ("blocked", "sellable", "lot", "lot_blocked"),
    ],
)
def test_what_may_not_come_in(catalog, milk, draft, state, field, code):
    Lot.objects.create(
        item=milk, code="B", code_key="B", blocked_at=in_days(0).isoformat() + "T00:00Z", blocked_reason="Glass"
    )
    given = {"expired": LotDraft("E", expires_on=in_days(-2)), "blocked": LotDraft("B")}
    receipts = [
        Receipt(milk.id, catalog.leeds.id, 1, lot=LotDraft("FINE")),
        Receipt(milk.id, catalog.leeds.id, 1, state=state, lot=given.get(draft, draft)),
    ]
    with pytest.raises(Invalid) as refused:
        receive_stock(receipts=receipts)
    assert [(each.field, each.code) for each in refused.value.fields] == [(f"lines.1.{field}", code)]
    assert lots(milk.id, catalog.leeds.id) == {}


def test_an_expired_lot_may_come_into_quarantine(catalog, milk):
    receive(milk.id, catalog.leeds.id, 3, "OLD", -2, state="quarantine")
    assert lots(milk.id, catalog.leeds.id, "quarantine") == {"OLD": 3}


def test_a_lot_for_an_item_without_lots_is_refused(catalog, uow):
    with pytest.raises(Invalid) as refused:
        receive(catalog.id("TEA"), catalog.leeds.id, 1, "A")
    assert refused.value.fields[0].code == "not_tracked"


def test_what_begins_is_of_a_lot_nobody_knows_and_can_be_named(catalog, uow):
    """Tracking is switched on with stock on the shelf, its lot is read on the goods, and it is switched off again."""
    tea = catalog.id("TEA")
    update_item(item_id=tea, changes={"tracks_lots": True})
    assert lots(tea, catalog.leeds.id) == {None: 10}
    lot = receive(tea, catalog.leeds.id, 2, "T1", 300)
    name_lot(lot_id=lot.id, location_id=catalog.leeds.id, quantity=4)
    assert lots(tea, catalog.leeds.id) == {None: 6, "T1": 6}
    with pytest.raises(LotShort):
        name_lot(lot_id=lot.id, location_id=catalog.leeds.id, quantity=7)
    assert_book_adds_up()
    update_item(item_id=tea, changes={"tracks_lots": False})
    assert not Quant.objects.exists()
    assert shelf(tea, catalog.leeds.id) == (12, 0)
    assert_book_adds_up()
    update_item(item_id=tea, changes={"tracks_lots": True})
    assert lots(tea, catalog.leeds.id) == {None: 12}
    assert_book_adds_up()


def test_a_fact_from_outside_is_written_without_a_lot(catalog, milk):
    adjust_stock(item_id=milk.id, location_id=catalog.leeds.id, counted=3, reason="count")
    set_opening_stock(receipts=[Receipt(milk.id, catalog.london.id, 4)])
    leave(milk.id, catalog.london.id, 6)
    assert lots(milk.id, catalog.leeds.id) == {None: 3}
    assert lots(milk.id, catalog.london.id) == {}
    assert_book_adds_up()


def test_a_count_without_a_lot_takes_what_expires_first_and_one_with_a_lot_that_lot(catalog, milk):
    early, late = (receive(milk.id, catalog.leeds.id, 5, code, days) for code, days in (("E", 9), ("L", 99)))
    where = {"item_id": milk.id, "location_id": catalog.leeds.id, "reason": "count"}
    adjust_stock(**where, counted=8)
    assert lots(milk.id, catalog.leeds.id) == {"E": 3, "L": 5}
    adjust_stock(**where, counted=4, lot_id=late.id)
    adjust_stock(**where, change=2, lot_id=early.id)
    assert lots(milk.id, catalog.leeds.id) == {"E": 5, "L": 4}
    adjust_stock(**where, change=-6, lot_id=late.id)  # two of them must have been of the other lot
    assert lots(milk.id, catalog.leeds.id) == {"E": 3}
    assert_book_adds_up()
    with pytest.raises(Invalid) as refused:
        adjust_stock(**(where | {"item_id": catalog.id("TEA")}), counted=4, lot_id=late.id)
    assert refused.value.fields[0].field == "lot_id"


def test_lots_are_set_aside_by_name(catalog, milk):
    early, late = (receive(milk.id, catalog.leeds.id, 5, code, days) for code, days in (("E", 9), ("L", 99)))
    where = {"item_id": milk.id, "location_id": catalog.leeds.id, "from_state": "sellable", "to_state": "damaged"}
    move_state(**where, quantity=2, lot_id=late.id)
    assert lots(milk.id, catalog.leeds.id, "damaged") == {"L": 2}
    with pytest.raises(NotEnough):
        move_state(**where, quantity=6, lot_id=early.id)
    assert_book_adds_up()


def test_lots_travel_and_those_that_were_sent_arrive(catalog, milk):
    """Of two transfers under way, each brings its own lots, whatever expires first."""
    receive(milk.id, catalog.leeds.id, 4, "L", 99)
    first = _sent(catalog, milk, 4)
    receive(milk.id, catalog.leeds.id, 4, "E", 9)
    second = _sent(catalog, milk, 4)
    assert lots(milk.id, catalog.london.id, "in_transit") == {"L": 4, "E": 4}
    receive_transfer(transfer_id=first.id, receipt_id=uuid7(), arrived=[Arrived(milk.id, 3), Arrived(milk.id, 2)])
    assert lots(milk.id, catalog.london.id) == {"L": 4, None: 1}
    receive_transfer(transfer_id=second.id, receipt_id=uuid7(), arrived=[Arrived(milk.id, 1, "damaged")])
    assert lots(milk.id, catalog.london.id, "damaged") == {"E": 1}
    [line] = lines_of_transfer(second.id)
    close_transfer(transfer_id=second.id, resolutions={line.id: "found_at_sender"})
    assert lots(milk.id, catalog.leeds.id) == {"E": 3}
    assert lots(milk.id, catalog.london.id, "in_transit") == {}
    assert_book_adds_up()


def _sent(catalog, milk, units):
    made = create_transfer(
        origin_id=catalog.leeds.id, destination_id=catalog.london.id, lines=[TransferLineDraft(milk.id, units)]
    )
    return send_transfer(transfer_id=made.id)


def test_what_the_picker_scanned_leaves_even_if_the_book_has_it_elsewhere(catalog, milk):
    receive(milk.id, catalog.leeds.id, 5, "E", 9)
    late = receive(milk.id, catalog.leeds.id, 1, "L", 99)
    leave(milk.id, catalog.leeds.id, 2, lot_id=late.id)
    assert lots(milk.id, catalog.leeds.id) == {"E": 4}
    assert [(each.name, each.units) for each in sent_of_lots([late.id])] == [("L", 2)]
    assert_book_adds_up()


def test_for_who_wants_it_fresh_what_is_too_old_stays(catalog, milk):
    receive(milk.id, catalog.leeds.id, 5, "E", 9)
    receive(milk.id, catalog.leeds.id, 5, "L", 99)
    leave(milk.id, catalog.leeds.id, 3, good_on=in_days(30))
    assert lots(milk.id, catalog.leeds.id) == {"E": 5, "L": 2}


def test_a_return_comes_back_as_the_lot_it_left_with(catalog, milk):
    line, back = uuid7(), uuid7()
    receive(milk.id, catalog.leeds.id, 2, "E", 9)
    receive(milk.id, catalog.leeds.id, 5, "L", 99)
    leave(milk.id, catalog.leeds.id, 3, demand_id=line)
    take_back(receipts=[TakenBack(milk.id, catalog.london.id, 4, back, line)])
    assert lots(milk.id, catalog.london.id, "quality_hold") == {"E": 2, "L": 1, None: 1}
    assert lots_with_customers([line]) == {}
    dispose(disposals=[
        Disposal(milk.id, catalog.london.id, 1, "customer", back, line),
        Disposal(milk.id, catalog.london.id, 1, "sellable", back, line),
        Disposal(milk.id, catalog.london.id, 2, "damaged", back, line),
    ])  # fmt: skip
    assert lots(milk.id, catalog.london.id) == {"E": 1}
    assert lots(milk.id, catalog.london.id, "damaged") == {"L": 1, None: 1}
    assert lots_with_customers([line]) == {line: {Lot.objects.get(code="E").id: 1}}
    assert_book_adds_up()


def test_a_mistake_is_taken_back_with_its_lot(catalog, milk):
    """Also when the lot is gone: what is there must have been of it."""
    receive(milk.id, catalog.leeds.id, 3, "E", 9)
    entry = Movement.objects.latest("id")
    leave(milk.id, catalog.leeds.id, 2)
    receive(milk.id, catalog.leeds.id, 5, "L", 99)
    reverse_movement(movement_id=entry.id, reason="Never came")
    assert lots(milk.id, catalog.leeds.id) == {"L": 3}
    assert Movement.objects.get(reverses_id=entry.id).lot_id == entry.lot_id
    assert_book_adds_up()


def test_an_entry_of_before_there_were_lots_is_taken_back_without_one(catalog, uow):
    tea = catalog.id("TEA")
    receive_stock(receipts=[Receipt(tea, catalog.leeds.id, 5)])
    entry = Movement.objects.latest("id")
    update_item(item_id=tea, changes={"tracks_lots": True})
    leave(tea, catalog.leeds.id, 12)
    receive(tea, catalog.leeds.id, 4, "T1", 99)
    reverse_movement(movement_id=entry.id, reason="Never came")
    assert lots(tea, catalog.leeds.id) == {"T1": 2}
    assert_book_adds_up()


def test_dates_are_put_right_and_count_at_once(catalog, milk):
    lot = receive(milk.id, catalog.leeds.id, 3, "E", 9)
    changed = update_lot(lot_id=lot.id, made_on=None, expires_on=in_days(-1), expected_version=1)
    assert changed.version == 2
    assert lots(milk.id, catalog.leeds.id, "quarantine") == {"E": 3}
    with pytest.raises(Stale):
        update_lot(lot_id=lot.id, made_on=None, expires_on=None, expected_version=1)
    with pytest.raises(Invalid):
        update_lot(lot_id=lot.id, made_on=in_days(1), expires_on=in_days(9) + timedelta(days=1))
    assert_book_adds_up()
