"""What this actor may do now with a document of stock (a transfer, a purchase order, a bill …), and why not the rest.

The action that is then called decides again.
"""

from inventory.actions.billing import APPROVE
from inventory.actions.billing import EDIT as BILLING
from inventory.actions.kits.assembling import VERB as ASSEMBLE_STOCK
from inventory.actions.purchasing import EDIT, RECEIVE, SEND
from inventory.actions.transfers import VERB as TRANSFER_STOCK
from inventory.billing.lifecycle import BILL
from inventory.billing.returning import NEVER_BILLED, SUPPLIER_RETURN, WRITTEN_OFF
from inventory.models import AssemblyOrder, PurchaseOrder, SupplierBill, SupplierReturn, Transfer
from inventory.replenishing.lifecycle import PURCHASE_ORDER, TRANSFER
from inventory.stock.assembling import is_allowed, why_not
from oms.core.actors import Actor
from oms.core.allowed import Allowed, not_your_role

# Verb → its label, and at which end of the transfer one must be permitted.
_OF_TRANSFER = {
    "edit": ("Edit", None), "send": ("Send", "origin_id"), "receive": ("Receive", "destination_id"),
    "close": ("Close", "destination_id"), "cancel": ("Cancel transfer", None),
}  # fmt: skip


def allowed_on_transfer(found: Transfer, actor: Actor) -> dict[str, Allowed]:
    """Verb → whether, for every verb there is."""

    def against(verb: str, end: str | None) -> str:
        if not actor.permits(TRANSFER_STOCK, location_id=end and getattr(found, end)):
            return not_your_role(TRANSFER_STOCK)
        # Goods can arrive as long as nothing was said to be lost for good.
        transition = "finish" if verb == "receive" else verb
        return "" if TRANSFER.is_allowed(found.state, transition) else TRANSFER.why_not(found.state, transition)

    return {
        verb: Allowed(verb, label, not (reason := against(verb, end)), reason, confirm=verb == "cancel")
        for verb, (label, end) in _OF_TRANSFER.items()
    }


# Verb → its label, and what a role needs for it.
_OF_PURCHASE_ORDER = {
    "edit": ("Edit", EDIT), "send": ("Send", SEND), "acknowledge": ("Write down their answer", EDIT),
    "announce": ("Announce a delivery", EDIT), "receive": ("Receive", RECEIVE), "close": ("Close", EDIT),
    "cancel": ("Cancel order", EDIT),
}  # fmt: skip


def allowed_on_purchase_order(found: PurchaseOrder, actor: Actor) -> dict[str, Allowed]:
    """Verb → whether, for every verb there is."""

    def against(verb: str, role: str) -> str:
        if not actor.permits(role, location_id=found.location_id):
            return not_your_role(role)
        transition = "finish" if verb == "receive" else verb
        if PURCHASE_ORDER.is_allowed(found.state, transition):
            return ""
        return PURCHASE_ORDER.why_not(found.state, transition)

    return {
        verb: Allowed(verb, label, not (reason := against(verb, role)), reason, confirm=verb in ("close", "cancel"))
        for verb, (label, role) in _OF_PURCHASE_ORDER.items()
    }


# Verb → its label, and what a role needs for it.
_OF_BILL = {
    "approve": ("Approve as it is", APPROVE), "match": ("Match again", BILLING), "dispute": ("Dispute", BILLING),
    "withdraw": ("Withdraw", BILLING),
}  # fmt: skip


def allowed_on_bill(found: SupplierBill, actor: Actor) -> dict[str, Allowed]:
    """Verb → whether, for every verb there is."""

    def against(verb: str, role: str) -> str:
        if not actor.permits(role) or actor.locations is not None:
            return not_your_role(role)
        return "" if BILL.is_allowed(found.state, verb) else BILL.why_not(found.state, verb)

    return {
        verb: Allowed(verb, label, not (reason := against(verb, role)), reason, confirm=verb != "match")
        for verb, (label, role) in _OF_BILL.items()
    }


# Verb → its label, what a role needs for it, and whether that is about the whole company.
_OF_SUPPLIER_RETURN = {
    "chase": ("Ask for the credit note", EDIT, False), "credit": ("Record the credit note", BILLING, True),
    NEVER_BILLED: ("It was never billed", BILLING, True), WRITTEN_OFF: ("Write it off", BILLING, True),
    "cancel": ("Cancel return", EDIT, False),
}  # fmt: skip


def allowed_on_supplier_return(found: SupplierReturn, actor: Actor) -> dict[str, Allowed]:
    """Verb → whether, for every verb there is."""

    def against(verb: str, role: str, whole: bool) -> str:
        if not actor.permits(role, location_id=found.location_id) or (whole and actor.locations is not None):
            return not_your_role(role)
        if verb == NEVER_BILLED and found.purchase_order_id is None:
            return "It does not say of which purchase order the goods were."
        if SUPPLIER_RETURN.is_allowed(found.state, verb):
            return ""
        return SUPPLIER_RETURN.why_not(found.state, verb)

    return {
        verb: Allowed(verb, label, not (reason := against(verb, role, whole)), reason, confirm=verb != "chase")
        for verb, (label, role, whole) in _OF_SUPPLIER_RETURN.items()
    }


# Verb → its label, for an order of which nothing is done yet.
_OF_ASSEMBLY = {"finish": "Finish", "cancel": "Cancel order"}


def allowed_on_assembly(found: AssemblyOrder, actor: Actor) -> dict[str, Allowed]:
    """Verb → whether, for every verb there is."""

    def against(verb: str) -> str:
        if not actor.permits(ASSEMBLE_STOCK, location_id=found.location_id):
            return not_your_role(ASSEMBLE_STOCK)
        return "" if is_allowed(found.state, verb) else why_not(found.state, verb)

    return {
        verb: Allowed(verb, label, not (reason := against(verb)), reason, confirm=verb == "cancel")
        for verb, label in _OF_ASSEMBLY.items()
    }
