"""Goods come back: asked for, received, looked at, and their money goes back exactly once."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import Image

from inventory.models import Balance, Item, Movement
from inventory.proof import prove_stock
from oms.accounts.actions.approvals import decide
from oms.accounts.models import Approval
from oms.accounts.queries import actor_of_membership
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotAllowed
from oms.core.events.delivery import drain
from oms.core.files import stored_file
from oms.core.models import Fact as FactRow
from oms.core.models import Tenant
from oms.core.pictures import NotAnImage, Picture
from oms.core.tenancy import unit, unit_of_work
from orders.models import Order, OrderLine, Refund
from orders.queries.money import money_of
from returns.actions.book import BookedReturn, book_returns
from returns.actions.inspect import finish_return
from returns.actions.receive import ReceiptDraft, line_of_code, receive_return
from returns.actions.request import (
    ReturnLineDraft,
    approve_return,
    cancel_return,
    decline_return,
    mark_sent,
    request_return,
)
from returns.errors import NotExpected, NotReturnable
from returns.models import Return, ReturnPhoto
from returns.queries import returnable, returns
from tests.returns.goods import asked, inspect, line_of, received, shipped, the_line

pytestmark = pytest.mark.usefixtures("catalog")


def on_hand(state: str = "sellable", sku: str = "TEA") -> int:
    return sum(Balance.objects.filter(item__sku=sku, state=state).values_list("on_hand", flat=True))


def test_the_whole_way_back(uow):
    order, before = shipped(TEA=2), on_hand()
    found = asked(order, 1)
    assert Order.objects.get(id=order.id).return_state == "requested"
    approve_return(return_id=found.id)
    mark_sent(return_id=found.id, tracking_number="RM123")
    receive_return(return_id=found.id, receipts=[ReceiptDraft(uuid7(), the_line(found).id)])
    assert (on_hand("quality_hold"), on_hand()) == (1, before)
    done = inspect(found, 1)
    assert (done.state, on_hand("quality_hold"), on_hand()) == ("closed", 0, before + 1)
    assert (done.refund.amount, Order.objects.get(id=order.id).return_state) == (Decimal("9.80"), "part_returned")
    assert line_of(order).returned == 1
    names = FactRow.objects.filter(aggregate_id=found.id).order_by("sequence").values_list("name", flat=True)
    assert [name.removeprefix("return.") for name in names] == [
        "requested", "approved", "sent", "received", "inspected", "closed",
    ]  # fmt: skip
    assert prove_stock().breaks == []


def test_what_cannot_be_kept_goes_to_where_it_belongs(uow):
    found = received(shipped(TEA=4), 4)
    inspect(found, 1, "damaged", "damaged")
    inspect(found, 1, "damaged", "scrap")
    inspect(found, 1, "opened", "send_back")
    done = inspect(found, 1)
    assert (on_hand("damaged"), on_hand("quality_hold")) == (1, 0)
    assert Movement.objects.filter(cause_kind="return", to_state="loss").count() == 1
    # Three units are kept and paid back; the one that goes to the customer again is theirs.
    assert (done.refund.amount, the_line(found).accepted) == (Decimal("29.40"), 3)
    assert line_of(done.order).returned == 3
    assert prove_stock().breaks == []


def test_an_exchange_moves_the_money_and_pays_none(uow, catalog):
    order = shipped(TEA=1)
    found = received(order, 1, outcome="exchange", exchange_item_id=catalog.id("MUG-BLU"))
    done = inspect(found, 1)
    swapped = Order.objects.get(id=done.exchange_order_id)
    assert (swapped.total, swapped.payment_state, swapped.external_id) == (Decimal("9.80"), "paid", f"R{done.number}")
    assert OrderLine.objects.get(order_id=swapped.id).sku == "MUG-BLU"
    old, new = money_of(order.id), money_of(swapped.id)
    assert (old.refunded, new.paid, new.payments[0].method) == (Decimal("9.80"), Decimal("9.80"), "exchange")
    assert not FactRow.objects.filter(name__in=["order.refund_requested", "order.refunded"]).exists()
    assert Order.objects.get(id=order.id).payment_state == "refunded"


def test_the_customer_is_bound_by_the_window_and_final_sale_and_the_merchant_is_not(tenant, uow, catalog):
    order = shipped(TEA=1, MUG_BLU=1)
    Item.objects.filter(sku="MUG-BLU").update(final_sale=True)
    with pytest.raises(NotReturnable, match="sold for good"):
        asked(order, 1, "MUG-BLU", asked_by="customer")
    assert asked(order, 1, "MUG-BLU").state == "requested"
    checklist = {each.line.sku: each for each in returnable(order).lines}
    assert [each.rule for each in checklist["MUG-BLU"].verdicts if not each.passed] == ["left", "final_sale"]
    assert checklist["TEA"].returnable


def test_when_the_time_is_over_the_customer_reads_until_when_it_was(tenant, uow, monkeypatch):
    order = shipped(TEA=1)
    arrived = unit().now - timedelta(days=31)
    monkeypatch.setattr("returns.queries.arrived_at", lambda ids: dict.fromkeys(ids, arrived))
    with pytest.raises(NotReturnable, match="that is over"):
        asked(order, 1, asked_by="customer")
    Tenant.objects.filter(id=tenant.id).update(settings={"return_days": 60})
    assert asked(order, 1, asked_by="customer").units == 1


def test_no_more_comes_back_than_went_out(uow):
    order = shipped(TEA=2)
    with pytest.raises(NotReturnable, match="At most 2"):
        asked(order, 3)
    found = asked(order, 2)
    with pytest.raises(NotReturnable, match="All of it is in a return already"):
        asked(order, 1)
    cancel_return(return_id=found.id)
    assert asked(order, 2).units == 2
    with pytest.raises(Invalid, match="Choose at least one line"):
        request_return(order_id=order.id, lines=[])
    with pytest.raises(Invalid, match="Use one of: wrong_item"):
        asked(order, 1, reason="whim")


def test_more_than_is_waited_for_is_not_booked(uow):
    found = approve_return(return_id=asked(shipped(TEA=2), 1).id)
    with pytest.raises(NotExpected, match="waits for 1 more × TEA, not 2"):
        receive_return(return_id=found.id, receipts=[ReceiptDraft(uuid7(), the_line(found).id, 2)])
    assert on_hand("quality_hold") == 0
    with pytest.raises(NotExpected, match="not in this return"):
        line_of_code(found, "MUG-RED")
    assert line_of_code(found, " tea ").id == the_line(found).id


def test_a_receipt_and_an_inspection_sent_twice_count_once(uow):
    found = approve_return(return_id=asked(shipped(TEA=2), 2).id)
    receipt, seen = ReceiptDraft(uuid7(), the_line(found).id), uuid7()
    for _again in range(2):
        receive_return(return_id=found.id, receipts=[receipt])
    for _again in range(2):
        inspect(found, 1, key=seen)
    line = the_line(found)
    assert (line.received, line.restocked, on_hand("quality_hold")) == (1, 1, 0)
    with pytest.raises(Invalid, match="0 of this item wait"):
        inspect(found, 1)
    assert finish_return(return_id=found.id).refund.amount == Decimal("9.80")


def test_states_are_kept_to(uow):
    order = shipped(TEA=2)
    found = asked(order)
    with pytest.raises(NotAllowed, match="waiting for approval, so you cannot receive"):
        receive_return(return_id=found.id, receipts=[ReceiptDraft(uuid7(), the_line(found).id)])
    with pytest.raises(Invalid, match="Say why"):
        decline_return(return_id=found.id, reason=" ")
    decline_return(return_id=found.id, reason="Worn.")
    with pytest.raises(NotAllowed, match="declined"):
        approve_return(return_id=found.id)
    assert [each.id for each in returns(view="done")] == [found.id]
    assert Order.objects.get(id=order.id).return_state == ""


def test_what_was_not_paid_owes_nothing(uow):
    done = inspect(received(shipped(paid=False, TEA=1), 1), 1)
    assert (done.state, done.refund) == ("closed", None)


def test_a_refund_above_the_limit_waits_and_then_ends_the_return(tenant, membership, owner, catalog):
    with unit_of_work(tenant.id, system("tests")):
        found = received(shipped(TEA=2), 2)
    person = membership(role="support", limits={"orders.refund": "5.00"})
    with unit_of_work(tenant.id, actor_of_membership(person)):
        assert inspect(found, 2).state == "inspected"
        assert not Refund.objects.exists()
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        decide(approval_id=Approval.objects.get().id, approve=True)
    drain(tenant.id)
    with unit_of_work(tenant.id, system("tests")):
        closed = Return.objects.get()
        assert (closed.state, closed.refund.amount) == ("closed", Decimal("19.60"))


def test_photos_are_pictures_and_carry_nothing_else(uow):
    order = shipped(TEA=1)
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    Image.new("RGB", (2400, 1200), "teal").save(picture, "JPEG", exif=exif)
    draft = ReturnLineDraft(line_of(order).id, 1, "damaged", photos=[Picture("me.jpg", picture.getvalue())])
    with pytest.raises(NotAnImage, match="is not a picture we can read"):
        request_return(
            order_id=order.id,
            lines=[ReturnLineDraft(line_of(order).id, 1, "damaged", photos=[Picture("notes.txt", b"hello")])],
        )
    request_return(order_id=order.id, lines=[draft])
    kept = stored_file(ReturnPhoto.objects.get().file_id)
    from django.core.files.storage import default_storage

    with default_storage.open(kept.path) as file, Image.open(file) as image:
        assert (image.size, dict(image.getexif())) == ((1600, 800), {})


def test_returns_that_have_happened_are_booked_in_few_statements(uow, django_assert_max_num_queries):
    orders = [shipped(TEA=1), shipped(MUG_BLU=2), shipped(paid=False, MUG_RED=1)]
    drafts = [
        BookedReturn(orders[0].id, {line_of(orders[0]).id: 1}),
        BookedReturn(orders[1].id, {line_of(orders[1], "MUG-BLU").id: 1}, reason="damaged", disposition="scrap"),
        BookedReturn(orders[2].id, {line_of(orders[2], "MUG-RED").id: 1}),
        BookedReturn(orders[0].id, {line_of(orders[1], "MUG-BLU").id: 1}),
    ]
    with django_assert_max_num_queries(51):
        answers = book_returns(drafts=drafts[:3])
    assert [each.refund.amount if each.refund else None for each in answers] == [
        Decimal("9.80"), Decimal("12.50"), None,
    ]  # fmt: skip
    (refused,) = book_returns(drafts=drafts[3:])
    assert refused.code == "not_returnable"
    assert [each.code for each in book_returns(drafts=drafts[:1])] == ["not_returnable"]
    assert prove_stock().breaks == []
