"""Several parcels: each mail says which of them it is about, what is in it, and what follows."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from fulfillment.actions.dispatch import dispatch_parcel
from fulfillment.actions.pack import ParcelDraft, pack
from oms.accounts.models import SalesChannel
from oms.notifications.models import CustomerMessage
from oms.notifications.parcels import boxes_in_order
from shipping.actions.track import Scanned, record_tracking
from tests.flows.test_shelf_to_door import Floor
from tests.fulfillment.floor import lines
from tests.fulfillment.trade import put_on_the_map

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINES = [
    SimpleNamespace(id=sku, kind="goods", title=sku, sku=sku, quantity=units, cancelled=cancelled)
    for sku, units, cancelled in (("tea", 3, 1), ("mug", 1, 0))
]


def parcel(name: str, left: int | None, state: str = "in_transit") -> SimpleNamespace:
    """``left``: how many hours after noon."""
    at = None if left is None else NOON + timedelta(hours=left)
    return SimpleNamespace(
        id=name, state=state, account=SimpleNamespace(name="Own"), tracking_number=name, promised_at=None,
        handed_over_at=at, created_at=NOON,
    )  # fmt: skip


def told(shipments, **packed) -> dict[str, tuple]:
    found = boxes_in_order(shipments, {name: Counter(units) for name, units in packed.items()}, LINES)
    return {name: (box.position, box.total, box.contents, box.follows, box.last) for name, box in found.items()}


@pytest.mark.parametrize(
    ("shipments", "packed", "expected"),
    [
        ([parcel("A", 0, "delivered")], {"A": {"tea": 2, "mug": 1}},
         {"A": (1, 1, (("tea", 2), ("mug", 1)), (), True)}),
        ([parcel("A", 0)], {"A": {"tea": 2}}, {"A": (1, 0, (("tea", 2),), (("mug", 1),), False)}),
        # Numbered as they were made, whichever leaves first; one that is labelled still follows.
        ([parcel("B", 0), parcel("A", None, "labelled")], {"A": {"tea": 2}, "B": {"mug": 1}},
         {"A": (1, 2, (("tea", 2),), (("tea", 2),), False), "B": (2, 2, (("mug", 1),), (("tea", 2),), False)}),
        ([parcel("A", 0, "delivered"), parcel("B", 1)], {"A": {"tea": 2}, "B": {"mug": 1}},
         {"A": (1, 2, (("tea", 2),), (), False), "B": (2, 2, (("mug", 1),), (), False)}),
        # Made without the floor: nobody knows what is in it, so nothing is said about the rest.
        ([parcel("A", 0, "delivered")], {}, {"A": (1, 1, (), (), True)}),
    ],
    ids=["only one", "the first of some", "the second leaves first", "two under way", "contents unknown"],
)  # fmt: skip
def test_parcels_are_numbered_and_know_what_follows(shipments, packed, expected):
    assert told(shipments, **packed) == expected


@pytest.fixture
def floor(uow, catalog, drain, tenant) -> Floor:
    put_on_the_map()
    SalesChannel.objects.update(told_by="us")
    return Floor(catalog, drain, uow.now, tenant=tenant)


def subjects(kind: str) -> list[str]:
    return list(CustomerMessage.objects.filter(kind=kind).order_by("id").values_list("subject", flat=True))


def test_two_parcels_are_told_by_name_and_how_it_was_is_asked_when_both_are_there(floor):
    floor.sells(MUG_BLU=1, TEA=2)
    work = floor.releases()["Leeds"]
    floor.picks(work)
    floor.scans_all(work)
    found = lines(work)
    boxes = [
        ParcelDraft(sum(found[sku].item.weight_g * units for sku, units in box.items()),
                    contents={found[sku].id: units for sku, units in box.items()})
        for box in ({"MUG-BLU": 1}, {"TEA": 2})
    ]  # fmt: skip
    first, second = [floor.labels(each) for each in floor.does(pack, fulfillment_order_id=work.id, parcels=boxes)]

    floor.does(dispatch_parcel, parcel_id=first.id)
    shipped = CustomerMessage.objects.get(kind="shipped")
    assert shipped.subject == "Order #1001: parcel 1 of 2 is on its way"
    assert "In it: 1 × MUG_BLU." in shipped.letter["paragraphs"]
    assert "Still to come: 2 × TEA. We tell you when it leaves." in shipped.letter["paragraphs"]
    assert shipped.letter["rows"] == [["Tracking number", first.shipment.tracking_number]]

    # The carrier's first scan tells that the second has left, and in the same message that it is out already.
    at = floor.now
    record_tracking(scans=[
        Scanned(second.shipment_id, "1", "in_transit", at - timedelta(hours=3)),
        Scanned(second.shipment_id, "2", "out_for_delivery", at - timedelta(hours=2)),
    ])  # fmt: skip
    floor.settle()
    assert subjects("shipped")[1] == "Order #1001: parcel 2 of 2 is on its way"
    assert "Still to come" not in str(CustomerMessage.objects.filter(kind="shipped").latest("id").letter)
    assert subjects("out_for_delivery") == ["Order #1001: parcel 2 of 2 comes today"]

    record_tracking(scans=[Scanned(second.shipment_id, "3", "delivered", at - timedelta(hours=1))])
    floor.settle()
    delivered = CustomerMessage.objects.get(kind="delivered")
    assert "The rest of your order is still to come." in delivered.letter["paragraphs"]
    assert subjects("satisfaction") == []

    record_tracking(scans=[Scanned(first.shipment_id, "4", "delivered", at)])
    floor.settle()
    assert len(subjects("delivered")) == 2
    question = CustomerMessage.objects.get(kind="satisfaction")
    assert question.due_at == at + timedelta(hours=24)


def test_what_the_next_scan_has_overtaken_is_not_told_any_more(floor):
    floor.sells(TEA=1)
    work = floor.releases()["Leeds"]
    floor.picks(work)
    box = floor.labels(floor.packs(work))
    at = floor.now - timedelta(hours=4)
    record_tracking(scans=[
        Scanned(box.shipment_id, code, code, at + timedelta(hours=hour))
        for hour, code in enumerate(("in_transit", "out_for_delivery", "delivered"))
    ])  # fmt: skip
    floor.settle()
    assert (subjects("out_for_delivery"), subjects("delivered")) == ([], ["Order #1001 was delivered"])
