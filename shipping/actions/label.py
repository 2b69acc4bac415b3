"""Ask for labels and give them back. Both write work rows: the carrier is asked later, with no transaction open."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.events import nudge, publish
from oms.core.tenancy import unit
from shipping.actions.create import subjects_of
from shipping.errors import LabelUnderWay
from shipping.events import LabelVoided
from shipping.lifecycle import DRAFT, LABELLED, VOIDED, next_state
from shipping.locks import lock_living_purchases, lock_shipments
from shipping.models import LabelPurchase, Shipment


def request_labels(*, shipment_ids: Collection[UUID]) -> list[LabelPurchase]:
    """Owe each of these shipments a label; what has one, or is owed one already, is left as it is.

    The living purchase of each, by the ids of the shipments. After a refusal asking again is a new purchase.
    Raises `NotFound` or `NotAllowed` before anything is written.
    """
    shipments = lock_shipments(shipment_ids)
    living = lock_living_purchases([each.id for each in shipments])
    wanting = [each for each in shipments if each.id not in living]
    for shipment in wanting:
        next_state(shipment.state, "request_label")
    now = unit().now
    made = [LabelPurchase(id=uuid7(), shipment=each, key=uuid7(), due_at=now, created_at=now) for each in wanting]
    insert_rows(LabelPurchase, [
        {"id": each.id, "shipment_id": each.shipment_id, "state": each.state, "key": each.key, "attempts": 0,
         "due_at": now, "error_code": "", "error": "", "created_at": now}
        for each in made
    ])  # fmt: skip
    if made:
        transaction.on_commit(nudge.relay)
    living |= {each.shipment_id: each for each in made}
    return [living[each.id] for each in shipments]


def request_label(*, shipment_id: UUID) -> LabelPurchase:
    """The label of one shipment; see `request_labels`."""
    return request_labels(shipment_ids=[shipment_id])[0]


def void_labels(*, shipment_ids: Collection[UUID], reason: str) -> list[Shipment]:
    """Give these shipments up. One without a label is void at once; a label is taken back by its carrier first.

    A carrier that no longer takes it back leaves the shipment as it was, and its newest purchase says so. What
    is void already is left alone. Raises `NotFound`, `NotAllowed`, and `LabelUnderWay` while the label is bought.
    """
    shipments = lock_shipments(shipment_ids)
    living = lock_living_purchases([each.id for each in shipments])
    alive = [each for each in shipments if each.state != VOIDED and not _is_voiding(living.get(each.id))]
    for shipment in alive:
        next_state(shipment.state, "void")
        _refuse_under_way(living.get(shipment.id))
    _withdraw([living[each.id] for each in alive if each.id in living and each.state == DRAFT])
    _take_back([living[each.id] for each in alive if each.state == LABELLED])
    record([
        Change("shipments.void", f"Label given back: {reason}" if reason else "Label given back", subjects_of(each))
        for each in alive
    ])  # fmt: skip
    end_as_void([each for each in alive if each.state == DRAFT])
    return shipments


def void_label(*, shipment_id: UUID, reason: str = "") -> Shipment:
    """Give one shipment up; see `void_labels`."""
    return void_labels(shipment_ids=[shipment_id], reason=reason)[0]


def end_as_void(shipments: Sequence[Shipment]) -> None:
    """They are void from now on, and everybody hears of it. The caller holds their rows."""
    for shipment in shipments:
        shipment.state = next_state(shipment.state, "void")
        shipment.version += 1
    update_rows(Shipment, [{"id": each.id, "state": each.state, "version": each.version} for each in shipments])
    publish([
        LabelVoided(
            shipment_id=each.id, subject_kind=each.subject_kind, subject_id=each.subject_id,
            tracking_number=each.tracking_number,
        )
        for each in shipments
    ])  # fmt: skip


def _is_voiding(purchase: LabelPurchase | None) -> bool:
    return purchase is not None and purchase.state == LabelPurchase.VOIDING


def _refuse_under_way(purchase: LabelPurchase | None) -> None:
    if purchase is not None and purchase.state in (LabelPurchase.BUYING, LabelPurchase.UNKNOWN):
        raise LabelUnderWay(
            "The carrier is being asked for this label, and may have made it. Wait until it is there, then void it.",
            shipment_id=str(purchase.shipment_id),
        )


def _withdraw(purchases: Sequence[LabelPurchase]) -> None:
    """Nobody has asked the carrier yet."""
    rows = [{"id": each.id, "state": LabelPurchase.VOIDED, "voided_at": unit().now} for each in purchases]
    update_rows(LabelPurchase, rows)


def _take_back(purchases: Sequence[LabelPurchase]) -> None:
    rows = [{"id": each.id, "state": LabelPurchase.VOIDING, "due_at": unit().now, "attempts": 0} for each in purchases]
    update_rows(LabelPurchase, rows)
    if rows:
        transaction.on_commit(nudge.relay)
