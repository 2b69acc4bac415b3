"""Units known by their own number: read when they come in, followed where they go, each in one place."""

import pytest

from inventory.actions.adjust import adjust_stock
from inventory.actions.commit import Commit, commit_stock
from inventory.actions.items import ItemDraft, create_items, update_item
from inventory.actions.move_state import move_state
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.actions.take_back import TakenBack, take_back
from inventory.actions.tracing.blocking import recall_lots
from inventory.actions.tracing.serials import serial_at_hand
from inventory.actions.tracing.units import serials_named
from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer
from inventory.actions.transfers.receive import Arrived, receive_transfer
from inventory.actions.transfers.send import send_transfer
from inventory.models import Serial
from inventory.queries.serials import life_of, sent_of_serials, serials_by_code
from inventory.stock.serials import LOST, Excess, Place, serial_problems, settled, take_units
from inventory.stock.values import LotDraft
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid
from tests.inventory.stock import assert_book_adds_up, shelf, wants


@pytest.fixture
def phone(catalog, uow):
    (item,) = create_items(items=[ItemDraft(sku="PHONE", tracks_serials=True, serials_at=("receive", "pick"))])
    return item


def receive(phone, location, *codes: str, **more) -> None:
    receive_stock(receipts=[Receipt(phone.id, location.id, len(codes), serials=codes, **more)])


def where(item) -> dict[str, tuple[str, str]]:
    """Number → location's code and state."""
    rows = Serial.objects.filter(item=item).order_by("code")
    return {code: (place, state) for code, place, state in rows.values_list("code", "location__code", "state")}


def test_numbers_come_in_with_their_units(catalog, phone):
    receive(phone, catalog.leeds, "S1", " s2 ")
    assert where(phone) == {"S1": ("LEEDS", "sellable"), "s2": ("LEEDS", "sellable")}
    assert [each.code for each in serials_by_code("S2")] == ["s2"]
    assert_book_adds_up()


@pytest.mark.parametrize(
    ("codes", "units", "code"),
    [
        ((), 2, "required"),
        (("A",), 2, "serials_missing"),
        (("A", "a"), 2, "duplicate_serial"),
        (("A", ""), 2, "invalid"),
        (("A", "x" * 81), 2, "invalid"),
        (("HERE", "A"), 2, "duplicate_serial"),
        (("SOLD", "A"), 2, "duplicate_serial"),
    ],
)
def test_what_may_not_come_in(catalog, phone, codes, units, code):
    receive(phone, catalog.leeds, "HERE", "SOLD")
    _sell(phone, catalog.leeds, "SOLD")
    with pytest.raises(Invalid) as refused:
        receive_stock(receipts=[Receipt(phone.id, catalog.leeds.id, units, serials=codes)])
    assert (refused.value.fields[0].field, refused.value.fields[0].code) == ("lines.0.serials", code)
    assert shelf(phone.id, catalog.leeds.id) == (1, 0)


def test_one_number_on_two_lines_and_numbers_nobody_asked_for(catalog, phone):
    line = Receipt(phone.id, catalog.leeds.id, 1, serials=("A",))
    with pytest.raises(Invalid) as refused:
        receive_stock(receipts=[line, line, Receipt(catalog.id("TEA"), catalog.leeds.id, 1, serials=("B",))])
    assert [(each.field, each.code) for each in refused.value.fields] == [
        ("lines.1.serials", "duplicate_serial"), ("lines.2.serials", "not_tracked"),
    ]  # fmt: skip


def test_two_items_may_use_the_same_number(catalog, phone):
    (other,) = create_items(items=[ItemDraft(sku="OTHER", tracks_serials=True)])
    receive(phone, catalog.leeds, "1")
    receive(other, catalog.leeds, "1")
    assert len(serials_by_code("1")) == 2


def test_a_number_has_its_units_lot(catalog, phone):
    update_item(item_id=phone.id, changes={"tracks_lots": True})
    receive(phone, catalog.leeds, "S1", lot=LotDraft("L1"))
    assert Serial.objects.get().lot.code == "L1"


def test_a_unit_leaves_for_an_order_and_comes_back(catalog, phone):
    receive(phone, catalog.leeds, "S1", "S2")
    line = _sell(phone, catalog.leeds, "S2")
    unit = Serial.objects.get(code="S2")
    assert (unit.state, unit.location_id, unit.demand_id) == ("customer", None, line)
    take_back(receipts=[TakenBack(phone.id, catalog.london.id, 1, uuid7(), line, serial_ids=(unit.id,))])
    assert where(phone) == {"S1": ("LEEDS", "sellable"), "S2": ("LONDON", "quality_hold")}
    assert [(each.cause_kind, each.state) for each in life_of(unit)] == [
        ("return", "quality_hold"), ("parcel", "customer"), ("receipt", "sellable"),
    ]  # fmt: skip
    assert_book_adds_up()


def test_when_all_go_together_they_stay_known(catalog, phone):
    receive(phone, catalog.leeds, "S1", "S2")
    lines = [TransferLineDraft(phone.id, 2)]
    moved = create_transfer(origin_id=catalog.leeds.id, destination_id=catalog.london.id, lines=lines)
    send_transfer(transfer_id=moved.id)
    assert set(where(phone).values()) == {("LONDON", "in_transit")}
    receive_transfer(transfer_id=moved.id, receipt_id=uuid7(), arrived=[Arrived(phone.id, 2)])
    assert set(where(phone).values()) == {("LONDON", "sellable")}
    assert_book_adds_up()


def test_when_nobody_says_which_one_went_the_book_lost_track_of_the_oldest(catalog, phone):
    receive(phone, catalog.leeds, "S1")
    receive(phone, catalog.leeds, "S2")
    where_it_was = {"item_id": phone.id, "location_id": catalog.leeds.id}
    move_state(**where_it_was, from_state="sellable", to_state="damaged", quantity=1)
    assert where(phone) == {"S1": (None, "unexplained"), "S2": ("LEEDS", "sellable")}
    assert_book_adds_up()
    assert serial_at_hand(item_id=phone.id, code="s1", location_id=catalog.leeds.id)
    assert where(phone) == {"S1": ("LEEDS", "sellable"), "S2": (None, "unexplained")}
    adjust_stock(**where_it_was, change=-1, reason="theft")
    assert where(phone)["S1"] == (None, "loss")
    assert_book_adds_up()


def test_a_number_is_read_first_at_the_shelf(catalog, uow):
    tea = catalog.id("TEA")
    update_item(item_id=tea, changes={"tracks_serials": True, "serials_at": ["pick"]})
    first = serial_at_hand(item_id=tea, code="T1", location_id=catalog.leeds.id)
    assert serial_at_hand(item_id=tea, code=" t1", location_id=catalog.leeds.id) == first
    assert_book_adds_up()
    update_item(item_id=tea, changes={"tracks_serials": False})
    assert Serial.objects.get().state == "unexplained"


def test_when_serials_are_asked_for_is_one_of_four_moments(catalog, uow):
    with pytest.raises(Invalid) as refused:
        update_item(item_id=catalog.id("TEA"), changes={"serials_at": ["sale"]})
    assert refused.value.fields[0].field == "serials_at"


def _sell(phone, location, code):
    unit, line = Serial.objects.get(code=code), uuid7()
    commits = [Commit(uuid7(), phone.id, location.id, 1, uuid7(), line, serial_ids=(unit.id,))]
    commit_stock(commits=commits, cause_kind="parcel")
    return line


A, B, C = uuid7(), uuid7(), uuid7()
SHELF = (A, B, "sellable")


@pytest.mark.parametrize(
    ("on_hand", "went", "places"),
    [
        (0, {Place(B, "damaged")}, {A: Place(B, "damaged"), C: Place(B, "damaged")}),
        (0, {Place(B, "damaged"), LOST}, {A: LOST, C: LOST}),
        (0, set(), {A: LOST, C: LOST}),
        (1, {Place(B, "damaged")}, {A: LOST}),
    ],
)
def test_where_too_many_numbers_are(on_hand, went, places):
    assert settled({SHELF: Excess(on_hand, (A, C))}, {SHELF: went}) == places


def test_units_that_were_scanned_are_taken_box_by_box():
    scanned = [(A, None), (A, B), (None, C)]
    assert take_units(scanned, 2) == [(A, 2, (B,))]
    assert take_units(scanned, 3) == [(None, 3, (C,))]
    assert take_units(scanned, 1) == [(None, 1, ())]


def test_numbers_are_as_many_as_units():
    assert serial_problems(["A", "B"], 2) == []
    assert [code for code, _ in serial_problems(["A", "a", "\n"], 2)] == [
        "serials_missing", "invalid", "duplicate_serial",
    ]  # fmt: skip


def test_units_are_called_back_by_number_and_everybody_who_got_one_is_known(catalog, phone):
    receive(phone, catalog.leeds, "S1", "S2", "S3")
    _sell(phone, catalog.leeds, "S1")
    reserve_stock(demands=[wants(phone.id, 2)])
    units = serials_named(item_id=phone.id, first="S1", last="S2")
    recall_lots(serial_ids=[each.id for each in units], reason="Battery")
    assert where(phone) == {
        "S1": (None, "customer"), "S2": ("LEEDS", "quarantine"), "S3": ("LEEDS", "sellable"),
    }  # fmt: skip
    assert shelf(phone.id, catalog.leeds.id) == (1, 1)
    assert [(each.name, each.units, each.returned) for each in sent_of_serials([each.id for each in units])] == [
        ("S1", 1, 0)
    ]
    assert {each.blocked_reason for each in Serial.objects.filter(blocked_at__isnull=False)} == {"Recall 1001: Battery"}
    assert_book_adds_up()


@pytest.mark.parametrize("named", [{"codes": ["S9"]}, {"first": "T"}, {}])
def test_what_names_no_unit(catalog, phone, named):
    receive(phone, catalog.leeds, "S1")
    with pytest.raises(Invalid) as refused:
        serials_named(item_id=phone.id, **named)
    assert refused.value.fields[0].field == "serials"


def test_a_unit_and_its_life_over_http(api, tenant, catalog):
    made = {"sku": "PHONE", "tracks_serials": True, "serials_at": ["receive"]}
    assert api.post("/api/v1/items", made, format="json").status_code == 201
    line = {"sku": "PHONE", "location": "LEEDS", "quantity": 1}
    refused = api.post("/api/v1/stock/receive", {"lines": [line]}, format="json")
    assert refused.json()["errors"][0]["field"] == "lines.0.serials"
    sent = {"lines": [line | {"serials": ["S1"]}]}
    assert api.post("/api/v1/stock/receive", sent, format="json").status_code == 201
    [found] = api.get("/api/v1/serials?q=s").json()["results"]
    one = api.get(f"/api/v1/serials/{found['id']}").json()
    assert [(each["state"], each["cause_kind"]) for each in one["life"]] == [("sellable", "receipt")]
    recalled = {"sku": "PHONE", "serials": ["S1"], "reason": "Battery"}
    made = api.post("/api/v1/recalls", recalled, format="json").json()
    assert [each["code"] for each in made["units"]] == ["S1"]
    released = api.post(f"/api/v1/serials/{found['id']}/release", {"reason": "Fine"}, format="json")
    assert released.json()["blocked_reason"] == ""
    blocked = api.post(f"/api/v1/serials/{found['id']}/block", {"reason": "Not fine"}, format="json").json()
    assert (blocked["blocked_reason"], blocked["state"]) == ("Not fine", "quarantine")
