"""Is a payment one we can stand for? Pure."""

from collections.abc import Iterator

from oms.core.errors import FieldError
from oms.core.money import AMOUNT_MAX, ZERO, is_currency, rounded
from orders.gateways.registry import known_gateways
from orders.placing.drafts import PaymentDraft

METHODS = ("card", "paypal", "bank_transfer", "cash", "gift_card", "channel", "exchange", "other")
REFERENCE_MAX = 200


def payment_problems(draft: PaymentDraft, currency: str, path: str = "") -> Iterator[FieldError]:
    """What is wrong with a payment in ``currency``."""
    if not is_currency(currency):
        return
    if not ZERO < draft.amount <= AMOUNT_MAX or draft.amount != rounded(draft.amount, currency):
        message = f"Give an amount of {currency} above 0, to the cent."
        yield FieldError(f"{path}amount", "out_of_range", message)
    if draft.method not in METHODS:
        yield FieldError(f"{path}method", "unknown_choice", f"Use one of: {', '.join(METHODS)}.")
    if draft.gateway not in known_gateways():
        yield FieldError(f"{path}gateway", "unknown_choice", f"Use one of: {', '.join(known_gateways())}.")
    if len(draft.reference) > REFERENCE_MAX:
        yield FieldError(f"{path}reference", "too_long", f"Shorten it to {REFERENCE_MAX} characters.")
    if (draft.base_rate is None) != (not draft.base_currency):
        yield FieldError(f"{path}base_rate", "required", "Send base_currency and base_rate together, or neither.")
    elif draft.base_rate is not None and not (draft.base_rate > ZERO and is_currency(draft.base_currency)):
        yield FieldError(f"{path}base_rate", "out_of_range", "Give a rate above 0 into a currency like EUR.")
