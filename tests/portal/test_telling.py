"""What a customer reads, for each thing that can be the matter."""

from datetime import UTC, datetime, timedelta

import pytest

from oms.core.formatting import Formats
from oms.portal.telling import Box, Scan, tell_box, tell_order
from oms.portal.verifying import masked

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FORMATS = Formats("en_GB", "Europe/London", "GBP")
SOON = NOW + timedelta(days=1)


def told(*boxes: Box, state: str = "open", fulfillment: str = "allocated", held=(), ship_by=None):
    return tell_order(
        state=state, fulfillment=fulfillment, held=held, boxes=boxes, ship_by=ship_by, formats=FORMATS, now=NOW
    )


@pytest.mark.parametrize(
    ("given", "sentence", "step"),
    [
        ({"state": "checking", "fulfillment": "not_allocated"}, "We have your order.", "ordered"),
        ({"held": ["address"]}, "We are checking something before we send it.", "preparing"),
        ({"fulfillment": "backordered"}, "We are waiting for stock.", "preparing"),
        ({"ship_by": NOW + timedelta(hours=4)}, "Getting ready. We send it by 14:00.", "preparing"),
        ({"fulfillment": "picking"}, "Getting ready.", "preparing"),
        ({"state": "cancelled"}, "This order was canceled.", ""),
        ({"state": "cancel_requested"}, "We are asking the warehouse to stop this order.", "preparing"),
    ],
)
def test_before_it_leaves(given, sentence, step):
    found = told(**given)
    assert (found.sentence, found.step) == (sentence, step)


@pytest.mark.parametrize(
    ("box", "sentence", "step"),
    [
        (Box("labelled", "Vans"), "Packed. Waiting for the carrier to pick it up.", "preparing"),
        (Box("in_transit", "Vans", promised_at=SOON), "Arriving by 25 Nov, 10:00.", "on_its_way"),
        (Box("in_transit", "Vans", promised_at=NOW - timedelta(hours=1)), "Running late. It is on its way to you.",
         "on_its_way"),
        (Box("handed_over", "Vans"), "On its way to you.", "on_its_way"),
        (Box("out_for_delivery", "Vans"), "It comes today.", "out_for_delivery"),
        (Box("exception", "Vans"), "Something went wrong on the way. We are looking into it.", "on_its_way"),
        (Box("returning", "Vans"), "The parcel is coming back to us. We refund it or send it again.", "on_its_way"),
        (Box("delivered", "Vans", delivered_at=NOW - timedelta(hours=2)), "Delivered 08:00.", "delivered"),
    ],
)  # fmt: skip
def test_under_way(box, sentence, step):
    found = told(box, state="closed", fulfillment="shipped")
    assert (found.sentence, found.step) == (sentence, step)


def test_part_of_it_is_under_way_and_the_rest_follows():
    found = told(Box("in_transit", "Vans"), Box("voided", "Vans"), fulfillment="part_shipped")
    assert found.more == "The rest follows; we tell you when it leaves."


def test_a_parcel_in_plain_words():
    scan = Scan(NOW - timedelta(hours=1), "Leeds", "at_depot", "")
    box = tell_box(Box("in_transit", "Vans", scans=[scan]), formats=FORMATS, now=NOW)
    assert box.words == "On its way. Last seen in Leeds, 09:00."
    assert [words for _, words in box.scans] == ["Reached a depot"]
    tried = Scan(NOW, "", "attempted", "Nobody home")
    box = tell_box(Box("exception", "Vans", scans=[scan, tried]), formats=FORMATS, now=NOW)
    assert (box.words, box.scans[0][1]) == ("Vans tried to deliver it (10:00).", "Delivery was tried: Nobody home")


def test_an_address_is_told_to_its_owner_alone():
    assert masked("jane@gmail.co.uk") == "j•••@g•••.uk"
