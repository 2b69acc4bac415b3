"""The ledger's accounts in words: `{% load stock %}`, `{{ movement.from_state|stock_account }}`."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.models import Movement
from inventory.stock.reversing import why_not

register = template.Library()

WORDS: dict[str, str | Promise] = {
    "sellable": _("Sellable"),
    "damaged": _("Damaged"),
    "quality_hold": _("Quality hold"),
    "quarantine": _("Quarantine"),
    "in_transit": _("In transit"),
    "supplier": _("Supplier"),
    "customer": _("Customer"),
    "loss": _("Loss"),
    "found": _("Found"),
    "production": _("Production"),
    "unexplained": _("Unexplained"),
    "opening": _("Opening stock"),
}

CAUSES: dict[str, str | Promise] = {
    "receipt": _("Received"),
    "adjustment": _("Adjusted"),
    "count": _("Counted"),
    "state_change": _("Set aside"),
    "return": _("Returned"),
    "parcel": _("Shipped"),
    "short_pick": _("Missing at a pick"),
    "opening": _("Opening stock"),
    "reversal": _("Taken back"),
    "transfer": _("Transferred"),
    "purchase_order": _("Purchased"),
    "outside": _("Told from outside"),
    "lot_expired": _("Past its date"),
    "lot_blocked": _("Lot blocked"),
    "lot_named": _("Lot named"),
    "scan": _("Scanned off the shelf"),
    "serial_tracking": _("No longer tracked by number"),
    "lot_tracking": _("No longer tracked by lot"),
    "supplier_return": _("Sent back to the supplier"),
    "assembly": _("Assembled"),
}


VALUE_SOURCES: dict[str, str | Promise] = {
    "order": _("Its purchase order"),
    "item": _("The item's cost"),
    "average": _("The average of the rest"),
    "left_with": _("What it had left with"),
    "mirrored": _("The entry taken back"),
    "made": _("What it was made of"),
    "unpriced": _("Nobody has said"),
}


BILL_WORDS: dict[str, str | Promise] = {
    "not_ordered": _("not ordered"),
    "price_differs": _("another price"),
    "more_than_received": _("more than came"),
    "other_currency": _("another currency than the order"),
    "nothing_received": _("nothing of its orders has come"),
    "freight": _("Freight"),
    "duty": _("Duty"),
    "insurance": _("Insurance"),
    "other": _("Other charges"),
    "value": _("What goods cost"),
    "weight": _("What they weigh"),
    "quantity": _("Units"),
}


@register.filter
def bill_verdict(code: str) -> str | Promise:
    """A word of a bill: what stands against a line, a charge, or how one is shared out."""
    return BILL_WORDS.get(code, code)


@register.filter
def value_source(code: str) -> str | Promise:
    """Where a cost is from, as people call it."""
    return VALUE_SOURCES.get(code, code)


@register.filter
def stock_cause(code: str) -> str | Promise:
    """What led to a movement, as people call it."""
    return CAUSES.get(code, code)


@register.filter
def stock_account(code: str) -> str | Promise:
    """A state of stock, or an outside account, as people call it."""
    return WORDS.get(code, code)


@register.filter
def reversible(movement: Movement) -> bool:
    """Whether this entry may be taken back by itself."""
    return movement.reversed_by_id is None and not why_not(movement.cause_kind)


@register.filter
def cause(causes: dict, cause_id: object) -> object:
    """The link to what led to a movement, where this person may follow it."""
    return causes.get(cause_id)
