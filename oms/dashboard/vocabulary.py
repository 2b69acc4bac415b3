"""The one list of status words: each code of a state is shown as tone + icon + word, everywhere.

A status is never colour alone, so the icon and the word are not optional. The icons follow the tone
(a circle has not begun, a clock waits, a dot works, a tick is done, a triangle wants a look, a cross
is blocked), except for holds, which are told apart by their own pictures.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NEUTRAL, INFO, PROGRESS, SUCCESS, WARNING, CRITICAL = TONES = (
    "neutral",
    "info",
    "progress",
    "success",
    "warning",
    "critical",
)
TONE_ICONS = {
    NEUTRAL: "circle",
    INFO: "clock",
    PROGRESS: "circle-dot",
    SUCCESS: "check",
    WARNING: "triangle-alert",
    CRITICAL: "circle-x",
}


@dataclass(frozen=True, slots=True)
class Status:
    """How one code is shown."""

    tone: str
    word: str | Promise
    icon: str

    @classmethod
    def of(cls, tone: str, word: str | Promise, icon: str = "") -> "Status":
        return cls(tone, word, icon or TONE_ICONS[tone])


ORDER = {
    "draft": Status.of(NEUTRAL, _("Draft"), "circle-dashed"),
    "checking": Status.of(PROGRESS, _("Checking")),
    "open": Status.of(INFO, _("Open"), "circle-dot"),
    "cancel_requested": Status.of(WARNING, _("Cancellation asked")),
    "cancelled": Status.of(NEUTRAL, _("Canceled"), "ban"),
    "closed": Status.of(NEUTRAL, _("Closed"), "check"),
}
FULFILLMENT = {
    "not_allocated": Status.of(NEUTRAL, _("Not allocated")),
    "part_allocated": Status.of(WARNING, _("Part allocated")),
    "allocated": Status.of(SUCCESS, _("Allocated")),
    "backordered": Status.of(WARNING, _("Backordered"), "hourglass"),
    "picking": Status.of(PROGRESS, _("Picking")),
    "packed": Status.of(INFO, _("Packed"), "package-check"),
    "part_shipped": Status.of(WARNING, _("Part shipped")),
    "shipped": Status.of(SUCCESS, _("Shipped"), "truck"),
    "delivered": Status.of(SUCCESS, _("Delivered"), "house"),
}
WORK = {
    "released": Status.of(NEUTRAL, _("To pick")),
    "picking": FULFILLMENT["picking"],
    "picked": Status.of(INFO, _("To pack"), "package-open"),
    "packing": Status.of(PROGRESS, _("Packing")),
    "packed": FULFILLMENT["packed"],
    "dispatched": Status.of(SUCCESS, _("Gone"), "truck"),
    "stopped": Status.of(NEUTRAL, _("Stopped"), "ban"),
}
SHIPMENT = {
    "draft": Status.of(NEUTRAL, _("No label yet"), "circle-dashed"),
    "labelled": Status.of(INFO, _("Label made"), "barcode"),
    "handed_over": Status.of(PROGRESS, _("Handed over")),
    "in_transit": Status.of(PROGRESS, _("On its way"), "truck"),
    "out_for_delivery": Status.of(PROGRESS, _("Out for delivery"), "truck"),
    "delivered": FULFILLMENT["delivered"],
    "exception": Status.of(CRITICAL, _("Problem on the way"), "triangle-alert"),
    "returning": Status.of(WARNING, _("Coming back"), "undo-2"),
    "returned": Status.of(WARNING, _("Came back"), "undo-2"),
    "voided": Status.of(NEUTRAL, _("Label given back"), "ban"),
}
PAYMENT = {
    "unpaid": Status.of(WARNING, _("Unpaid")),
    "authorised": Status.of(INFO, _("Authorized")),
    "part_paid": Status.of(WARNING, _("Part paid")),
    "paid": Status.of(SUCCESS, _("Paid")),
    "part_refunded": Status.of(NEUTRAL, _("Part refunded"), "undo-2"),
    "refunded": Status.of(NEUTRAL, _("Refunded"), "undo-2"),
}
MONEY = {
    "authorised": PAYMENT["authorised"],
    "captured": Status.of(SUCCESS, _("Received")),
    "voided": Status.of(NEUTRAL, _("Voided"), "ban"),
    "due": Status.of(PROGRESS, _("On its way back")),
    "sending": Status.of(PROGRESS, _("Sent, not answered")),
    "unknown": Status.of(WARNING, _("No clear answer yet")),
    "done": Status.of(SUCCESS, _("Given back"), "undo-2"),
    "failed": Status.of(CRITICAL, _("Declined")),
}
METHODS = {
    "card": _("Card"),
    "paypal": _("PayPal"),
    "bank_transfer": _("Bank transfer"),
    "cash": _("Cash"),
    "gift_card": _("Gift card"),
    "channel": _("Through the channel"),
    "exchange": _("Exchange"),
    "other": _("Other"),
}
HOLD = {
    "address": Status.of(WARNING, _("Address hold"), "map-pin"),
    "payment": Status.of(WARNING, _("Payment hold"), "credit-card"),
    "risk": Status.of(CRITICAL, _("Risk hold"), "shield-alert"),
    "unknown_sku": Status.of(WARNING, _("Unknown SKU"), "circle-question-mark"),
    "stock": Status.of(WARNING, _("Stock hold"), "package-x"),
    "manual": Status.of(WARNING, _("Manual hold"), "circle-pause"),
    "customer": Status.of(WARNING, _("Customer asked"), "user"),
    "verification": Status.of(WARNING, _("Verification hold"), "shield-question-mark"),
}
JOB = {
    "queued": Status.of(NEUTRAL, _("Queued")),
    "running": Status.of(PROGRESS, _("Running")),
    "done": Status.of(SUCCESS, _("Done")),
    "part_failed": Status.of(WARNING, _("Part failed")),
    "failed": Status.of(CRITICAL, _("Failed")),
    "cancelled": ORDER["cancelled"],
}
IMPORT = {
    "uploaded": Status.of(NEUTRAL, _("Uploaded")),
    "checking": Status.of(PROGRESS, _("Checking")),
    "checked": Status.of(INFO, _("Checked"), "list-checks"),
    "placing": Status.of(PROGRESS, _("Importing")),
    "applying": Status.of(PROGRESS, _("Importing")),
    "done": Status.of(SUCCESS, _("Imported")),
    "failed": Status.of(CRITICAL, _("Gave up")),
    "cancelled": Status.of(NEUTRAL, _("Stopped"), "ban"),
}
DELIVERY = {
    "due": Status.of(INFO, _("Due")),
    "delivered": Status.of(SUCCESS, _("Delivered")),
    "failed": JOB["failed"],
    "parked": Status.of(CRITICAL, _("Parked"), "circle-pause"),
}
CONNECTION = {
    "active": Status.of(SUCCESS, _("Connected"), "plug"),
    "paused": Status.of(WARNING, _("Paused"), "circle-pause"),
    "refused": Status.of(CRITICAL, _("Refused"), "unplug"),
}
INBOUND = {
    "due": Status.of(INFO, _("Waiting")),
    "done": Status.of(SUCCESS, _("Carried out")),
    "failed": JOB["failed"],
    "skipped": Status.of(NEUTRAL, _("Nothing to do"), "circle-slash"),
}
MESSAGE = {
    "due": Status.of(INFO, _("Waiting")),
    "sending": Status.of(PROGRESS, _("Being sent")),
    "sent": Status.of(SUCCESS, _("Sent"), "mail-check"),
    "failed": JOB["failed"],
    "skipped": Status.of(NEUTRAL, _("Not sent"), "circle-slash"),
}
RETURN = {
    "requested": Status.of(WARNING, _("Asked for"), "inbox"),
    "approved": Status.of(INFO, _("Approved")),
    "in_transit": Status.of(PROGRESS, _("On its way"), "truck"),
    "received": Status.of(WARNING, _("To inspect"), "package-search"),
    "inspected": Status.of(WARNING, _("Refund due"), "hourglass"),
    "closed": Status.of(SUCCESS, _("Done")),
    "declined": Status.of(NEUTRAL, _("Declined"), "ban"),
    "cancelled": Status.of(NEUTRAL, _("Canceled"), "ban"),
    # How far an order's returns are.
    "part_returned": Status.of(INFO, _("Part returned"), "undo-2"),
    "returned": Status.of(NEUTRAL, _("Returned"), "undo-2"),
}
COUNT = {
    "draft": Status.of(WARNING, _("To begin"), "inbox"),
    "open": Status.of(PROGRESS, _("Being counted")),
    "counted": Status.of(INFO, _("Counted"), "list-checks"),
    "waiting": Status.of(WARNING, _("Waits for approval"), "stamp"),
    "finished": Status.of(SUCCESS, _("Finished")),
    "cancelled": ORDER["cancelled"],
}
REPLENISHMENT = {
    "draft": ORDER["draft"],
    "sent": Status.of(PROGRESS, _("On its way"), "truck"),
    "acknowledged": Status.of(PROGRESS, _("Acknowledged"), "check"),
    "part_received": Status.of(WARNING, _("Part received"), "package-open"),
    "received": Status.of(SUCCESS, _("Received"), "package-check"),
    "closed": ORDER["closed"],
    "cancelled": ORDER["cancelled"],
}
BILL = {
    "waits": Status.of(WARNING, _("Waits for approval"), "stamp"),
    "disputed": Status.of(CRITICAL, _("Disputed")),
    "posted": Status.of(SUCCESS, _("Posted")),
    "withdrawn": Status.of(NEUTRAL, _("Withdrawn"), "ban"),
}
SUPPLIER_RETURN = {
    "cancelled": ORDER["cancelled"],
    "awaited": Status.of(WARNING, _("Credit note awaited"), "hourglass"),
    "credited": Status.of(SUCCESS, _("Credited")),
    "never_billed": Status.of(NEUTRAL, _("Never billed"), "check"),
    "written_off": Status.of(CRITICAL, _("Written off")),
}
ASSEMBLY = {
    "planned": Status.of(PROGRESS, _("Planned"), "list-checks"),
    "done": Status.of(SUCCESS, _("Done")),
    "cancelled": ORDER["cancelled"],
}

# "payment" is a kind of hold and the name of an axis, so axes are looked up apart from codes.
AXES = {
    "count": COUNT,
    "replenishment": REPLENISHMENT,
    "bill": BILL,
    "supplier_return": SUPPLIER_RETURN,
    "assembly": ASSEMBLY,
    "import": IMPORT,
    "order": ORDER,
    "fulfillment": FULFILLMENT,
    "payment": PAYMENT,
    "money": MONEY,
    "work": WORK,
    "shipment": SHIPMENT,
    "hold": HOLD,
    "job": JOB,
    "connection": CONNECTION,
    "inbound": INBOUND,
    "delivery": DELIVERY,
    "message": MESSAGE,
    "return": RETURN,
}
EVERY = {code: status for axis in AXES.values() for code, status in axis.items()}


def status_of(code: str, axis: str = "") -> Status:
    """The status shown for ``code``; a code nobody has named yet is shown as itself, neutral."""
    table = AXES[axis] if axis else EVERY
    return table.get(code) or Status.of(NEUTRAL, code.replace("_", " ").capitalize())
