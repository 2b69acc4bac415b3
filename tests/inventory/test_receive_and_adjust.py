"""Goods in, corrections and states: double entry, and what a correction costs."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.actions.adjust import Adjusted, adjust_stock
from inventory.actions.items import ItemDraft, create_items, update_item
from inventory.actions.move_state import NotEnough, move_state
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.models import Balance, Movement
from oms.accounts.actions import approvals
from oms.accounts.models import Approval
from oms.accounts.queries import actor_of_membership
from oms.core.db.keys import uuid7
from oms.core.errors import Forbidden, Invalid
from oms.core.models import AuditEntry
from oms.core.tenancy import unit, unit_of_work
from tests.inventory.stock import assert_book_adds_up, facts, held_by, shelf, sides, wants


@pytest.fixture
def mug(catalog, uow):
    return catalog.id("MUG-BLU")


def test_a_receipt_is_a_movement_a_balance_and_facts(catalog, uow):
    (item,) = create_items(items=[ItemDraft(sku="NEW")])
    receipts = [Receipt(item.id, catalog.leeds.id, 4), Receipt(item.id, catalog.leeds.id, 2, state="damaged")]
    received = receive_stock(receipts=receipts, reason="PO 7")
    assert [(each.state, each.on_hand) for each in received] == [("sellable", 4), ("damaged", 2)]
    assert sides(item.id) == [("supplier", "sellable", 4), ("supplier", "damaged", 2)]
    assert shelf(item.id, catalog.leeds.id) == (4, 0)
    assert [each["quantity"] for each in facts("stock.received")][-2:] == [4, 2]
    assert facts("stock.rose")[-1]["quantity"] == 4
    assert AuditEntry.objects.filter(subject_id=item.id, verb="stock.receive").count() == 2
    assert_book_adds_up()


def test_two_lines_for_one_shelf_are_added_up(catalog, mug):
    received = receive_stock(receipts=[Receipt(mug, catalog.leeds.id, 1), Receipt(mug, catalog.leeds.id, 2)])
    assert [each.on_hand for each in received] == [13]
    assert_book_adds_up()


def test_a_receipt_names_every_bad_line_and_books_none(catalog, mug):
    before = Movement.objects.count()
    lines = [
        Receipt(mug, catalog.leeds.id, 1),
        Receipt(uuid7(), catalog.leeds.id, 1),
        Receipt(mug, uuid7(), -4),
        Receipt(mug, catalog.leeds.id, 10**12, from_account="thin air", state="lost"),
    ]
    with pytest.raises(Invalid) as refusal:
        receive_stock(receipts=lines)
    assert [each.field for each in refusal.value.fields] == [
        "lines.1.item_id", "lines.2.location_id", "lines.2.quantity",
        "lines.3.quantity", "lines.3.state", "lines.3.from_account",
    ]  # fmt: skip
    assert Movement.objects.count() == before


def test_nothing_arrives_tomorrow(catalog, mug):
    with pytest.raises(Invalid) as refusal:
        receive_stock(receipts=[Receipt(mug, catalog.leeds.id, 1)], happened_at=unit().now + timedelta(days=1))
    assert refusal.value.fields[0].field == "happened_at"


@pytest.mark.parametrize(
    ("reason", "change", "movement"),
    [
        ("loss", -2, ("sellable", "loss", 2)),
        ("theft", -1, ("sellable", "loss", 1)),
        ("found", 3, ("found", "sellable", 3)),
        ("production", 5, ("production", "sellable", 5)),
        ("correction", -2, ("sellable", "unexplained", 2)),
    ],
)
def test_each_reason_has_its_account(catalog, mug, reason, change, movement):
    adjusted = adjust_stock(item_id=mug, location_id=catalog.leeds.id, change=change, reason=reason)
    assert adjusted.on_hand == 10 + change
    assert sides(mug)[-1] == movement
    assert_book_adds_up()


def test_a_count_books_the_difference(catalog, mug):
    adjusted = adjust_stock(item_id=mug, location_id=catalog.leeds.id, counted=7, reason="count", note="aisle 3")
    assert (adjusted.change, adjusted.on_hand) == (-3, 7)
    assert Movement.objects.order_by("-id").first().reason == "Counted: aisle 3"
    assert_book_adds_up()


def test_a_count_that_agrees_is_written_down_too(catalog, mug):
    movements = Movement.objects.count()
    assert adjust_stock(item_id=mug, location_id=catalog.leeds.id, counted=10, reason="count").change == 0
    assert Movement.objects.count() == movements
    assert "as in the book" in AuditEntry.objects.filter(verb="stock.adjust").latest("id").sentence


def test_more_lost_than_the_book_knew_of_comes_from_unexplained(catalog, mug):
    adjusted = adjust_stock(item_id=mug, location_id=catalog.leeds.id, change=-12, reason="loss")
    assert (adjusted.on_hand, adjusted.unexplained) == (0, 2)
    assert sides(mug)[-2:] == [("unexplained", "sellable", 2), ("sellable", "loss", 12)]
    assert facts("stock.adjusted")[-1]["unexplained"] == 2
    assert_book_adds_up()


def test_the_newest_reservations_lose_what_the_shelf_lacks(catalog, mug):
    old, new = wants(mug, 4), wants(mug, 5)
    reserve_stock(demands=[old])
    reserve_stock(demands=[new])
    adjusted = adjust_stock(item_id=mug, location_id=catalog.leeds.id, counted=3, reason="count")
    assert (adjusted.on_hand, adjusted.reserved) == (3, 3)
    assert held_by(old) == {catalog.leeds.id: 3}
    assert held_by(new) == {}
    lost = {each["demand_id"]: each["quantity"] for each in facts("reservation.lost")}
    assert lost == {str(new.demand_id): 5, str(old.demand_id): 1}
    assert_book_adds_up()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"reason": "whim", "change": 1}, "reason"),
        ({"reason": "loss", "change": 0}, "change"),
        ({"reason": "loss", "change": -(10**12)}, "change"),
        ({"reason": "count", "counted": -1}, "counted"),
        ({"reason": "count", "counted": 1, "change": 1}, "counted"),
        ({"reason": "count"}, "counted"),
        ({"reason": "loss", "change": -1, "state": "mint"}, "state"),
        ({"reason": "loss", "change": -1, "note": "x" * 501}, "note"),
        ({"reason": "loss", "change": -1, "item_id": uuid7()}, "item_id"),
        ({"reason": "loss", "change": -1, "location_id": uuid7()}, "location_id"),
    ],
)
def test_a_bad_adjustment_names_its_field(catalog, mug, fields, named):
    with pytest.raises(Invalid) as refusal:
        adjust_stock(**{"item_id": mug, "location_id": catalog.leeds.id, **fields})
    assert [each.field for each in refusal.value.fields] == [named]


class TestLimit:
    """Above a person's money limit somebody else decides."""

    @pytest.fixture
    def worker(self, membership):
        return actor_of_membership(membership(role="warehouse", limits={"stock.adjust": "20"}, user__name="Wim"))

    @pytest.fixture
    def manager(self, membership):
        return actor_of_membership(membership(role="manager", user__name="Mona"))

    def adjust(self, catalog, change):
        return adjust_stock(
            item_id=catalog.id("MUG-BLU"), location_id=catalog.leeds.id, change=change, reason="loss", note="dropped"
        )

    def test_below_it_is_done_at_once(self, tenant, catalog, worker):
        with unit_of_work(tenant.id, worker):
            assert isinstance(self.adjust(catalog, -4), Adjusted)

    def test_above_it_waits_and_is_carried_out_by_the_approver(self, tenant, catalog, worker, manager):
        with unit_of_work(tenant.id, worker):
            approval = self.adjust(catalog, -5)
            assert isinstance(approval, Approval)
            assert approval.amount == Decimal("20.50")
            assert shelf(catalog.id("MUG-BLU"), catalog.leeds.id) == (10, 0)
        with unit_of_work(tenant.id, manager):
            approvals.decide(approval_id=approval.id, approve=True)
            assert shelf(catalog.id("MUG-BLU"), catalog.leeds.id) == (5, 0)
            assert Movement.objects.order_by("-id").first().actor_label == "Mona"
            assert_book_adds_up()

    def test_nobody_approves_their_own(self, tenant, catalog, membership):
        member = membership(role="manager", limits={"stock.adjust": "1"})
        with unit_of_work(tenant.id, actor_of_membership(member)):
            approval = self.adjust(catalog, -5)
            with pytest.raises(Forbidden):
                approvals.decide(approval_id=approval.id, approve=True)

    def test_an_item_of_unknown_cost_has_no_amount(self, tenant, catalog, worker):
        with unit_of_work(tenant.id, worker):
            update_item(item_id=catalog.id("MUG-BLU"), changes={"cost": None})
            assert isinstance(self.adjust(catalog, -9), Adjusted)


def test_setting_units_aside_and_putting_them_back(catalog, mug):
    demand = wants(mug, 9)
    reserve_stock(demands=[demand])
    where = {"item_id": mug, "location_id": catalog.leeds.id}
    move_state(**where, from_state="sellable", to_state="damaged", quantity=3, reason="wet")
    assert shelf(mug, catalog.leeds.id) == (7, 7)
    assert shelf(mug, catalog.leeds.id, "damaged") == (3, 0)
    assert facts("reservation.lost")[-1]["quantity"] == 2
    move_state(**where, from_state="damaged", to_state="sellable", quantity=1)
    assert shelf(mug, catalog.leeds.id) == (8, 7)
    assert facts("stock.rose")[-1] | {"item_id": 0, "location_id": 0} == {
        "item_id": 0, "location_id": 0, "quantity": 1, "why": "restored",
    }  # fmt: skip
    assert_book_adds_up()


def test_more_than_is_there_can_not_be_moved(catalog, mug):
    with pytest.raises(NotEnough) as refusal:
        move_state(
            item_id=mug, location_id=catalog.leeds.id, from_state="damaged", to_state="sellable", quantity=1
        )  # fmt: skip
    assert refusal.value.data["available"] == 0


@pytest.mark.parametrize(
    ("states", "quantity", "named"),
    [
        (("sellable", "sellable"), 1, "to_state"),
        (("sellable", "mint"), 1, "to_state"),
        (("sellable", "damaged"), 0, "quantity"),
    ],
)
def test_a_bad_move_names_its_field(catalog, mug, states, quantity, named):
    with pytest.raises(Invalid) as refusal:
        move_state(
            item_id=mug, location_id=catalog.leeds.id, from_state=states[0], to_state=states[1], quantity=quantity
        )
    assert [each.field for each in refusal.value.fields] == [named]
    assert not Balance.objects.exclude(state="sellable").exists()
