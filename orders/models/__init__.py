"""The nouns of orders: what was sold and to whom, and the money of it."""

from orders.models.money import Payment, Refund, RefundLine, RefundPart
from orders.models.order import (
    OUR_ATTRIBUTES,
    Customer,
    Hold,
    Note,
    Order,
    OrderLine,
    OrderTag,
    SavedView,
    Screening,
    SearchDocument,
    amount,
)
from orders.models.rating import OrderRating

__all__ = [
    "OUR_ATTRIBUTES",
    "Customer",
    "Hold",
    "Note",
    "Order",
    "OrderLine",
    "OrderRating",
    "OrderTag",
    "Payment",
    "Refund",
    "RefundLine",
    "RefundPart",
    "SavedView",
    "Screening",
    "SearchDocument",
    "amount",
]
