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
