"""Labels: asked for once, bought with no transaction open, and never twice, whatever the carrier answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection
from django.test import Client

from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from oms.core.events import relay
from oms.core.models import AuditEntry, StoredFile
from oms.core.tenancy import in_unit, unit_of_work
from shipping.actions.buying import LEASE, claim_purchases, settle_purchase
from shipping.actions.create import ShipmentDraft, create_shipments
from shipping.actions.hand_over import hand_over
from shipping.actions.label import request_labels, void_label
from shipping.adapters.port import Box, CarrierRefused, CarrierUnknown
from shipping.errors import LabelUnderWay, NotCarried
from shipping.models import CarrierAccount, LabelPurchase, Shipment
from shipping.tasks import BUYER, ask_carrier, read_tracking
from tests.shipping.parcels import BOX, LEEDS, LONDON, PROCESS, SYDNEY, Obedient, signed

NO_ANSWER = CarrierUnknown("timeout", "It took too long.")
REFUSED = CarrierRefused("bad_address", "There is no such street. Correct it.")
SUBJECT = uuid7()


@pytest.fixture
def void(tenant):
    def give_up(shipment):
        with unit_of_work(tenant.id, PROCESS):
            return void_label(shipment_id=shipment.id, reason="Wrong box")

    return give_up


@pytest.fixture
def later(time_machine):
    """Let time pass."""
    return lambda wait: time_machine.move_to(datetime.now(UTC) + wait, tick=False)


def test_a_label_is_bought_with_its_files_and_told_once(account, ship, ask, work, reread, facts, tenant):
    shipment = ship(account, subject_kind="parcel", subject_id=SUBJECT, reference="1001")
    assert (shipment.state, str(shipment.quoted), shipment.currency) == ("draft", "6.90", "EUR")
    ask(shipment)
    work()
    work()
    bought = reread(shipment)
    assert (bought.state, bought.tracking_number[:2], bought.version) == ("labelled", "OD", 2)
    assert [name for name, _ in facts(shipment)] == ["label_bought"]
    told = facts(shipment)[0][1]
    assert (told["subject_kind"], told["subject_id"], told["tracking_number"]) == (
        "parcel", str(SUBJECT), bought.tracking_number,
    )  # fmt: skip
    with unit_of_work(tenant.id, PROCESS):
        pdf, zpl = StoredFile.objects.get(id=bought.label_pdf_id), StoredFile.objects.get(id=bought.label_zpl_id)
        assert AuditEntry.objects.filter(subject_id=SUBJECT, verb="shipments.label").count() == 1
    assert default_storage.open(pdf.path).read()[:5] == b"%PDF-"
    assert bought.tracking_number in default_storage.open(zpl.path).read().decode()
    assert pdf.path.startswith(f"tenants/{tenant.id}/labels/")


def test_the_carrier_is_asked_with_no_transaction_open(carrier, ship, ask, work, committed_db, tenant):
    seen = []
    carrier.kind.when_asked = lambda: seen.append((in_unit(), connection.in_atomic_block))
    ask(ship(carrier))
    work()
    assert seen == [(False, False)]


def test_the_relay_finds_what_is_owed(carrier, account, ship, ask, work, committed_db, tenant):
    due = relay._sources
    assert [relay._keys(due[name]) for name in ("labels", "tracking")] == [[], []]
    ask(ship(carrier))
    Client().post(account.path, "{}", content_type="application/json", headers=signed(account.secret, "{}"))
    assert [relay._keys(due[name]) for name in ("labels", "tracking")] == [[(tenant.id, 0)], [(tenant.id, 0)]]
    work()
    read_tracking(tenant_id=tenant.id)
    assert [relay._keys(due[name]) for name in ("labels", "tracking")] == [[], []]


def test_asking_twice_is_owing_one(carrier, ship, ask, work):
    shipment = ship(carrier)
    first = ask(shipment)
    assert [each.id for each in ask(shipment, shipment)] == [each.id for each in first]
    work()
    assert [each.id for each in ask(shipment)] == [each.id for each in first]
    work()
    assert len(carrier.asked) == 1


def test_a_refusal_is_told_and_can_be_tried_again_as_a_new_purchase(carrier, ship, ask, work, reread, facts):
    carrier.script[:] = [REFUSED]
    shipment = ship(carrier)
    [purchase] = ask(shipment)
    work()
    assert reread(purchase).state == "failed"
    assert reread(shipment).state == "draft"
    [(name, told)] = facts(shipment)
    assert (name, told["code"], told["sentence"]) == ("label_failed", "bad_address", REFUSED.sentence)
    work()
    assert len(carrier.asked) == 1, "a refusal is final until somebody asks again"
    ask(shipment)
    work()
    assert reread(shipment).state == "labelled"
    first, second = [key for _, key in carrier.asked]
    assert first != second


@pytest.mark.parametrize("answer", [NO_ANSWER, RuntimeError("a bug"), OSError("reset")])
def test_without_an_answer_it_is_asked_again_under_the_same_key(answer, carrier, ship, ask, work, reread, facts, later):
    carrier.script[:] = [answer, answer]
    shipment = ship(carrier)
    [purchase] = ask(shipment)
    work()
    assert reread(purchase).state == "unknown"
    assert reread(shipment).state == "draft"
    assert facts(shipment) == []
    work()
    assert len(carrier.asked) == 1, "not before it is due"
    for wait in (timedelta(seconds=6), timedelta(minutes=2)):
        later(wait)
        work()
    assert reread(shipment).state == "labelled"
    assert {key for _, key in carrier.asked} == {purchase.key}
    assert len(carrier.asked) == 3
    assert [name for name, _ in facts(shipment)] == ["label_bought"]


def test_it_is_never_given_up_while_a_label_may_exist(carrier, ship, ask, work, reread, later):
    carrier.script[:] = [NO_ANSWER] * 12
    [purchase] = ask(ship(carrier))
    for _ in range(12):
        work()
        later(timedelta(hours=2))
    assert (reread(purchase).state, reread(purchase).attempts) == ("unknown", 12)


def test_two_workers_do_not_take_the_same(carrier, ship, ask, tenant):
    ask(ship(carrier), ship(carrier))
    with unit_of_work(tenant.id, BUYER):
        assert len(claim_purchases()) == 2
    with unit_of_work(tenant.id, BUYER):
        assert claim_purchases() == []


def test_an_answer_that_comes_after_its_lease_counts_once(carrier, ship, ask, tenant, facts, later, reread):
    """A worker that hung, and the one that took over, both come back with the same label."""
    shipment = ship(carrier)
    ask(shipment)
    with unit_of_work(tenant.id, BUYER):
        [slow] = claim_purchases()
    later(LEASE + timedelta(seconds=1))
    with unit_of_work(tenant.id, BUYER):
        [quick] = claim_purchases()
    assert slow.key == quick.key
    for taken in (slow, quick, slow):
        answer = ask_carrier(tenant.id, taken)
        with unit_of_work(tenant.id, BUYER):
            settle_purchase(ask=taken, answer=answer)
    assert [name for name, _ in facts(shipment)] == ["label_bought"]
    with unit_of_work(tenant.id, PROCESS):
        assert StoredFile.objects.count() == 2


def test_a_batch_is_bought_and_one_refusal_stops_nobody(carrier, ship, ask, work, reread):
    shipments = [ship(carrier) for _ in range(3)]
    carrier.script[:] = [None, REFUSED, None]
    ask(*shipments)
    work()
    assert sorted(reread(each).state for each in shipments) == ["draft", "labelled", "labelled"]


def test_one_that_may_not_have_a_label_stops_the_whole_request(carrier, ship, ask, void, work, tenant):
    gone, fine = ship(carrier), ship(carrier)
    void(gone)
    with pytest.raises(NotAllowed, match=r"is void, so you cannot buy a label for it. Make a new shipment"):
        ask(fine, gone)
    with unit_of_work(tenant.id, PROCESS), pytest.raises(NotFound):
        request_labels(shipment_ids=[fine.id, uuid7()])
    with unit_of_work(tenant.id, PROCESS):
        assert LabelPurchase.objects.count() == 0


def test_without_a_label_it_is_void_at_once_and_what_was_owed_is_not_bought(carrier, ship, ask, void, work, facts):
    shipment = ship(carrier)
    ask(shipment)
    assert void(shipment).state == "voided"
    work()
    assert carrier.asked == []
    assert [name for name, _ in facts(shipment)] == ["voided"]
    void(shipment)
    assert len(facts(shipment)) == 1


def test_a_label_is_taken_back_by_its_carrier(carrier, labelled, void, work, reread, facts):
    shipment = labelled(carrier)
    assert void(shipment).state == "labelled"
    void(shipment)
    work()
    work()
    assert reread(shipment).state == "voided"
    assert [verb for verb, _ in carrier.asked] == ["buy", "void"]
    assert [name for name, _ in facts(shipment)] == ["label_bought", "voided"]


@pytest.mark.parametrize("answer", [False, CarrierRefused("too_late", "It is in the van.")])
def test_a_label_that_cannot_be_taken_back_stays(answer, carrier, labelled, void, work, reread, tenant):
    shipment = labelled(carrier)
    carrier.script[:] = [answer]
    void(shipment)
    work()
    assert reread(shipment).state == "labelled"
    with unit_of_work(tenant.id, PROCESS):
        purchase = LabelPurchase.objects.get()
        assert (purchase.state, purchase.error_code) == ("bought", "not_voided")
        hand_over(shipment_ids=[shipment.id])


def test_a_void_without_answer_is_asked_again(carrier, labelled, void, work, reread, later):
    shipment = labelled(carrier)
    carrier.script[:] = [NO_ANSWER]
    void(shipment)
    work()
    assert reread(shipment).state == "labelled"
    later(timedelta(seconds=6))
    work()
    assert reread(shipment).state == "voided"
    assert len({key for _, key in carrier.asked}) == 1


def test_nothing_is_voided_while_it_is_bought_and_nothing_handed_over_while_it_is_voided(
    carrier, ship, ask, labelled, void, tenant
):
    shipment = labelled(carrier)
    void(shipment)
    with unit_of_work(tenant.id, PROCESS), pytest.raises(NotAllowed, match="being given back"):
        hand_over(shipment_ids=[shipment.id])
    other = ship(carrier)
    ask(other)
    with unit_of_work(tenant.id, BUYER):
        claim_purchases()
    with pytest.raises(LabelUnderWay, match="Wait until it is there"):
        void(other)


def test_a_second_living_purchase_is_refused_by_the_table_itself(carrier, ship, ask, tenant):
    shipment = ship(carrier)
    ask(shipment)
    with pytest.raises(IntegrityError, match="one_living"), unit_of_work(tenant.id, PROCESS) as opened:
        LabelPurchase.objects.create(shipment=shipment, key=uuid7(), due_at=opened.now, created_at=opened.now)


def test_a_shipment_that_is_not_carried_is_refused_with_the_reason(account, ship, tenant):
    with pytest.raises(NotCarried, match=r"does not go to 2000 AU. Add a zone") as refused:
        ship(account, ship_to=SYDNEY)
    assert refused.value.data["reason"] == "not_served"
    with pytest.raises(NotCarried, match="The box weighs 31 kg"):
        ship(account, box=Box(31_000))
    with pytest.raises(Invalid, match=r"has no service “rocket”. Choose one of: standard, express"):
        ship(account, service="rocket")


def test_bad_drafts_are_all_named_and_none_is_made(account, tenant):
    good = ShipmentDraft(LEEDS, LONDON, BOX, account.id)
    drafts = [
        good,
        replace(good, box=Box(0)),
        replace(good, ship_to=replace(LONDON, country="")),
        replace(good, origin=replace(LEEDS, country="")),
    ]
    with unit_of_work(tenant.id, PROCESS), pytest.raises(Invalid) as refused:
        create_shipments(drafts=drafts)
    assert [each.field for each in refused.value.fields] == [
        "shipments.1.weight_g", "shipments.2.ship_to.country", "shipments.3.origin.country",
    ]  # fmt: skip
    with unit_of_work(tenant.id, PROCESS):
        assert Shipment.objects.count() == 0


def test_on_the_first_day_there_is_own_delivery_and_the_cheapest_service(tenant):
    draft = ShipmentDraft(LEEDS, LONDON, BOX)
    with unit_of_work(tenant.id, PROCESS):
        made = create_shipments(drafts=[draft, draft])
        assert [each.service for each in made] == ["standard", "standard"]
        assert [each.name for each in CarrierAccount.objects.all()] == ["Own delivery"]
        CarrierAccount.objects.update(active=False)
        with pytest.raises(Invalid, match="Every carrier account is switched off"):
            create_shipments(drafts=[draft])


def test_handing_over_twice_is_handing_over_once(account, labelled, ship, facts, reread, tenant):
    shipment, draft = labelled(account), ship(account)
    for _ in range(2):
        with unit_of_work(tenant.id, PROCESS):
            hand_over(shipment_ids=[shipment.id])
    assert reread(shipment).state == "handed_over"
    assert [(name, told.get("how")) for name, told in facts(shipment)][1:] == [("handed_over", "person")]
    with unit_of_work(tenant.id, PROCESS), pytest.raises(Conflict, match=r"has no label yet.*Buy its label first"):
        hand_over(shipment_ids=[shipment.id, draft.id])


def test_a_carrier_says_what_it_can_do():
    assert Obedient.capabilities() == ["quote", "buy", "void", "read_hook"]
