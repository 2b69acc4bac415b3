"""Money that moves outside of us: a bank transfer, cash, a terminal, or the channel's own refund.

The refund is booked at once; whoever runs the till or the channel carries it out.
"""

from uuid import UUID

from orders.gateways.port import RefundRequest

NAME = "manual"


class Manual:
    """See the module."""

    def refund(self, request: RefundRequest, key: UUID) -> str:
        return f"{NAME}-{key.hex[:12]}"
