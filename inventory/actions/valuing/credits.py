"""Take the end of a wait for a credit note into account."""

from collections import defaultdict
from decimal import Decimal
from uuid import UUID

from inventory.actions.valuing.bills import ORDER
from inventory.actions.valuing.writing import Entered, decided_by
from inventory.billing.returning import CREDITED, NEVER_BILLED
from inventory.models import ReceivedNotBilled, SupplierReturnLine, ValuationState, ValueEvent, ValuePosting
from inventory.valuing.accounts import CREDIT_AWAITED
from inventory.valuing.billed import Open
from inventory.valuing.credited import credit, never_billed, write_off
from oms.core.money import split

CAUSE = "supplier_return"


def end_of_return(event: ValueEvent, state: ValuationState, currency: str) -> list[Entered]:
    """Item by item: a credit is shared out by what they were worth when they left."""
    given = event.payload
    return_id, how = UUID(given["return_id"]), given["how"]
    awaited = _awaited(return_id)
    if how == NEVER_BILLED:
        return _never_billed(event, UUID(given["purchase_order_id"]), return_id, awaited, currency)
    if how == CREDITED:
        parts = split(Decimal(given["amount"]), list(awaited.values()), currency)
        found = {item: credit(worth, part) for (item, worth), part in zip(awaited.items(), parts, strict=True)}
    else:
        found = {item: write_off(worth) for item, worth in awaited.items()}
    return [decided_by(event, item, each, cause_kind=CAUSE, cause_id=return_id) for item, each in found.items()]


def _awaited(return_id: UUID) -> dict[UUID, Decimal]:
    """Item → what is awaited for it."""
    sums: dict[UUID, Decimal] = defaultdict(Decimal)
    for each in ValuePosting.objects.filter(cause_id=return_id).order_by("id"):
        sums[each.item_id] += ((each.debit == CREDIT_AWAITED) - (each.credit == CREDIT_AWAITED)) * each.amount
    return dict(sorted(sums.items()))


def _never_billed(
    event: ValueEvent, order_id: UUID, return_id: UUID, awaited: dict[UUID, Decimal], currency: str
) -> list[Entered]:
    units: dict[UUID, int] = defaultdict(int)
    for each in SupplierReturnLine.objects.filter(supplier_return_id=return_id):
        units[each.item_id] += each.units
    waiting = {
        each.item_id: Open(each.open_units, each.open_value)
        for each in ReceivedNotBilled.objects.filter(purchase_order_id=order_id, item__in=units)
    }
    found = []
    for item, worth in awaited.items():
        first, *rest = never_billed(worth, units[item], waiting.get(item, Open()), currency) or [None]
        # What clears the order is of the order, so that it waits for its bill no more; both end what is awaited.
        found += [decided_by(event, item, [first], cause_kind=ORDER, cause_id=order_id)] if first else []
        found += [decided_by(event, item, rest, cause_kind=CAUSE, cause_id=return_id)] if rest else []
    return found
