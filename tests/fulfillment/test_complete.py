"""Much work at once leaves behind what the floor leaves scan by scan."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.complete import complete_works, pack_works, pick_works, start_works
from fulfillment.actions.dispatch import dispatch_parcels
from fulfillment.actions.label import request_labels
from fulfillment.actions.pack import ParcelDraft, pack
from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from fulfillment.floor.queries import lines_of_work
from fulfillment.models import FulfillmentLine, FulfillmentOrder, Parcel, ParcelContent, Scan
from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.errors import NotFound
from oms.core.files import signed_link
from oms.core.models import AuditEntry, Fact, StoredFile
from oms.core.tenancy import unit_of_work
from orders.actions.hold import hold_order
from orders.models import Order, OrderLine
from shipping.actions.booking import book_due_labels
from shipping.actions.buying import claim_purchases, settle_purchase
from shipping.models import LabelPurchase, Shipment
from shipping.tasks import ask_carrier
from tests.fulfillment.floor import scan
from tests.fulfillment.trade import place

WANTS = ({"MUG-BLU": 2, "TEA": 3}, {"TEA": 1}, {"MUG-RED": 4, "MUG-BLU": 1})
DIFFER = ("id", "number", "order_id", "fulfillment_order_id", "fulfillment_line_id", "order_line_id", "at")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


def released_works() -> list[FulfillmentOrder]:
    ids = place(*WANTS)
    allocate_orders(order_ids=ids, trigger="cleared")
    answers = release_orders(order_ids=ids)
    return [FulfillmentOrder.objects.get(id=work) for order_id in ids for work in answers[order_id]]


def by_hand(works: list[FulfillmentOrder]) -> None:
    for work in works:
        start_picking(fulfillment_order_id=work.id)
        for _stage in ("pick", "pack"):
            for line in lines_of_work([work.id])[work.id]:
                for _ in range(line.quantity):
                    scan(work, line.item.sku, scan_id=uuid7())
        grams = sum(line.item.weight_g * line.quantity for line in lines_of_work([work.id])[work.id])
        pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(grams + 120)])


def left_behind(works: list[FulfillmentOrder]) -> list:
    """Everything the floor wrote about each piece of work, without the ids and numbers that must differ."""
    told = []
    for work in works:
        kinds = {"fulfillment_order_id": work.id}
        sku_of = {line.id: line.item.sku for line in lines_of_work([work.id])[work.id]}
        told.append({
            "work": _plain(FulfillmentOrder.objects.filter(id=work.id)),
            "lines": _plain(FulfillmentLine.objects.filter(**kinds).order_by("item__sku"), "reservation_id"),
            "parcels": _plain(Parcel.objects.filter(**kinds)),
            "contents": sorted(
                (sku_of[line], units)
                for line, units in ParcelContent.objects.filter(parcel__fulfillment_order_id=work.id).values_list(
                    "fulfillment_line_id", "quantity"
                )
            ),
            "scans": [
                (s.kind, s.code, s.verdict, s.counted, s.typed, s.person_label, {**s.answer, "line_id": ""},
                 s.answer["line_id"] == str(s.fulfillment_line_id))
                for s in Scan.objects.filter(**kinds).order_by("id")
            ],
            "audit": [
                (a.verb, a.sentence.replace(f"F{work.number}", "F1"), a.actor_label)
                for a in AuditEntry.objects.filter(subject_id=work.id).order_by("id")
            ],
            "facts": [
                (f.name, f.sequence, {k: v for k, v in f.payload.items() if not k.endswith("_id") and k != "number"})
                for f in Fact.objects.filter(tenant_id=work.tenant_id, aggregate_id=work.id).order_by("sequence")
            ],
            "order": Order.objects.values_list("state", "fulfillment_state", "next_step", "version").get(
                id=work.order_id
            ),
            "order_lines": list(
                OrderLine.objects.filter(order_id=work.order_id)
                .order_by("position")
                .values_list("sku", "in_work", "shipped", "cancelled")
            ),
        })  # fmt: skip
    return told


def _plain(rows, *more: str) -> list[dict]:
    return [{name: value for name, value in row.items() if name not in (*DIFFER, *more)} for row in rows.values()]


@pytest.mark.usefixtures("catalog")
def test_at_once_leaves_what_one_by_one_leaves(uow):
    one, many = released_works(), released_works()
    by_hand(one)
    answers = complete_works(fulfillment_order_ids=[work.id for work in many])
    assert set(answers.values()) == {None}
    first, second = left_behind(one), left_behind(many)
    assert len(first[0]["scans"]) == 10
    assert second == first
    assert prove_stock().holds


@pytest.mark.usefixtures("catalog")
def test_what_cannot_go_on_is_told_and_the_rest_is_done(uow, tenant):
    held, taken, good = released_works()
    hold_order(order_id=held.order_id, kind="address", reason="Ask the customer")
    with unit_of_work(tenant.id, system("somebody else")):
        start_picking(fulfillment_order_id=taken.id)
    unknown = uuid7()
    answers = complete_works(fulfillment_order_ids=[held.id, taken.id, good.id, unknown])
    assert "on hold" in answers[held.id].message
    assert "somebody else picks this" in answers[taken.id].message
    assert answers[good.id] is None
    assert isinstance(answers[unknown], NotFound)
    states = dict(FulfillmentOrder.objects.values_list("id", "state"))
    assert (states[held.id], states[taken.id], states[good.id]) == ("released", "picking", "packed")


@pytest.mark.usefixtures("catalog")
def test_its_statements_do_not_grow_with_the_work(uow, django_assert_max_num_queries):
    works = [work.id for work in (*released_works(), *released_works())]
    with django_assert_max_num_queries(70):
        answers = complete_works(fulfillment_order_ids=works)
    assert answers == dict.fromkeys(works)


@pytest.mark.usefixtures("catalog")
def test_units_packed_without_a_scan_are_recorded(uow):
    works = [work.id for work in released_works()]
    start_works(fulfillment_order_ids=works)
    pick_works(fulfillment_order_ids=works)
    pack_works(fulfillment_order_ids=works, scanned=False)
    assert set(Parcel.objects.values_list("verified", flat=True)) == {False}
    assert AuditEntry.objects.filter(subject_id=works[0], sentence__contains="5 units without a scan").count() == 1


@pytest.mark.usefixtures("catalog")
def test_labels_booked_at_once_are_those_bought_one_by_one(uow, tenant):
    one, many = released_works(), released_works()
    complete_works(fulfillment_order_ids=[work.id for work in (*one, *many)])
    bought = _labels(one)
    with unit_of_work(tenant.id, system("labels")):
        for ask in claim_purchases():
            settle_purchase(ask=ask, answer=ask_carrier(tenant.id, ask))
    booked = _labels(many)
    with unit_of_work(tenant.id, system("labels")):
        assert book_due_labels() == 3
        assert book_due_labels() == 0
    assert _told(booked, many) == _told(bought, one)
    parcels = list(Parcel.objects.values_list("id", flat=True))
    assert set(dispatch_parcels(parcel_ids=parcels).values()) == {None}
    assert prove_stock().holds


@pytest.mark.usefixtures("catalog")
def test_a_booked_label_is_printed_when_it_is_first_opened(uow, tenant):
    works = released_works()[:1]
    complete_works(fulfillment_order_ids=[works[0].id])
    [shipment_id] = _labels(works)
    book_due_labels()
    shipment = Shipment.objects.get(id=shipment_id)
    pdf, zpl = StoredFile.objects.get(id=shipment.label_pdf_id), StoredFile.objects.get(id=shipment.label_zpl_id)
    assert (pdf.size, default_storage.exists(pdf.path)) == (0, False)
    first = b"".join(Client().get(signed_link(pdf.id)).streaming_content)
    assert first.startswith(b"%PDF-")
    pdf.refresh_from_db()
    assert pdf.size == len(first) == default_storage.size(pdf.path)
    assert shipment.tracking_number.encode() in b"".join(Client().get(signed_link(zpl.id)).streaming_content)


def _labels(works: list[FulfillmentOrder]) -> list:
    parcels = list(
        Parcel.objects.filter(fulfillment_order_id__in=[work.id for work in works])
        .order_by("fulfillment_order_id")
        .values_list("id", flat=True)
    )
    answers = request_labels(parcel_ids=parcels)
    return [answers[each].id for each in parcels]


def _told(shipment_ids: list, works: list[FulfillmentOrder]) -> list:
    told = []
    for shipment_id, work in zip(shipment_ids, works, strict=True):
        shipment = Shipment.objects.get(id=shipment_id)
        number = shipment.tracking_number
        purchase = LabelPurchase.objects.get(shipment=shipment)
        files = StoredFile.objects.filter(id__in=[shipment.label_pdf_id, shipment.label_zpl_id])
        told.append((
            _plain(Shipment.objects.filter(id=shipment_id), "tracking_number", "subject_id", "reference",
                   "label_pdf_id", "label_zpl_id", "labelled_at", "created_at"),
            (purchase.state, purchase.attempts, purchase.error),
            sorted((each.name.replace(number, ""), each.content_type) for each in files),
            [(f.name, f.sequence) for f in Fact.objects.filter(tenant_id=work.tenant_id, aggregate_id=shipment_id)],
            [(a.verb, a.sentence.replace(number, "")) for a in
             AuditEntry.objects.filter(subject_id=shipment_id).order_by("id")],
        ))  # fmt: skip
    return told
