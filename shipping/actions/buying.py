"""The two halves of asking a carrier for a label: claim what is due under a lease, and write down what came of it.

Between them the carrier is asked with no transaction open. A worker that dies leaves the purchase `buying`;
when its lease runs out it is asked for again under the same key, so there is one label however often it is asked.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from oms.core.addresses import Address
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.events import publish
from oms.core.files import note_file
from oms.core.models import Tenant
from oms.core.tenancy import unit
from shipping.actions.create import subjects_of
from shipping.actions.label import end_as_void
from shipping.adapters.port import CarrierRefused, CarrierUnknown, Label, LabelRequest, Terms
from shipping.events import LabelBought, LabelFailed
from shipping.lifecycle import LABELLED, next_state
from shipping.locks import lock_due_purchases, lock_purchase, lock_shipments
from shipping.models import LabelPurchase, Shipment
from shipping.terms import box_of, terms_of

BATCH = 10
# What one answer may take; the lease is longer than a whole batch of them.
ANSWER_SECONDS = 20
LEASE = timedelta(seconds=BATCH * ANSWER_SECONDS + 30)
WAITS = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=1))


@dataclass(frozen=True)
class Ask:
    """All that is needed to ask the carrier, outside any transaction. ``voids`` names the label to take back."""

    purchase_id: UUID
    shipment_id: UUID
    attempt: int
    key: UUID
    carrier: str
    terms: Terms
    request: LabelRequest
    voids: str = ""


@dataclass(frozen=True)
class Kept:
    """A label, and where its files have been put."""

    label: Label
    pdf_path: str
    zpl_path: str


Answer = Kept | CarrierRefused | CarrierUnknown | bool


def claim_purchases(*, limit: int = BATCH) -> list[Ask]:
    """Take what is due. Whoever dies with it in hand leaves it to fall due again when the lease runs out."""
    now, tenant = unit().now, Tenant.objects.get(id=unit().tenant_id)
    purchases = lock_due_purchases(now, limit)
    for each in purchases:
        each.attempts += 1
        each.state = each.state if each.state == LabelPurchase.VOIDING else LabelPurchase.BUYING
    update_rows(
        LabelPurchase,
        [{"id": each.id, "state": each.state, "attempts": each.attempts, "due_at": now + LEASE} for each in purchases],
    )
    return [ask_of(each, tenant) for each in purchases]


def settle_purchase(*, ask: Ask, answer: Answer) -> None:
    """Write down what the carrier said. An answer that comes after its lease, when another was taken, is dropped."""
    (shipment,) = lock_shipments([ask.shipment_id])
    purchase = lock_purchase(ask.purchase_id)
    if purchase.attempts != ask.attempt or purchase.state not in (LabelPurchase.BUYING, LabelPurchase.VOIDING):
        return
    if isinstance(answer, CarrierUnknown):
        _ask_again(purchase, answer)
    elif purchase.state == LabelPurchase.VOIDING:
        _voided(shipment, purchase) if answer is True else _kept(shipment, purchase, answer)
    elif isinstance(answer, CarrierRefused):
        _failed(shipment, purchase, answer)
    else:
        _bought(shipment, purchase, answer)


def ask_of(purchase: LabelPurchase, tenant: Tenant) -> Ask:
    """The question, as it was when the label was first wanted. ``purchase`` has its shipment and account loaded."""
    shipment = purchase.shipment
    request = LabelRequest(
        origin=Address.from_json(shipment.origin), ship_to=Address.from_json(shipment.ship_to), box=box_of(shipment),
        at=purchase.created_at, service=shipment.service, reference=shipment.reference,
    )  # fmt: skip
    voids = shipment.tracking_number if purchase.state == LabelPurchase.VOIDING else ""
    terms = terms_of(shipment.account, tenant)
    return Ask(
        purchase.id, shipment.id, purchase.attempts, purchase.key, shipment.account.carrier, terms, request, voids
    )


def _bought(shipment: Shipment, purchase: LabelPurchase, kept: Kept) -> None:
    now, label = unit().now, kept.label
    name = f"label-{label.tracking_number}"
    pdf = note_file(path=kept.pdf_path, name=f"{name}.pdf", content=label.pdf, content_type="application/pdf")
    zpl = note_file(
        path=kept.zpl_path, name=f"{name}.zpl", content=label.zpl.encode(), content_type="text/plain; charset=utf-8"
    )
    purchase.state, purchase.bought_at, purchase.error_code, purchase.error = LabelPurchase.BOUGHT, now, "", ""
    purchase.save(update_fields=["state", "bought_at", "error_code", "error"])
    shipment.state = next_state(shipment.state, "label")
    shipment.tracking_number, shipment.labelled_at = label.tracking_number, now
    shipment.quoted, shipment.currency, shipment.promised_at = label.amount, label.currency, label.promised_at
    shipment.label_pdf_id, shipment.label_zpl_id = pdf.id, zpl.id
    shipment.version += 1
    shipment.save()
    record([Change("shipments.label", f"Label {label.tracking_number} bought", subjects_of(shipment))])
    publish([
        LabelBought(
            shipment_id=shipment.id, subject_kind=shipment.subject_kind, subject_id=shipment.subject_id,
            tracking_number=label.tracking_number, carrier=shipment.account.carrier, service=shipment.service,
        )
    ])  # fmt: skip


def _failed(shipment: Shipment, purchase: LabelPurchase, refusal: CarrierRefused) -> None:
    purchase.state, purchase.error_code, purchase.error = LabelPurchase.FAILED, refusal.code, refusal.sentence
    purchase.save(update_fields=["state", "error_code", "error"])
    record([Change("shipments.label", f"No label: {refusal.sentence}", subjects_of(shipment))])
    publish([
        LabelFailed(
            shipment_id=shipment.id, subject_kind=shipment.subject_kind, subject_id=shipment.subject_id,
            code=refusal.code, sentence=refusal.sentence,
        )
    ])  # fmt: skip


def _ask_again(purchase: LabelPurchase, unknown: CarrierUnknown) -> None:
    """Nobody knows whether there is a label, so nobody may give up: it is asked for until there is an answer."""
    if purchase.state != LabelPurchase.VOIDING:
        purchase.state = LabelPurchase.UNKNOWN
    purchase.error_code, purchase.error = unknown.code, unknown.sentence
    purchase.due_at = unit().now + WAITS[min(purchase.attempts, len(WAITS)) - 1]
    purchase.save(update_fields=["state", "error_code", "error", "due_at"])


def _voided(shipment: Shipment, purchase: LabelPurchase) -> None:
    purchase.state, purchase.voided_at = LabelPurchase.VOIDED, unit().now
    purchase.save(update_fields=["state", "voided_at"])
    record([Change("shipments.void", f"Label {shipment.tracking_number} is void", subjects_of(shipment))])
    if shipment.state == LABELLED:
        end_as_void([shipment])


def _kept(shipment: Shipment, purchase: LabelPurchase, answer: CarrierRefused | bool) -> None:
    """Too late: the label stays what it was."""
    sentence = answer.sentence if isinstance(answer, CarrierRefused) else "The carrier no longer takes it back."
    purchase.state, purchase.error_code, purchase.error = LabelPurchase.BOUGHT, "not_voided", sentence
    purchase.save(update_fields=["state", "error_code", "error"])
    words = f"Label {shipment.tracking_number} could not be voided: {sentence}"
    record([Change("shipments.void", words, subjects_of(shipment))])
