"""What is wrong with a bill as it was typed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from inventory.actions.billing.drafts import BillDraft, ChargeLine, GoodsLine, number_key, total_of
from inventory.billing.sharing import CHARGES, SHARED_BY
from inventory.models import Item, PurchaseOrder, PurchaseOrderLine, Supplier
from inventory.replenishing.drafts import LINES_MAX, note_problems
from inventory.stock.values import QUANTITY_MAX
from oms.core.errors import FieldError
from oms.core.money import AMOUNT_MAX, is_currency

NUMBER_MAX = 60
AMOUNT = "Give an amount of 0 or more, with at most 4 digits after the point."


def bill_problems(draft: BillDraft, supplier: Supplier | None, currency: str, *, today: date) -> list[FieldError]:
    """Of the bill as a whole."""
    found = note_problems(draft.note)
    if supplier is None:
        found.append(FieldError("supplier_id", "unknown_supplier", "There is no such supplier."))
    number = draft.number.strip()
    if not number_key(number) or len(number) > NUMBER_MAX or not number.isprintable():
        found.append(
            FieldError("number", "invalid", f"Give the supplier's number, of at most {NUMBER_MAX} characters.")
        )
    if not date(2000, 1, 1) <= draft.billed_on <= today:
        found.append(FieldError("billed_on", "out_of_range", "Give the day on the bill; it cannot lie in the future."))
    found += _rate_problems(draft, currency)
    if not draft.goods and not draft.charges:
        found.append(FieldError("lines", "required", "Give at least one line or charge."))
    if len(draft.goods) + len(draft.charges) > LINES_MAX:
        found.append(FieldError("lines", "out_of_range", f"Give at most {LINES_MAX:,} lines."))
    if not is_amount(draft.tax):
        found.append(FieldError("tax", "invalid", AMOUNT))
    return found + _total_problems(draft)


def _rate_problems(draft: BillDraft, currency: str) -> list[FieldError]:
    if not is_currency(draft.currency):
        return [FieldError("currency", "unknown_currency", "Use an ISO 4217 code like EUR.")]
    if draft.currency == currency:
        return []
    if draft.rate is None or not draft.rate.is_finite() or not 0 < draft.rate < 1_000_000_000:
        message = (
            f"Say what 1 {draft.currency} is worth in {currency}: the bill is in another currency than your books."
        )
        return [FieldError("rate", "required", message)]
    return []


def _total_problems(draft: BillDraft) -> list[FieldError]:
    """Against what the bill says at the bottom, where all of it can be added up."""
    amounts = [draft.tax, *(each.unit_price for each in draft.goods), *(each.amount for each in draft.charges)]
    if draft.total is None or not is_currency(draft.currency) or not all(map(is_amount, amounts)):
        return []
    if draft.total == (total := total_of(draft)):
        return []
    message = f"The lines, charges and tax come to {total:f}. Check them against the bill."
    return [FieldError("total", "does_not_add_up", message)]


def line_problems(draft: BillDraft, lines: Mapping[tuple, PurchaseOrderLine]) -> list[FieldError]:
    """Of each line, named ``lines.N.field`` or ``charges.N.field``."""
    orders = set(PurchaseOrder.objects.filter(id__in=_orders(draft)).values_list("id", "supplier_id"))
    known = set(Item.objects.filter(id__in={each.item_id for each in draft.goods}).values_list("id", flat=True))
    found, seen = [], set()
    for position, each in enumerate(draft.goods):
        key = (each.purchase_order_id, each.item_id)
        found += _goods(f"lines.{position}", each, known, draft, orders, lines)
        if key in seen:
            message = "This item stands on a line above already. Make one line of them."
            found.append(FieldError(f"lines.{position}.item_id", "twice", message))
        seen.add(key)
    for position, each in enumerate(draft.charges):
        found += _charge(f"charges.{position}", each, {key for key, _ in orders})
    return found


def _orders(draft: BillDraft) -> set[UUID]:
    named = {each.purchase_order_id for each in draft.goods if each.purchase_order_id}
    return named | {key for each in draft.charges for key in each.purchase_order_ids}


def _goods(
    where: str, each: GoodsLine, known: set[UUID], draft: BillDraft, orders: set, lines: Mapping
) -> list[FieldError]:
    found = []
    if each.item_id not in known:
        found.append(FieldError(f"{where}.item_id", "unknown_item", "There is no such item."))
    if not 0 < each.units <= QUANTITY_MAX:
        found.append(FieldError(f"{where}.quantity", "out_of_range", f"Give a quantity from 1 to {QUANTITY_MAX:,}."))
    if not is_amount(each.unit_price):
        found.append(FieldError(f"{where}.unit_price", "invalid", AMOUNT))
    if each.purchase_order_id and (each.purchase_order_id, draft.supplier_id) not in orders:
        message = "This supplier has no such order of yours."
        found.append(FieldError(f"{where}.purchase_order", "unknown_order", message))
    return found


def _charge(where: str, each: ChargeLine, orders: set[UUID]) -> list[FieldError]:
    found = []
    if each.charge not in CHARGES:
        found.append(FieldError(f"{where}.charge", "unknown_charge", f"Choose one of: {', '.join(CHARGES)}."))
    if each.shared_by not in SHARED_BY:
        found.append(FieldError(f"{where}.shared_by", "unknown_way", f"Choose one of: {', '.join(SHARED_BY)}."))
    if not is_amount(each.amount) or not each.amount:
        found.append(FieldError(f"{where}.amount", "invalid", "Give an amount above 0."))
    if not each.purchase_order_ids or not set(each.purchase_order_ids) <= orders:
        message = "Name the purchase orders whose goods it was paid for."
        found.append(FieldError(f"{where}.purchase_orders", "unknown_order", message))
    return found


def is_amount(amount: Decimal) -> bool:
    return amount.is_finite() and 0 <= amount <= AMOUNT_MAX and amount.as_tuple().exponent >= -4
