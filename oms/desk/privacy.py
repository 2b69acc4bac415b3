"""What names a customer or tells where they live, and what is said instead to who may not know it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.core.actors import Actor
from oms.core.models import AuditEntry
from orders.models import Hold

CUSTOMERS = "customers.view"
# Entries about these carry what a customer wrote or where they live.
PERSONAL = {
    "orders.edit.ship_to": _("Address changed."),
    "orders.edit.customer_note": _("The customer’s note was changed."),
    "orders.screen": _("The checks have run."),
}


def may_know_customers(actor: Actor) -> bool:
    return actor.permits(CUSTOMERS)


def hold_reason(hold: Hold, *, personal: bool) -> str | Promise:
    """Why it is held. What is wrong with an address would tell the address."""
    return hold.reason if personal or hold.kind != "address" else _("The address needs to be checked.")


def discreet(entry: AuditEntry) -> AuditEntry:
    """The entry without what it says of the customer; not to be saved."""
    if entry.verb in PERSONAL:
        entry.sentence, entry.before, entry.after = str(PERSONAL[entry.verb]), None, None
    return entry
