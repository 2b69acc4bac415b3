"""A credit note for goods that went back: asked for, recorded, or given up."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from inventory.actions.billing import EDIT
from inventory.actions.billing.checking import AMOUNT, NUMBER_MAX, is_amount
from inventory.actions.billing.drafts import number_key
from inventory.actions.purchasing import EDIT as PURCHASING
from inventory.actions.supplier_returns.send import save_settled, subjects
from inventory.actions.valuing.decide import note_decision, require_whole
from inventory.billing.returning import CREDITED, ENDS, NEVER_BILLED, SUPPLIER_RETURN
from inventory.locks import lock_supplier_return
from inventory.models import SupplierReturn
from inventory.replenishing.drafts import note_problems
from inventory.valuing.deciding import CREDIT
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import Conflict, FieldError, Invalid
from oms.core.models import Tenant
from oms.core.money import is_currency, rounded
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class CreditNote:
    """As it lies on the table; ``rate`` is needed where its currency is not the merchant's."""

    number: str
    credited_on: date
    amount: Decimal
    currency: str
    rate: Decimal | None = None


class DuplicateCredit(Conflict):
    """This supplier's credit note of that number was recorded before."""

    code = "duplicate_credit_note"
    title = "This credit note was recorded before"


def chase_credit(*, return_id: UUID) -> SupplierReturn:
    """Ask the supplier by mail (again). Raises `NotFound`, `NotAllowed`, and `Invalid` without an address."""
    found = lock_supplier_return(return_id)
    require(unit().actor, PURCHASING, location_id=found.location_id)
    found.state = SUPPLIER_RETURN.next_state(found.state, "chase")
    if not found.supplier.email:
        message = f"{found.supplier.name} has no e-mail address. Add one, or ask them yourself."
        raise Invalid.field("mail", message, "no_address")
    found.mail_due_at, found.mail_attempts, found.chases = unit().now, 0, found.chases + 1
    found.chased_at, found.version = unit().now, found.version + 1
    found.save(update_fields=["mail_due_at", "mail_attempts", "chases", "chased_at", "version"])
    sentence = f"SR{found.number}: {found.supplier.name} asked for the credit note"
    record([Change(PURCHASING, sentence, subjects(found))])
    return found


def record_credit(*, return_id: UUID, credit: CreditNote) -> SupplierReturn:
    """It came: what it credits is owed less. A difference to what the goods were worth is booked as one.

    Raises `NotFound`, `NotAllowed`, `Invalid`, and `DuplicateCredit` naming the return that has it.
    """
    require_whole(EDIT)
    found = lock_supplier_return(return_id)
    found.state = SUPPLIER_RETURN.next_state(found.state, "credit")
    own = Tenant.objects.values_list("currency", flat=True).get(id=unit().tenant_id)
    if problems := _problems(credit, own):
        raise Invalid("The credit note was not recorded: some fields need attention.", fields=problems)
    found.credit_number, found.credit_key = credit.number.strip(), number_key(credit.number)
    found.credited_on, found.credited, found.currency = credit.credited_on, credit.amount, credit.currency
    found.rate = Decimal(1) if credit.currency == own else credit.rate
    found.mail_due_at = None
    _save(found)
    amount = rounded(credit.amount * found.rate, own)
    _decide(found, CREDITED, amount=str(amount))
    sentence = f"SR{found.number}: credit note {found.credit_number} over {credit.amount:f} {credit.currency}"
    record([Change(EDIT, sentence, subjects(found))])
    return found


def end_waiting(*, return_id: UUID, how: str, note: str) -> SupplierReturn:
    """No credit note comes: they never billed it (``never_billed``), or will not credit it (``written_off``).

    Raises `NotFound`, `NotAllowed`, `Invalid`.
    """
    require_whole(EDIT)
    found = lock_supplier_return(return_id)
    problems = note_problems(note) or ([] if note.strip() else [FieldError("note", "required", "Say why.")])
    if how not in ENDS:
        problems.append(FieldError("how", "unknown_way", f"Choose one of: {', '.join(ENDS)}."))
    elif how == NEVER_BILLED and found.purchase_order_id is None:
        message = "It does not say of which purchase order the goods were, so nobody knows what was billed."
        problems.append(FieldError("how", "no_order", message))
    if problems:
        raise Invalid("Nothing was changed.", fields=problems)
    found.state, found.note, found.mail_due_at = SUPPLIER_RETURN.next_state(found.state, how), note.strip(), None
    save_settled(found, "note", "mail_due_at")
    _decide(found, how)
    record([Change(EDIT, f"SR{found.number}: {how.replace('_', ' ')}: {note.strip()}", subjects(found))])
    return found


def _decide(found: SupplierReturn, how: str, **more: str) -> None:
    order = found.purchase_order_id and str(found.purchase_order_id)
    payload = {"return_id": str(found.id), "how": how, "purchase_order_id": order, **more}
    note_decision(CREDIT, payload, reason=f"SR{found.number}")


def _save(found: SupplierReturn) -> None:
    try:
        with transaction.atomic():
            save_settled(found, "credit_number", "credit_key", "credited_on", "credited", "currency", "rate",
                         "mail_due_at")  # fmt: skip
    except IntegrityError:
        before = SupplierReturn.objects.get(supplier_id=found.supplier_id, credit_key=found.credit_key)
        message = f"Credit note {before.credit_number} is recorded for SR{before.number} already."
        fields = [FieldError("number", "duplicate", message)]
        raise DuplicateCredit(message, fields=fields, return_id=str(before.id)) from None


def _problems(credit: CreditNote, own: str) -> list[FieldError]:
    found, number = [], credit.number.strip()
    if not number_key(number) or len(number) > NUMBER_MAX or not number.isprintable():
        found.append(FieldError("number", "invalid", f"Give their number, of at most {NUMBER_MAX} characters."))
    if not date(2000, 1, 1) <= credit.credited_on <= unit().now.date() + timedelta(days=1):
        found.append(FieldError("credited_on", "out_of_range", "Give the day on it; it cannot lie in the future."))
    if not is_amount(credit.amount):
        found.append(FieldError("amount", "invalid", AMOUNT))
    if not is_currency(credit.currency):
        found.append(FieldError("currency", "unknown_currency", "Use an ISO 4217 code like EUR."))
    elif credit.currency != own and not (credit.rate and credit.rate.is_finite() and 0 < credit.rate < 10**9):
        found.append(FieldError("rate", "required", f"Say what 1 {credit.currency} is worth in {own}."))
    return found
