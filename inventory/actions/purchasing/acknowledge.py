"""What a supplier says of an order before it is here: how many will come, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inventory.actions.purchasing import EDIT
from inventory.actions.purchasing.write import save, subjects
from inventory.events import PurchaseOrderAcknowledged
from inventory.locks import lock_purchase_order
from inventory.models import PurchaseOrder, PurchaseOrderLine
from inventory.queries import lines_of_purchase_order
from inventory.replenishing.drafts import note_problems
from inventory.replenishing.lifecycle import PURCHASE_ORDER
from inventory.stock.values import QUANTITY_MAX
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.errors import FieldError, Invalid
from oms.core.events import publish
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Of a line so many units will come in all, on a day of its own if it has one."""

    item_id: UUID
    quantity: int
    expected_on: date | None = None


def acknowledge_purchase_order(
    *, purchase_order_id: UUID, reference: str = "", expected_on: date | None = None, lines: Sequence[Confirmed] = ()
) -> PurchaseOrder:
    """Write down the supplier's answer; a later one replaces it, and lines it leaves out are taken as ordered.

    What is promised to customers stands on it from now on. Raises `NotFound`, `NotAllowed`, `Invalid`.
    """
    require(unit().actor, EDIT)
    found = lock_purchase_order(purchase_order_id)
    found.state = PURCHASE_ORDER.next_state(found.state, "acknowledge")
    ordered = {each.item_id: each for each in lines_of_purchase_order(found.id)}
    _check(found, lines, ordered, reference, expected_on)
    answers = {each.item_id: each for each in lines}
    update_rows(
        PurchaseOrderLine,
        [
            {
                "id": line.id, "confirmed": answer.quantity if answer else None,
                "expected_on": answer.expected_on if answer else None,
            }
            for item_id, line in ordered.items()
            for answer in [answers.get(item_id)]
        ],
        set_sql="confirmed = r.confirmed, expected_on = r.expected_on",
    )  # fmt: skip
    found.reference, found.acknowledged_at = reference.strip(), unit().now
    found.expected_on = expected_on or found.expected_on
    save(found, "reference", "acknowledged_at", "expected_on")
    short = sum(max(0, ordered[each.item_id].quantity - each.quantity) for each in lines)
    sentence = f"Purchase order PO{found.number} acknowledged, expected on {found.expected_on.isoformat()}"
    record([Change(EDIT, sentence + (f": {short:,} units will not come" if short else ""), subjects(found))])
    publish([PurchaseOrderAcknowledged(found.id, found.number, found.expected_on.isoformat(), short)])
    return found


def _check(
    order: PurchaseOrder,
    lines: Sequence[Confirmed],
    ordered: Mapping[UUID, PurchaseOrderLine],
    reference: str,
    expected_on: date | None,
) -> None:
    today = unit().now.date()
    problems = note_problems(reference, "reference")
    if expected_on is not None and expected_on < today:
        problems.append(FieldError("expected_on", "past", "Give a day that is still to come."))
    seen: set[UUID] = set()
    for position, each in enumerate(lines):
        where, line = f"lines.{position}", ordered.get(each.item_id)
        if line is None or each.item_id in seen:
            message = "This item is not on the order." if line is None else "This item is in two lines. Name it once."
            problems.append(FieldError(f"{where}.item_id", "not_on_order" if line is None else "twice", message))
        elif not line.received <= each.quantity <= QUANTITY_MAX:
            message = f"Give a number of at least {line.received:,}, as many have come already."
            problems.append(FieldError(f"{where}.quantity", "out_of_range", message))
        if each.expected_on is not None and each.expected_on < today:
            problems.append(FieldError(f"{where}.expected_on", "past", "Give a day that is still to come."))
        seen.add(each.item_id)
    if problems:
        raise Invalid("The answer was not saved: some fields need attention.", fields=problems)
