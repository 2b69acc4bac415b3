"""Refusals of returns that a caller can act on."""

from oms.core.errors import Conflict, Invalid


class NotReturnable(Invalid):
    """A rule is against it: the window, a final sale, or units that are not there. Names the line."""

    code = "not_returnable"
    title = "This cannot be sent back"


class NotExpected(Conflict):
    """Goods that this return does not wait for, or more of them than it waits for."""

    code = "not_expected"
    title = "This return does not wait for that"
