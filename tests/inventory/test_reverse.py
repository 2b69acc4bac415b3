"""A mistake is taken back by a movement the other way: once, exactly, and with what it costs."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from inventory.actions.adjust import adjust_stock
from inventory.actions.move_state import move_state
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.actions.reverse import AlreadyReversed, NotReversible, Reversed, reverse_movement
from inventory.models import Movement
from inventory.queries import ledger
from oms.accounts.actions import approvals
from oms.accounts.models import Approval
from oms.accounts.queries import actor_of_membership
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotFound
from oms.core.models import AuditEntry
from oms.core.tenancy import unit_of_work
from tests.inventory.stock import assert_book_adds_up, facts, held_by, shelf, sides, wants

WHY = "Booked at the wrong place"


@pytest.fixture
def mug(catalog, uow):
    return catalog.id("MUG-BLU")


def receive(catalog, item_id, units=4, **more) -> Movement:
    receive_stock(receipts=[Receipt(item_id, catalog.leeds.id, units)], **more)
    return Movement.objects.latest("id")


def test_a_receipt_is_taken_back_and_both_entries_say_so(catalog, mug):
    mistake = receive(catalog, mug)
    done = reverse_movement(movement_id=mistake.id, reason=WHY)
    assert isinstance(done, Reversed)
    assert (done.reverses_id, done.unexplained, done.lost) == (mistake.id, 0, ())
    assert shelf(mug, catalog.leeds.id) == (10, 0)
    assert sides(mug)[-1] == ("sellable", "supplier", 4)
    back, first = ledger(item_id=mug).order_by("-id")[:2]
    assert (back.reverses_id, back.cause_kind, back.reason) == (mistake.id, "reversal", WHY)
    assert (first.id, first.reversed_by_id) == (mistake.id, back.id)
    assert WHY in AuditEntry.objects.get(verb="stock.reverse").sentence
    assert facts("stock.adjusted")[-1]["change"] == -4
    assert_book_adds_up()


def test_what_is_sold_meanwhile_is_unexplained_and_loses_its_reservation(catalog, mug):
    mistake = receive(catalog, mug)
    demand = wants(mug, 12)
    reserve_stock(demands=[demand])
    adjust_stock(item_id=mug, location_id=catalog.leeds.id, change=-12, reason="loss")
    done = reverse_movement(movement_id=mistake.id, reason=WHY)
    assert done.unexplained == 2
    assert shelf(mug, catalog.leeds.id) == (0, 0)
    assert sides(mug)[-2:] == [("unexplained", "sellable", 2), ("sellable", "supplier", 4)]
    assert catalog.leeds.id not in held_by(demand)
    assert_book_adds_up()


def test_a_loss_taken_back_can_be_sold_again(catalog, mug):
    adjust_stock(item_id=mug, location_id=catalog.leeds.id, change=-3, reason="loss")
    reverse_movement(movement_id=Movement.objects.latest("id").id, reason="They were behind the shelf")
    assert shelf(mug, catalog.leeds.id) == (10, 0)
    assert (facts("stock.rose")[-1]["quantity"], facts("stock.rose")[-1]["why"]) == (3, "restored")
    assert_book_adds_up()


def test_a_change_of_state_is_taken_back_at_both_ends(catalog, mug):
    move_state(
        item_id=mug, location_id=catalog.leeds.id, from_state="sellable", to_state="damaged", quantity=3
    )  # fmt: skip
    reverse_movement(movement_id=Movement.objects.latest("id").id, reason=WHY)
    assert (shelf(mug, catalog.leeds.id), shelf(mug, catalog.leeds.id, "damaged")) == ((10, 0), (0, 0))
    assert_book_adds_up()


def test_nothing_is_taken_back_twice(catalog, mug):
    mistake = receive(catalog, mug)
    back = reverse_movement(movement_id=mistake.id, reason=WHY)
    with pytest.raises(AlreadyReversed) as refusal:
        reverse_movement(movement_id=mistake.id, reason=WHY)
    assert refusal.value.data == {"reversed_by": back.movement_id}
    with pytest.raises(NotReversible, match="takes back another entry"):
        reverse_movement(movement_id=back.movement_id, reason=WHY)
    assert Movement.objects.filter(cause_kind="reversal").count() == 1


@pytest.mark.parametrize(
    ("cause", "names"),
    [("parcel", "a parcel"), ("return", "a return"), ("transfer", "a transfer"), ("purchase_order", "a purchase")],
)
def test_what_has_its_own_way_back_is_refused_by_name(catalog, mug, cause, names):
    with pytest.raises(NotReversible, match=f"belongs to {names}"):
        reverse_movement(movement_id=receive(catalog, mug, cause_kind=cause, cause_id=uuid7()).id, reason=WHY)
    assert shelf(mug, catalog.leeds.id) == (14, 0)


@pytest.mark.parametrize(("reason", "code"), [("  ", "required"), ("x" * 501, "too_long"), ("a\0b", "too_long")])
def test_a_reason_is_needed(catalog, mug, reason, code):
    with pytest.raises(Invalid) as refusal:
        reverse_movement(movement_id=receive(catalog, mug).id, reason=reason)
    assert refusal.value.fields[0].code == code


def test_one_takes_back_only_what_concerns_ones_own_locations(tenant, catalog, mug, membership):
    mistake = receive(catalog, mug)
    elsewhere = actor_of_membership(membership(role="manager", locations=[catalog.london.id]))
    with unit_of_work(tenant.id, elsewhere), pytest.raises(NotFound):
        reverse_movement(movement_id=mistake.id, reason=WHY)
    with pytest.raises(NotFound):
        reverse_movement(movement_id=2**62, reason=WHY)


def test_above_a_limit_a_second_person_takes_it_back(tenant, catalog, mug, membership, owner):
    mistake = receive(catalog, mug, 100)
    worker = actor_of_membership(membership(role="warehouse", limits={"stock.reverse": "20"}))
    with unit_of_work(tenant.id, worker):
        asked = reverse_movement(movement_id=mistake.id, reason=WHY)
    assert isinstance(asked, Approval)
    assert asked.amount == Decimal("410")
    assert shelf(mug, catalog.leeds.id) == (110, 0)
    approvals.decide(approval_id=asked.id, approve=True)
    assert shelf(mug, catalog.leeds.id) == (10, 0)
    assert_book_adds_up()


def test_of_two_who_take_the_same_entry_back_one_is_told(committed_db, tenant, catalog):
    with unit_of_work(tenant.id, system("tests")):
        mistake = receive(catalog, catalog.id("MUG-BLU"))

    def take_back(_: int) -> str:
        try:
            with unit_of_work(tenant.id, system("tests")):
                reverse_movement(movement_id=mistake.id, reason=WHY)
            return "done"
        except AlreadyReversed:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(take_back, range(4)))
    assert outcomes == ["done", "refused", "refused", "refused"]
    with unit_of_work(tenant.id, system("tests")):
        assert shelf(catalog.id("MUG-BLU"), catalog.leeds.id) == (10, 0)
        assert_book_adds_up()


def test_over_http_it_answers_with_the_new_entry(api, api_of, tenant, catalog):
    with unit_of_work(tenant.id, system("tests")):
        mistake = receive(catalog, catalog.id("TEA"))
    path = f"/api/v1/movements/{mistake.id}/reverse"
    assert api.post(path, {"reason": ""}, format="json").status_code == 422
    done = api.post(path, {"reason": WHY}, format="json")
    assert (done.status_code, done.json()["reverses_id"]) == (201, mistake.id)
    again = api.post(path, {"reason": WHY}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_reversed")
    rows = api.get("/api/v1/movements", {"item_id": str(catalog.id("TEA"))}).json()["results"]
    assert [rows[0]["reverses_id"], rows[1]["reversed_by_id"]] == [mistake.id, rows[0]["id"]]
    assert api_of(tenant, scopes=["stock.view"]).post(path, {"reason": WHY}, format="json").status_code == 403


def test_the_ledger_offers_it_and_the_page_does_it(browser_client, tenant, catalog):
    with unit_of_work(tenant.id, system("tests")):
        mistake = receive(catalog, catalog.id("TEA"))
    page = f"/m/acme/inventory/ledger/{mistake.id}/reverse/"
    assert page in browser_client.get("/m/acme/inventory/ledger/").text
    assert "TEA" in browser_client.get(page).text
    assert browser_client.post(page, {"reason": ""}).status_code == 422
    assert browser_client.post(page, {"reason": WHY}).status_code == 303
    ledger_page = browser_client.get("/m/acme/inventory/ledger/").text
    assert f"takes back entry {mistake.id}" in ledger_page
    assert page not in ledger_page
