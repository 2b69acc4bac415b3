"""Units known by their number where they are picked, packed, sent, and come back."""

from decimal import Decimal

import pytest

from fulfillment.actions.dispatch import dispatch_parcel
from fulfillment.actions.pack import ParcelDraft, pack
from inventory.actions.items import ItemDraft, create_items, update_item
from inventory.actions.receive import Receipt, receive_stock
from inventory.models import Serial
from inventory.proof import prove_stock
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid
from returns.actions.receive import ReceiptDraft, line_of_code, receive_return, serial_in
from returns.actions.request import approve_return
from tests.fulfillment.floor import fresh, lines, order_of, parcels, scan, started
from tests.inventory.tracing.test_serials import where
from tests.returns.goods import asked

pytestmark = pytest.mark.usefixtures("uow")


@pytest.fixture
def phone(catalog, uow):
    """Three in Leeds whose numbers are known, and asked for again at the shelf."""
    draft = ItemDraft(sku="PHONE", tracks_serials=True, serials_at=("receive", "pick"), weight_g=100, price=Decimal(1))
    (item,) = create_items(items=[draft])
    receive_stock(receipts=[Receipt(item.id, catalog.leeds.id, 3, serials=("S1", "S2", "S3"))])
    return item


def told(work, *codes: str) -> list[str]:
    return [scan(fresh(work), code).verdict for code in codes]


def send(work) -> None:
    work = fresh(work)
    for line in lines(work).values():
        for _ in range(line.to_pack):
            assert scan(work, line.item.sku).verdict in ("right", "line_done")
    weight = sum(each.item.weight_g * each.picked for each in lines(work).values())
    pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(weight)])
    for parcel in parcels(work):
        dispatch_parcel(parcel_id=parcel.id, without_label=True)


def test_the_number_is_asked_for_and_leaves_with_the_order(catalog, phone):
    work = started(PHONE=2)
    assert told(work, "PHONE", "S2", "S2", "s3") == ["serial_needed", "right", "serial_refused", "line_done"]
    send(work)
    line = lines(fresh(work))["PHONE"].order_line_id
    gone = Serial.objects.filter(state="customer", demand_id=line).order_by("code")
    assert [each.code for each in gone] == ["S2", "S3"]
    assert where(phone)["S1"] == ("LEEDS", "sellable")
    assert prove_stock().holds, prove_stock().breaks


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("GONE", "has left with an order"),
        ("FAR", "is elsewhere by the book: London"),
        ("BAD", "is blocked: Glass"),
        ("TAKEN", "was picked for another order"),
    ],
)
def test_the_station_refuses_a_unit_that_may_not_leave(catalog, phone, code, words):
    receive_stock(receipts=[Receipt(phone.id, catalog.leeds.id, 3, serials=("GONE", "BAD", "TAKEN"))])
    receive_stock(receipts=[Receipt(phone.id, catalog.london.id, 1, serials=("FAR",))])
    first, other = started(PHONE=1), started(PHONE=1)
    assert told(first, "GONE") == ["line_done"]
    send(first)
    assert told(other, "TAKEN") == ["line_done"]
    Serial.objects.filter(code="BAD").update(blocked_at="2026-01-01T00:00Z", blocked_reason="Glass")
    answer = scan(started(PHONE=1), code)
    assert answer.verdict == "serial_refused"
    assert words in answer.sentence


def test_a_number_that_was_never_received_is_refused_where_all_are(phone):
    work = started(PHONE=1)
    assert told(work, "NEW", "PHONE", "NEW") == ["unknown", "serial_needed", "serial_refused"]


def test_a_number_is_read_for_the_first_time_at_the_shelf(catalog, phone):
    update_item(item_id=catalog.id("TEA"), changes={"tracks_serials": True, "serials_at": ["pick"]})
    work = started(TEA=1)
    assert told(work, "T9", "TEA", "T9") == ["unknown", "serial_needed", "line_done"]
    send(work)
    assert Serial.objects.get(code="T9").state == "customer"
    assert prove_stock().holds, prove_stock().breaks


def test_where_nobody_asks_a_unit_may_still_be_scanned(catalog, phone):
    update_item(item_id=phone.id, changes={"serials_at": ["receive"]})
    work = started(PHONE=2)
    assert told(work, "PHONE", "S3") == ["right", "line_done"]
    send(work)
    assert where(phone)["S3"] == (None, "customer")
    assert sorted(state for _, state in where(phone).values()) == ["customer", "sellable", "unexplained"]
    assert prove_stock().holds, prove_stock().breaks


def test_a_unit_comes_back_by_its_number(catalog, phone):
    update_item(item_id=phone.id, changes={"serials_at": ["receive", "pick", "return"]})
    work = started(PHONE=2)
    assert told(work, "S1", "S2") == ["right", "line_done"]
    send(work)
    found = approve_return(return_id=asked(order_of(work), 2, "PHONE").id)
    line = line_of_code(found, "s2")
    assert serial_in(line, "s2") == "s2"
    assert serial_in(line, "PHONE") == ""
    with pytest.raises(Invalid) as refused:
        receive_return(return_id=found.id, receipts=[ReceiptDraft(uuid7(), line.id)])
    assert refused.value.fields[0].field == "receipts.0.serial"
    with pytest.raises(Invalid):
        receive_return(return_id=found.id, receipts=[ReceiptDraft(uuid7(), line.id, 1, "S3")])
    receive_return(return_id=found.id, receipts=[ReceiptDraft(uuid7(), line.id, 1, "s2")])
    assert where(phone)["S2"] == ("LEEDS", "quality_hold")
    assert prove_stock().holds, prove_stock().breaks


def test_a_gs1_code_names_the_item_and_its_unit_at_once(catalog, phone):
    update_item(item_id=phone.id, changes={"barcodes": ["4006381333931"]})
    tea = catalog.id("TEA")
    update_item(item_id=tea, changes={"tracks_serials": True, "serials_at": ["pick"], "barcodes": ["40170725"]})
    work = started(PHONE=2, TEA=1)
    phones, teas = "(01)04006381333931", "(01)00000040170725"
    codes = (phones, f"{phones}(21)S1", f"{phones}(21)NEVER", f"{phones}(21)S2", f"{teas}(21)T1")
    assert told(work, *codes) == ["serial_needed", "right", "serial_refused", "line_done", "line_done"]
    assert Serial.objects.get(item_id=tea).code == "T1"
