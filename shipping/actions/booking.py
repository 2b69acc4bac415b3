"""Labels of carriers that need to ask nobody: bought for many shipments at once, inside the transaction.

What `buying` does one by one with the transaction closed, this does in a dozen statements. The labels' files
are not made here but printed when somebody first opens one (`print_label`), so that a label costs no PDF.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath
from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.events import publish
from oms.core.files import note_unmade, tenant_path
from oms.core.models import StoredFile, Tenant
from oms.core.tenancy import unit
from shipping.actions.buying import Ask, ask_of
from shipping.actions.create import subjects_of
from shipping.adapters.port import CarrierRefused, Label
from shipping.adapters.registry import CARRIERS, carrier
from shipping.events import LabelBought, LabelFailed
from shipping.lifecycle import next_state
from shipping.locks import lock_due_purchases, lock_shipments
from shipping.models import LabelPurchase, Shipment

BATCH = 1_000
FORMS = {"pdf": "application/pdf", "zpl": "text/plain; charset=utf-8"}


def book_due_labels(*, limit: int = BATCH) -> int:
    """Buy the labels that are due from carriers that ask nobody; returns how many were looked at.

    Call again while it returns ``limit``. Labels to be taken back, and other carriers', are left to the worker.
    """
    due = [
        each for each in lock_due_purchases(unit().now, limit)
        if each.state == LabelPurchase.DUE and CARRIERS[each.shipment.account.carrier].books()
    ]  # fmt: skip
    if not due:
        return 0
    tenant = Tenant.objects.get(id=unit().tenant_id)
    shipments = {each.id: each for each in lock_shipments([each.shipment_id for each in due])}
    bought, refused = [], []
    for purchase in due:
        answer = _booked(ask_of(purchase, tenant))
        (refused if isinstance(answer, CarrierRefused) else bought).append((purchase, answer))
    _settle_bought([(purchase, shipments[purchase.shipment_id], label) for purchase, label in bought])
    _settle_refused([(purchase, shipments[purchase.shipment_id], answer) for purchase, answer in refused])
    return len(due)


def print_label(file: StoredFile) -> bytes:
    """The content of a booked label's file: the same whenever it is made. Takes the file's unit of work."""
    path = PurePosixPath(file.path)
    purchase = LabelPurchase.objects.select_related("shipment__account").get(key=UUID(path.stem))
    ask = ask_of(purchase, Tenant.objects.get(id=unit().tenant_id))
    return carrier(ask.carrier, ask.terms).print(ask.request, ask.key, path.suffix.removeprefix("."))


def _booked(ask: Ask) -> Label | CarrierRefused:
    try:
        return carrier(ask.carrier, ask.terms).book(ask.request, ask.key)
    except CarrierRefused as refusal:
        return refusal


def _settle_bought(bought: Sequence[tuple[LabelPurchase, Shipment, Label]]) -> None:
    now = unit().now
    files = _files(bought)
    update_rows(LabelPurchase, [
        {"id": purchase.id, "state": LabelPurchase.BOUGHT, "attempts": purchase.attempts + 1, "bought_at": now,
         "error_code": "", "error": ""}
        for purchase, _, _ in bought
    ])  # fmt: skip
    update_rows(Shipment, [
        {"id": shipment.id, "state": next_state(shipment.state, "label"), "tracking_number": label.tracking_number,
         "labelled_at": now, "quoted": label.amount, "currency": label.currency, "promised_at": label.promised_at,
         "label_pdf_id": files[purchase.key, "pdf"], "label_zpl_id": files[purchase.key, "zpl"],
         "version": shipment.version + 1}
        for purchase, shipment, label in bought
    ])  # fmt: skip
    record([
        Change("shipments.label", f"Label {label.tracking_number} bought", subjects_of(shipment))
        for _, shipment, label in bought
    ])  # fmt: skip
    publish([
        LabelBought(
            shipment_id=shipment.id, subject_kind=shipment.subject_kind, subject_id=shipment.subject_id,
            tracking_number=label.tracking_number, carrier=shipment.account.carrier, service=shipment.service,
        )
        for _, shipment, label in bought
    ])  # fmt: skip


def _files(bought: Sequence[tuple[LabelPurchase, Shipment, Label]]) -> dict[tuple[UUID, str], UUID]:
    paths = {
        (purchase.key, form): (
            tenant_path(unit().tenant_id, f"labels/{purchase.key}.{form}"), f"label-{label.tracking_number}.{form}",
        )
        for purchase, _, label in bought
        for form in FORMS
    }  # fmt: skip
    ids = note_unmade(paths={path: (name, FORMS[form]) for (_, form), (path, name) in paths.items()})
    return {key: ids[path] for key, (path, _) in paths.items()}


def _settle_refused(refused: Sequence[tuple[LabelPurchase, Shipment, CarrierRefused]]) -> None:
    update_rows(LabelPurchase, [
        {"id": purchase.id, "state": LabelPurchase.FAILED, "attempts": purchase.attempts + 1,
         "error_code": answer.code, "error": answer.sentence}
        for purchase, _, answer in refused
    ])  # fmt: skip
    record([
        Change("shipments.label", f"No label: {answer.sentence}", subjects_of(shipment))
        for _, shipment, answer in refused
    ])  # fmt: skip
    publish([
        LabelFailed(
            shipment_id=shipment.id, subject_kind=shipment.subject_kind, subject_id=shipment.subject_id,
            code=answer.code, sentence=answer.sentence,
        )
        for _, shipment, answer in refused
    ])  # fmt: skip
