"""Goods between two locations: drafted, sent, received in parts, and closed with an answer for every unit."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.locations import update_location
from inventory.actions.move_state import NotEnough
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.actions.transfers.close import close_transfer
from inventory.actions.transfers.prepare import TransferLineDraft, cancel_transfer, create_transfer, update_transfer
from inventory.actions.transfers.receive import Arrived, receive_transfer
from inventory.actions.transfers.send import LocationClosed, send_transfer
from inventory.models import Location, TransferLine
from inventory.queries import available_by_item, lines_of_transfer, transfers
from inventory.replenishing.lifecycle import PURCHASE_ORDER, STATES, TRANSFER
from inventory.replenishing.transfers import arrive
from oms.core.actors import Actor
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, Forbidden, Invalid, NotAllowed, NotFound, Stale
from oms.core.tenancy import unit_of_work
from tests.inventory.stock import assert_book_adds_up, facts, shelf, sides, wants

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(catalog, uow):
    return catalog.id("MUG-BLU")


@pytest.fixture
def drafted(catalog, mug):
    """Six mugs and two packets of tea from Leeds to London."""

    def draft(**lines):
        wanted = {"MUG-BLU": 6, "TEA": 2} if not lines else {key.replace("_", "-"): n for key, n in lines.items()}
        return create_transfer(
            origin_id=catalog.leeds.id, destination_id=catalog.london.id,
            lines=[TransferLineDraft(catalog.id(sku), units) for sku, units in wanted.items()],
        )  # fmt: skip

    return draft


def on_the_way(catalog, item_id) -> int:
    return available_by_item([item_id])[item_id].by_location[catalog.london.id].in_transit


@pytest.mark.parametrize("machine", [TRANSFER, PURCHASE_ORDER])
def test_each_table_says_why_not(machine):
    """What is over stays over, and every refusal names state and verb."""
    for state, verb in product(STATES, ("edit", "send", "receive", "finish", "close", "cancel")):
        if machine.is_allowed(state, verb):
            assert machine.next_state(state, verb) in STATES
            assert state not in ("closed", "cancelled")
        else:
            with pytest.raises(NotAllowed) as refused:
                machine.next_state(state, verb)
            assert (refused.value.data["state"], refused.value.data["verb"]) == (state, verb)
    assert TRANSFER.is_allowed("draft", "cancel")
    assert not TRANSFER.is_allowed("sent", "cancel")


@given(awaited=st.integers(0, 100), units=st.integers(1, 100))
def test_an_arrival_takes_what_is_on_the_way_first(awaited, units):
    part = arrive(awaited=awaited, units=units)
    assert part.from_transit + part.unexplained == units
    assert part.from_transit <= awaited
    assert not part.unexplained or part.from_transit == awaited


def test_sent_goods_are_on_no_shelf_until_they_arrive(catalog, mug, drafted):
    transfer = send_transfer(transfer_id=drafted().id)
    assert transfer.state == "sent"
    assert shelf(mug, catalog.leeds.id) == (4, 0)
    assert shelf(mug, catalog.london.id) == (5, 0)
    assert on_the_way(catalog, mug) == 6
    first = receive_transfer(transfer_id=transfer.id, receipt_id=uuid7(), arrived=[Arrived(mug, 4)])
    assert first.state == "part_received"
    rest = [Arrived(mug, 1), Arrived(mug, 1, "damaged"), Arrived(catalog.id("TEA"), 2)]
    done = receive_transfer(transfer_id=transfer.id, receipt_id=uuid7(), arrived=rest)
    assert done.state == "received"
    assert shelf(mug, catalog.london.id) == (10, 0)
    assert shelf(mug, catalog.london.id, "damaged") == (1, 0)
    assert on_the_way(catalog, mug) == 0
    assert_book_adds_up()
    rose = [(each["item_id"], each["quantity"]) for each in facts("stock.rose") if each["why"] == "received"]
    assert rose[-3:] == [(str(mug), 4), (str(mug), 1), (str(catalog.id("TEA")), 2)]
    assert [(each["units"], each["complete"]) for each in facts("transfer.received")] == [(4, False), (4, True)]


def test_one_receipt_counts_once(catalog, mug, drafted):
    transfer, receipt = send_transfer(transfer_id=drafted().id), uuid7()
    for _ in range(2):
        receive_transfer(transfer_id=transfer.id, receipt_id=receipt, arrived=[Arrived(mug, 3)])
    assert shelf(mug, catalog.london.id) == (8, 0)
    other = send_transfer(transfer_id=drafted(TEA=1).id)
    with pytest.raises(Conflict):
        receive_transfer(transfer_id=other.id, receipt_id=receipt, arrived=[Arrived(catalog.id("TEA"), 1)])


def test_more_than_was_sent_is_unexplained(catalog, mug, drafted):
    transfer = send_transfer(transfer_id=drafted(MUG_BLU=6).id)
    done = receive_transfer(transfer_id=transfer.id, receipt_id=uuid7(), arrived=[Arrived(mug, 8)])
    assert done.state == "received"
    assert sides(mug)[-2:] == [("in_transit", "sellable", 6), ("unexplained", "sellable", 2)]
    assert facts("transfer.received")[-1]["unexplained"] == 2
    (wanted,) = facts("stock.count_wanted")
    assert (wanted["location_id"], wanted["units"]) == (str(catalog.leeds.id), 2)
    assert_book_adds_up()


def test_what_is_promised_is_not_sent(catalog, mug, drafted):
    reserve_stock(demands=[wants(mug, 5, location_id=catalog.leeds.id)])
    transfer = drafted()
    with pytest.raises(NotEnough, match="Only 5 of MUG-BLU are free at Leeds") as refused:
        send_transfer(transfer_id=transfer.id)
    assert [each.field for each in refused.value.fields] == ["lines.0.quantity"]
    assert refused.value.data["available"] == {"MUG-BLU": 5, "TEA": 10}
    receive_stock(receipts=[Receipt(mug, catalog.leeds.id, 1)])
    assert send_transfer(transfer_id=transfer.id).state == "sent"
    assert shelf(mug, catalog.leeds.id) == (5, 5)


def test_what_is_missing_needs_an_answer(catalog, mug, drafted):
    transfer = send_transfer(transfer_id=drafted().id)
    receive_transfer(transfer_id=transfer.id, receipt_id=uuid7(), arrived=[Arrived(mug, 4)])
    mugs, tea = lines_of_transfer(transfer.id)
    with pytest.raises(Invalid, match="2 of MUG-BLU have not arrived") as refused:
        close_transfer(transfer_id=transfer.id, resolutions={tea.id: "lost"})
    assert [each.field for each in refused.value.fields] == ["resolutions.0.resolution"]
    waiting = close_transfer(transfer_id=transfer.id, resolutions={mugs.id: "awaited", tea.id: "found_at_sender"})
    assert waiting.state == "part_received"
    assert shelf(catalog.id("TEA"), catalog.leeds.id) == (10, 0)
    assert on_the_way(catalog, mug) == 2
    closed = close_transfer(transfer_id=transfer.id, resolutions={mugs.id: "lost"})
    assert closed.state == "closed"
    assert sides(mug)[-1] == ("in_transit", "loss", 2)
    assert facts("transfer.closed")[-1]["lost"] == 2
    assert_book_adds_up()
    with pytest.raises(NotAllowed):
        receive_transfer(transfer_id=transfer.id, receipt_id=uuid7(), arrived=[Arrived(mug, 1)])


def test_bad_drafts_are_refused_by_field(catalog, mug):
    with pytest.raises(Invalid) as refused:
        create_transfer(
            origin_id=catalog.leeds.id, destination_id=catalog.leeds.id, note="\0",
            lines=[TransferLineDraft(uuid7(), 0)],
        )  # fmt: skip
    assert {each.field for each in refused.value.fields} == {
        "destination_id", "note", "lines.0.item_id", "lines.0.quantity",
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        create_transfer(origin_id=uuid7(), destination_id=catalog.leeds.id, lines=[])
    assert {each.field for each in refused.value.fields} == {"origin_id", "lines"}
    assert not TransferLine.objects.exists()


def test_a_closed_location_neither_sends_nor_takes(catalog, mug, drafted):
    transfer = drafted()
    # Closing refuses where stock lies, so the row is closed behind its back, as a sale of the shop would.
    Location.objects.filter(id=catalog.london.id).update(active=False)
    with pytest.raises(LocationClosed):
        send_transfer(transfer_id=transfer.id)
    with pytest.raises(Invalid) as refused:
        drafted()
    assert [each.field for each in refused.value.fields] == ["destination_id"]
    update_location(location_id=catalog.london.id, changes={"active": True})
    assert send_transfer(transfer_id=transfer.id).state == "sent"


def test_a_draft_changes_and_goes(catalog, mug, drafted):
    transfer = drafted()
    changed = update_transfer(
        transfer_id=transfer.id, origin_id=catalog.london.id, destination_id=catalog.leeds.id,
        lines=[TransferLineDraft(mug, 1), TransferLineDraft(mug, 2)], expected_version=1,
    )  # fmt: skip
    assert [each.quantity for each in lines_of_transfer(changed.id)] == [3]
    with pytest.raises(Stale):
        update_transfer(
            transfer_id=transfer.id, origin_id=catalog.leeds.id, destination_id=catalog.london.id,
            lines=[TransferLineDraft(mug, 1)], expected_version=1,
        )  # fmt: skip
    assert cancel_transfer(transfer_id=transfer.id).state == "cancelled"
    with pytest.raises(NotAllowed, match="This transfer is canceled"):
        send_transfer(transfer_id=transfer.id)


def test_an_item_that_is_not_on_it_is_refused(catalog, mug, drafted):
    transfer = send_transfer(transfer_id=drafted(MUG_BLU=1).id)
    with pytest.raises(Invalid) as refused:
        receive_transfer(
            transfer_id=transfer.id, receipt_id=uuid7(),
            arrived=[Arrived(mug, 1), Arrived(catalog.id("TEA"), 0, "gone")],
        )  # fmt: skip
    assert [each.field for each in refused.value.fields] == ["lines.1.item_id", "lines.1.quantity", "lines.1.state"]
    assert on_the_way(catalog, mug) == 1


def test_who_works_in_london_receives_there_and_sends_nothing_from_leeds(tenant, catalog, mug, drafted):
    transfer, other = drafted(), drafted()
    send_transfer(transfer_id=other.id)
    london = Actor("user", "1", "Lena", frozenset({"stock.transfer"}), locations=frozenset({catalog.london.id}))
    with unit_of_work(tenant.id, london):
        with pytest.raises(Forbidden):
            send_transfer(transfer_id=transfer.id)
        receive_transfer(transfer_id=other.id, receipt_id=uuid7(), arrived=[Arrived(mug, 6)])
        left = lines_of_transfer(other.id)[1]
        with pytest.raises(Forbidden):
            close_transfer(transfer_id=other.id, resolutions={left.id: "found_at_sender"})
    stranger = Actor("user", "2", "Sam", frozenset({"stock.transfer"}), locations=frozenset({uuid7()}))
    with unit_of_work(tenant.id, stranger):
        assert not transfers().exists()
        with pytest.raises(NotFound):
            send_transfer(transfer_id=transfer.id)


def test_over_http(api, api_of, tenant, catalog):
    body = {"origin": "leeds", "destination": "LONDON", "lines": [{"sku": "mug-blu", "quantity": 2}]}
    made = api.post("/api/v1/transfers", body, format="json")
    assert made.status_code == 201, made.json()
    where = made["Location"]
    assert api.put(where, {**body, "note": "By van"}, format="json", headers={"if-match": '"9"'}).status_code == 412
    assert api.put(where, {**body, "note": "By van"}, format="json").json()["note"] == "By van"
    assert api.post(f"{where}/send", {"expected_on": "2031-01-02"}, format="json").json()["state"] == "sent"
    receipt = {"receipt_id": str(uuid7()), "lines": [{"sku": "MUG-BLU", "quantity": 1}]}
    for _ in range(2):
        assert api.post(f"{where}/receive", receipt, format="json").json()["lines"][0]["received"] == 1
    unknown = {"receipt_id": str(uuid7()), "lines": [{"sku": "4006381333931", "quantity": 1}]}
    refused = api.post(f"{where}/receive", unknown, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "lines.0.sku")
    line = api.get(where).json()["lines"][0]
    assert line["awaited"] == 1
    assert api.post(f"{where}/close", {}, format="json").status_code == 422
    closed = api.post(f"{where}/close", {"resolutions": [{"line_id": line["id"], "resolution": "lost"}]}, format="json")
    assert closed.json()["state"] == "closed", closed.json()
    assert [each["verb"] for each in closed.json()["allowed_actions"] if each["permitted"]] == []
    assert [each["number"] for each in api.get("/api/v1/transfers?state=closed").json()["results"]] == [1001]
    bad = {"origin": "NOPE", "destination_id": str(uuid7()), "lines": [{"quantity": 0}]}
    assert api.post("/api/v1/transfers", bad, format="json").status_code == 422
    assert api_of(tenant, scopes=["stock.view"]).post("/api/v1/transfers", body, format="json").status_code == 403
