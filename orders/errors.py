"""Refusals of orders that a caller can act on."""

from oms.core.errors import Conflict, Forbidden, Invalid


class UnknownSku(Invalid):
    """Nothing is wrong with the order but SKUs that name no item."""

    code = "unknown_sku"
    title = "Some SKUs are not known"


class DiscountNeedsApproval(Forbidden):
    """The discount is above what this person may give alone. `orders.actions.discount` asks a second one."""

    code = "needs_approval"
    title = "The discount is above your limit"


class DuplicateOrder(Conflict):
    """The channel's own number is taken; ``order_id`` and ``number`` name the order that has it."""

    code = "duplicate_order"
    title = "This order is here already"


class InsufficientStock(Conflict):
    """The order said ``on_shortage: refuse`` and the shelf cannot cover it."""

    code = "insufficient_stock"
    title = "There is not enough stock"


class NothingPaid(Conflict):
    """No money came in for this order, so none can go back."""

    code = "nothing_paid"
    title = "Nothing was paid"


class RefundTooLarge(Invalid):
    """More than is left on a line, or of what was paid; ``left`` is how much there is."""

    code = "refund_too_large"
    title = "That is more than can go back"


class RefundNeedsApproval(Forbidden):
    """The refund is above what this person may give alone. `orders.actions.refund` asks a second one."""

    code = "needs_approval"
    title = "The refund is above your limit"
