"""Send goods back to a supplier, or take that back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory import book
from inventory.actions.purchasing import EDIT
from inventory.actions.supplier_returns import CAUSE
from inventory.billing.returning import SUPPLIER_RETURN
from inventory.events import StockRose, StockStateChanged
from inventory.locks import lock_accounts, lock_supplier, lock_supplier_return
from inventory.models import (
    SELLABLE,
    STATES,
    Item,
    Movement,
    PurchaseOrder,
    Supplier,
    SupplierReturn,
    SupplierReturnLine,
)
from inventory.queries import visible_locations, visible_purchase_orders
from inventory.replenishing.drafts import line_problems, note_problems
from inventory.stock.values import Account
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.db.sequences import take_numbers
from oms.core.errors import Conflict, FieldError, Invalid
from oms.core.events import publish
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class SentBack:
    """Units of an item, and the state of the shelf they leave."""

    item_id: UUID
    quantity: int
    state: str = SELLABLE


class NotThere(Conflict):
    """The shelf has fewer units than were to go back, or has promised them."""

    code = "not_enough_stock"
    title = "There are not that many"


def send_back(
    *,
    return_id: UUID,
    supplier_id: UUID,
    location_id: UUID,
    lines: Sequence[SentBack],
    purchase_order_id: UUID | None = None,
    note: str = "",
    mail: bool = False,
) -> SupplierReturn:
    """Book that goods have left for their supplier; their credit note is awaited from now on.

    ``return_id`` is the caller's own: one that is booked already changes nothing. With ``mail`` the supplier is asked
    for the note at once. Only units that are promised to nobody go back. Raises `Invalid` and `NotThere`.
    """
    require(unit().actor, EDIT, location_id=location_id)
    if Supplier.objects.filter(id=supplier_id).exists():
        # Whoever sends the same return again waits here.
        lock_supplier(supplier_id)
    before = SupplierReturn.objects.filter(id=return_id).first()
    if before is not None:
        return before
    supplier = _checked(supplier_id, location_id, purchase_order_id, lines, note, mail=mail)
    units: dict[tuple[UUID, str], int] = defaultdict(int)
    for each in lines:
        units[each.item_id, each.state] += each.quantity
    _take({(item, location_id, state): count for (item, state), count in units.items()})
    found = SupplierReturn(
        id=return_id, number=take_numbers("supplier_return", 1)[0], supplier=supplier, location_id=location_id,
        purchase_order_id=purchase_order_id, note=note.strip(), person_label=unit().actor.label, sent_at=unit().now,
        mail_due_at=unit().now if mail else None,
    )  # fmt: skip
    found.save(force_insert=True)
    insert_rows(
        SupplierReturnLine,
        [
            {"id": uuid7(), "supplier_return_id": found.id, "item_id": item, "state": state, "units": count}
            for (item, state), count in units.items()
        ],
    )
    entries = [book.Entry(item, count, state, "supplier", location_id) for (item, state), count in units.items()]
    book.enter(entries, cause_kind=CAUSE, cause_id=found.id, reason=f"SR{found.number}")
    _tell(
        found,
        f"SR{found.number}: {sum(units.values()):,} units sent back to {supplier.name}",
        {item for item, _ in units},
    )
    publish([StockStateChanged(item, location_id, state, "supplier", count) for (item, state), count in units.items()])
    return found


def cancel_supplier_return(*, return_id: UUID, note: str) -> SupplierReturn:
    """They never left, or came back: they lie where they lay before. Raises `NotFound`, `NotAllowed`, `Invalid`."""
    found = lock_supplier_return(return_id)
    require(unit().actor, EDIT, location_id=found.location_id)
    found.state = SUPPLIER_RETURN.next_state(found.state, "cancel")
    if problems := note_problems(note) or ([] if note.strip() else [FieldError("note", "required", "Say why.")]):
        raise Invalid("Nothing was changed.", fields=problems)
    taken = list(Movement.objects.filter(cause_id=found.id, reverses=None).order_by("id"))
    accounts: dict[Account, int] = defaultdict(int)
    for each in taken:
        accounts[each.item_id, each.from_location_id, each.from_state] += each.quantity
    balances = lock_accounts(accounts)
    book.change_balances({balances[account].id: (count, 0) for account, count in accounts.items()})
    entries = [
        book.Entry(each.item_id, each.quantity, "supplier", each.from_state, None, each.from_location_id,
                   reverses_id=each.id, lot_id=each.lot_id, exact=True)
        for each in taken
    ]  # fmt: skip
    book.enter(entries, cause_kind=CAUSE, cause_id=found.id, reason=note.strip())
    found.mail_due_at = None
    save_settled(found, "mail_due_at")
    _tell(found, f"SR{found.number} canceled: {note.strip()}", {each.item_id for each in taken})
    changed = [StockStateChanged(*account[:2], "supplier", account[2], count) for account, count in accounts.items()]
    rose = [StockRose(*account[:2], count, "restored") for account, count in accounts.items() if account[2] == SELLABLE]
    publish([*changed, *rose])
    return found


def save_settled(found: SupplierReturn, *fields: str) -> None:
    """Write how the wait ended, as the next version."""
    found.version += 1
    found.settled_by, found.settled_at = unit().actor.label, unit().now
    found.save(update_fields=["state", "version", "settled_by", "settled_at", *fields])


def subjects(found: SupplierReturn) -> tuple[tuple[str, UUID], ...]:
    """Whose timelines a change of it belongs on."""
    order = (("purchase_order", found.purchase_order_id),) if found.purchase_order_id else ()
    return (("supplier_return", found.id), ("supplier", found.supplier_id), *order)


def _tell(found: SupplierReturn, sentence: str, items: set[UUID]) -> None:
    record([Change(EDIT, sentence, (*subjects(found), *(("item", each) for each in sorted(items))))])


def _take(units: dict[Account, int]) -> None:
    balances = lock_accounts(units)
    for account, count in units.items():
        shelf = balances[account]
        if shelf.available < count:
            sku = Item.objects.values_list("sku", flat=True).get(id=account[0])
            message = f"Only {shelf.available:,} units of {sku} are there and promised to nobody. Send fewer back."
            raise NotThere(message, fields=[FieldError("lines", "too_many", message)], available=shelf.available)
    book.change_balances({balances[account].id: (-count, 0) for account, count in units.items()})


def _checked(
    supplier_id: UUID, location_id: UUID, order_id: UUID | None, lines: Sequence[SentBack], note: str, *, mail: bool
) -> Supplier:
    known = dict(Item.objects.filter(id__in={each.item_id for each in lines}).values_list("id", "kind"))
    problems = line_problems([(each.item_id, each.quantity) for each in lines], known) + note_problems(note)
    for position, each in enumerate(lines):
        if each.state not in STATES:
            message = f"Choose one of: {', '.join(STATES)}."
            problems.append(FieldError(f"lines.{position}.state", "unknown_state", message))
    supplier = Supplier.objects.filter(id=supplier_id).first()
    if supplier is None:
        problems.append(FieldError("supplier_id", "unknown_supplier", "There is no such supplier."))
    elif mail and not supplier.email:
        message = f"{supplier.name} has no e-mail address. Add one, or ask for the credit note yourself."
        problems.append(FieldError("mail", "no_address", message))
    if not visible_locations().filter(id=location_id).exists():
        problems.append(FieldError("location_id", "unknown_location", "There is no such location."))
    if order_id is not None and not _order(order_id, supplier_id):
        problems.append(FieldError("purchase_order_id", "unknown_order", "This supplier has no such order of yours."))
    if problems:
        raise Invalid("Nothing was sent back: some fields need attention.", fields=problems)
    return supplier


def _order(order_id: UUID, supplier_id: UUID) -> PurchaseOrder | None:
    return visible_purchase_orders().filter(id=order_id, supplier_id=supplier_id).first()
