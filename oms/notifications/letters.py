"""What each mail says: what happened, what is next, and one button. Pure; formats are the merchant's."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.core.formatting import Formats, moment_text, money_text

# What a customer calls the reason of a mail, for lists.
WORDS = {
    "placed": "Order placed", "verification": "Held for verification", "shipped": "Shipped",
    "out_for_delivery": "Out for delivery", "delivered": "Delivered", "canceled": "Canceled",
    "return_approved": "Return approved", "return_declined": "Return declined",
    "return_received": "Return received", "refunded": "Refunded", "satisfaction": "How was it?",
    "portal_code": "Code for the order page",
}  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """``rows`` are label and value, like items and sums. ``button`` is a label; its address is the order's link."""

    subject: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...] = ()
    button: str = ""
    link: str = ""

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Letter":
        rows = tuple(tuple(row) for row in data["rows"])
        return cls(data["subject"], tuple(data["paragraphs"]), rows, data["button"], data["link"])


@dataclass(frozen=True)
class About:
    """The order as a letter needs it. ``lines`` are name, units and sum; ``link`` the customer's own page of it."""

    number: int
    merchant: str
    name: str
    currency: str
    total: Decimal
    lines: Sequence[tuple[str, int, Decimal]]
    link: str
    formats: Formats
    now: datetime

    def money(self, amount: Decimal) -> str:
        return money_text(amount, self.currency, self.formats)

    def moment(self, at: datetime) -> str:
        return moment_text(at, self.now, self.formats)


def placed(about: About, *, paid: bool) -> Letter:
    rows = [(f"{units} × {name}", about.money(total)) for name, units, total in about.lines]
    words = (
        _("We have it, and we tell you again when it leaves.")
        if paid
        else _("We have it. It leaves when your payment is here, and we tell you then.")
    )
    return Letter(
        _("Thank you for order #{number}").format(number=about.number),
        (_hello(about), words),
        (*rows, (_("Total"), about.money(about.total))),
        _("See your order"),
        about.link,
    )


def verification(about: About) -> Letter:
    return Letter(
        _("We are checking order #{number}").format(number=about.number),
        (
            _hello(about),
            _("Before we send it we check something by hand. Nothing is wrong on your side; it rarely takes a day."),
        ),
        button=_("See your order"),
        link=about.link,
    )


def shipped(about: About, *, carrier: str, tracking: str, promised_at: datetime | None, rest: int) -> Letter:
    """``rest`` units of the order are still to come."""
    paragraphs = [_hello(about), _("Your parcel has left us. {carrier} has it.").format(carrier=carrier)]
    if promised_at is not None:
        paragraphs.append(_("It should be with you by {when}.").format(when=about.moment(promised_at)))
    if rest:
        paragraphs.append(
            ngettext("{count} more unit follows.", "{count} more units follow.", rest).format(count=rest)
            + " "
            + _("We tell you when it leaves.")
        )
    rows = ((_("Tracking number"), tracking),) if tracking else ()
    subject = _("Order #{number} is on its way").format(number=about.number)
    return Letter(subject, tuple(paragraphs), rows, _("Where is it?"), about.link)


def out_for_delivery(about: About) -> Letter:
    return _short(about, _("Order #{number} comes today"), _("The driver has your parcel on board."))


def delivered(about: About, *, at: datetime) -> Letter:
    words = _("Your parcel was delivered ({when}). If it is not with you, tell us.").format(when=about.moment(at))
    return _short(about, _("Order #{number} was delivered"), words)


def canceled(about: About, *, reason: str) -> Letter:
    words = _("Your order was canceled. What you paid for it is refunded separately, and we tell you then.")
    return _short(about, _("Order #{number} was canceled"), words)


def return_approved(about: About, *, send_by: datetime | None) -> Letter:
    words = _("You can send it back. Write the return’s number on the parcel: you find it on the page of your order.")
    if send_by is not None:
        words += " " + _("Please send it by {when}.").format(when=about.moment(send_by))
    return _short(about, _("Your return of order #{number}"), words, _("What to do now"))


def return_declined(about: About, *, reason: str) -> Letter:
    return _short(about, _("Your return of order #{number}"), _("We cannot take it back. {why}").format(why=reason))


def return_received(about: About) -> Letter:
    words = _("What you sent back is here. We look at it next, and tell you about your money then.")
    return _short(about, _("Your return of order #{number} arrived"), words, _("Follow your return"))


def refunded(about: About, *, amount: Decimal) -> Letter:
    words = _("We sent {amount} back to where it came from. Your bank may take a few days to show it.")
    subject = _("{amount} refunded for order #{number}").format(amount=about.money(amount), number="{number}")
    return _short(about, subject, words.format(amount=about.money(amount)))


def satisfaction(about: About) -> Letter:
    words = _("One question: how was it? One tap is enough.")
    return _short(about, _("How was order #{number}?"), words, _("Answer"))


def portal_code(about: About, *, code: str) -> Letter:
    return Letter(
        _("{code} is your code").format(code=code),
        (
            _hello(about),
            _("Type this code on the page of your order. It is good for 15 minutes, and nobody from us asks for it."),
        ),
        ((_("Code"), code),),
    )


def as_text(letter: Letter, *, merchant: str) -> str:
    """The mail for who reads plain text."""
    parts = ["\n\n".join(letter.paragraphs)]
    if letter.rows:
        parts.append("\n".join(f"{label}: {value}" for label, value in letter.rows))
    if letter.link:
        parts.append(f"{letter.button}: {letter.link}")
    return "\n\n".join([*parts, merchant]) + "\n"


def _hello(about: About) -> str:
    return _("Hello {name},").format(name=about.name) if about.name else _("Hello,")


def _short(about: About, subject: str, words: str, button: str = "") -> Letter:
    paragraphs = (_hello(about), words)
    return Letter(subject.format(number=about.number), paragraphs, (), button or _("See your order"), about.link)
