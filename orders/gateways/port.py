"""What every payment gateway can be asked, in our words. An adapter translates, and raises only what is named here."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID


class Declined(Exception):
    """The gateway will not do it, and says why; asking again would change nothing."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unknown(Exception):
    """Nobody knows whether the money moved: ask again, with the same key."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class RefundRequest:
    """Give ``amount`` of one payment back. ``reference`` is the gateway's own number for that payment."""

    payment_id: UUID
    method: str
    reference: str
    amount: Decimal
    currency: str


class Gateway(Protocol):
    def refund(self, request: RefundRequest, key: UUID) -> str:
        """The gateway's number for the refund. Asked twice with one key, money moves once.

        Raises `Declined` and `Unknown`.
        """
        ...
