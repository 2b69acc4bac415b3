"""What inventory does when it hears of something."""

from collections.abc import Sequence

from inventory.actions.alerts import note_alerts
from inventory.actions.billing.matching import match_waiting
from inventory.actions.counts.calling import call_counts, resolve_tasks
from inventory.actions.counts.finishing import count_again
from inventory.events import (
    CountWanted,
    PurchaseOrderReceived,
    ReservationLost,
    StockAdjusted,
    StockLeft,
    StockRanOut,
    StockReceived,
    StockRose,
    StockStateChanged,
)
from oms.accounts.events import ApprovalDecided
from oms.core.events import Envelope, subscribe


@subscribe("inventory.count_tasks", CountWanted, StockAdjusted, label="Stock book")
def count_tasks(envelopes: Sequence[Envelope]) -> None:
    """The last word about a shelf holds: counted ends its task, unexplained units call for one."""
    called, counted = {}, set()
    for fact in (envelope.fact for envelope in envelopes):
        shelf = (fact.item_id, fact.location_id)
        if isinstance(fact, CountWanted):
            called[shelf] = fact.why
        elif fact.reason == "count":
            counted.add(shelf)
            called.pop(shelf, None)
        elif fact.unexplained:
            called[shelf] = "unexplained"
    if counted:
        resolve_tasks(shelves=counted)
    call_counts(wanted=called)


@subscribe(
    "inventory.alerts", StockRanOut, StockRose, StockReceived, StockAdjusted, StockStateChanged, ReservationLost,
    StockLeft,
    label="Stock book",
)  # fmt: skip
def alerts(envelopes: Sequence[Envelope]) -> None:
    note_alerts(item_ids={envelope.fact.item_id for envelope in envelopes})


@subscribe("inventory.declined", ApprovalDecided, label="Stock book")
def declined(envelopes: Sequence[Envelope]) -> None:
    facts = [envelope.fact for envelope in envelopes]
    count_again(approval_ids={fact.approval_id for fact in facts if not fact.approved})


@subscribe("inventory.waiting_bills", PurchaseOrderReceived, label="Supplier bills")
def waiting_bills(envelopes: Sequence[Envelope]) -> None:
    match_waiting(purchase_order_ids={envelope.fact.purchase_order_id for envelope in envelopes})
