"""What shipping refuses."""

from oms.core.errors import Conflict, Invalid


class NotCarried(Invalid):
    """The carrier does not take this box to this address; the message says why and what to do.

    ``reason`` is its code, like not_served, too_heavy, too_large or address_incomplete.
    """

    code = "not_carried"
    title = "The carrier does not take this"


class LabelUnderWay(Conflict):
    """A carrier is being asked about this label right now."""

    code = "label_under_way"
    title = "The label is not settled yet"


class DuplicateAccount(Conflict):
    """Another carrier account has this name."""

    code = "duplicate_carrier_account"
    title = "This name is taken"
