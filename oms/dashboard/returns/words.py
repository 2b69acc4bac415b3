"""The words of returns, as people read them."""

from django.utils.translation import gettext_lazy as _

REASON_WORDS = {
    "wrong_item": _("Wrong item"), "damaged": _("Damaged"), "not_as_described": _("Not as described"),
    "too_big": _("Too big"), "too_small": _("Too small"), "changed_mind": _("Changed their mind"),
    "arrived_late": _("Arrived late"), "other": _("Other"),
}  # fmt: skip
OUTCOME_WORDS = {"refund": _("Refund"), "exchange": _("Exchange"), "none": _("No refund")}
ASKED_WORDS = {"customer": _("the customer"), "merchant": _("us"), "channel": _("the channel")}
GRADE_WORDS = {
    "as_new": _("As new"), "opened": _("Opened"), "damaged": _("Damaged"), "wrong_item": _("Not what we sent"),
}  # fmt: skip
DISPOSITION_WORDS = {
    "restock": _("Back on sale"), "damaged": _("Keep apart"), "scrap": _("Throw away"),
    "send_back": _("Send back to the customer"),
}  # fmt: skip
VIEW_WORDS = {
    "": _("All"), "to_approve": _("To approve"), "expected": _("Expected"), "overdue": _("Overdue"),
    "to_inspect": _("To inspect"), "refund_due": _("Refund due"), "done": _("Done"),
}  # fmt: skip
