"""The decisions about value there are, and the two methods. Pure."""

FIFO, MOVING_AVERAGE = "fifo", "average"
METHODS = (FIFO, MOVING_AVERAGE)

# A price for goods that came without one; a method, or how goods are written down; what a supplier asks for goods,
# and for bringing them; and what a supplier gives back.
PRICE, POLICY, BILL, LANDED, CREDIT = "price", "policy", "bill", "landed", "credit"
KINDS = (PRICE, POLICY, BILL, LANDED, CREDIT)
