"""What every carrier can be asked, in our words. An adapter translates, and raises only what is named here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from oms.core.addresses import Address


@dataclass(frozen=True)
class Box:
    """Weight in grams, sizes in millimetres when they are known."""

    weight_g: int
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None


@dataclass(frozen=True)
class Terms:
    """The account as its carrier sees it: its settings, and the merchant's currency and time zone."""

    settings: Mapping[str, object]
    currency: str
    timezone: str
    test_mode: bool = False


@dataclass(frozen=True)
class RateRequest:
    """A box from here to there, ``at`` a moment."""

    origin: Address
    ship_to: Address
    box: Box
    at: datetime


@dataclass(frozen=True)
class Rate:
    service: str
    name: str
    amount: Decimal
    currency: str
    promised_at: datetime | None


@dataclass(frozen=True)
class Refusal:
    """Why a service is not offered: a stable code, and a sentence with what to do about it."""

    service: str
    name: str
    code: str
    sentence: str


@dataclass(frozen=True)
class LabelRequest(RateRequest):
    """``at`` is when it was first asked for, so that asking again comes to the same label."""

    service: str
    reference: str = ""


@dataclass(frozen=True)
class Label:
    """``pdf`` is one page of 4×6 inches, ``zpl`` the same for a label printer; empty until it is printed."""

    tracking_number: str
    amount: Decimal
    currency: str
    promised_at: datetime | None
    pdf: bytes = b""
    zpl: str = ""


@dataclass(frozen=True)
class Scan:
    """``source_id`` is the carrier's own id of the scan; ``code`` is one of `shipping.lifecycle.CODES`."""

    source_id: str
    tracking_number: str
    code: str
    occurred_at: datetime
    place: str = ""
    description: str = ""


class CarrierError(Exception):
    """Base of what a carrier can answer besides what was asked for."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class CarrierRefused(CarrierError):
    """The carrier said no, and nothing was made. Asking again the same way is no use."""


class CarrierUnknown(CarrierError):
    """No answer that can be relied on: a label may exist. Ask again under the same key."""


class Unreadable(CarrierError):
    """What came to the hook is not what this carrier sends."""


class Unsupported(CarrierError):
    """This carrier cannot be asked that."""


class Carrier:
    """Base of every adapter; what a subclass overrides is what its carrier can do.

    ``quote`` and ``read_hook`` are asked inside a transaction and answer from what they hold. ``buy``,
    ``void`` and ``track`` may take their time: they are asked with none open, under a lease.
    """

    name = ""
    label = ""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    @classmethod
    def capabilities(cls) -> list[str]:
        """The questions this carrier answers."""
        return [verb for verb in _QUESTIONS if getattr(cls, verb) is not getattr(Carrier, verb)]

    @classmethod
    def settings_problems(cls, settings: Mapping[str, object]) -> list[tuple[str, str]]:
        """What is wrong with an account's settings: (path, what to do), all at once."""
        return []

    def quote(self, request: RateRequest) -> list[Rate | Refusal]:
        """Every service: offered at a price, or refused with the reason."""
        raise self._unsupported("quote")

    def buy(self, request: LabelRequest, key: UUID) -> Label:
        """A label; the same one for the same key. Raises `CarrierRefused` or `CarrierUnknown`."""
        raise self._unsupported("make labels")

    def book(self, request: LabelRequest, key: UUID) -> Label:
        """A label without its files, by a carrier that needs to ask nobody; `print` makes them later."""
        raise self._unsupported("book labels to print them later")

    def print(self, request: LabelRequest, key: UUID, form: str) -> bytes:
        """The ``pdf`` or ``zpl`` of a label that was booked; the same each time."""
        raise self._unsupported("print labels later")

    def void(self, tracking_number: str, key: UUID) -> bool:
        """Give a label back; False when it is too late. Voiding what is void is True. Raises `CarrierUnknown`."""
        raise self._unsupported("void labels")

    def track(self, tracking_number: str) -> list[Scan]:
        """Every scan so far. Raises `CarrierUnknown`."""
        raise self._unsupported("be asked for scans")

    def read_hook(self, body: str) -> list[Scan]:
        """The scans in a message to our hook. Raises `Unreadable`."""
        raise self._unsupported("send scans")

    @classmethod
    def books(cls) -> bool:
        """Whether labels can be had in a transaction, many at once."""
        return cls.book is not Carrier.book

    def _unsupported(self, what: str) -> Unsupported:
        return Unsupported("unsupported", f"{self.label or self.name} cannot {what}.")


_QUESTIONS = ("quote", "buy", "void", "track", "read_hook")
