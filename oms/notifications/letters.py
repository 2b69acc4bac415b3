"""What each mail says: what happened, what is next, and one button. Pure; formats are the merchant's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from babel.dates import format_time
from django.utils.translation import gettext as _

from oms.core.formatting import Formats, day_text, money_text
from oms.notifications.parcels import Box, Contents

# What a customer calls the reason of a mail, for lists.
WORDS = {
    "placed": "Order placed", "verification": "Held for verification", "shipped": "Shipped",
    "delayed": "Delayed", "out_for_delivery": "Out for delivery", "delivered": "Delivered", "canceled": "Canceled",
    "return_approved": "Return approved", "return_declined": "Return declined",
    "return_received": "Return received", "refunded": "Refunded", "satisfaction": "How was it?",
    "portal_code": "Code for the order page", "portal_orders": "Links to their orders",
    "recalled": "Recall",
}  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """``rows`` are label and value, like items and sums. ``button`` is a label; its address is the order's link.

    ``links`` are labels and addresses of several, where there is no one order.
    """

    subject: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...] = ()
    button: str = ""
    link: str = ""
    links: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict:
        return {
            "subject": self.subject, "paragraphs": list(self.paragraphs), "rows": [list(row) for row in self.rows],
            "button": self.button, "link": self.link, "links": [list(each) for each in self.links],
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict) -> "Letter":
        rows, links = (tuple(tuple(row) for row in data.get(name, ())) for name in ("rows", "links"))
        return cls(data["subject"], tuple(data["paragraphs"]), rows, data["button"], data["link"], links)


@dataclass(frozen=True)
class About:
    """The order as a letter needs it. ``lines`` are name, units and sum; ``extras`` what else adds to the total.

    ``link`` is the customer's own page of it.
    """

    number: int
    merchant: str
    name: str
    currency: str
    total: Decimal
    paid: bool
    lines: Sequence[tuple[str, int, Decimal]]
    extras: Sequence[tuple[str, Decimal]]
    link: str
    formats: Formats
    now: datetime

    def money(self, amount: Decimal) -> str:
        return money_text(amount, self.currency, self.formats)

    def day(self, at: datetime) -> str:
        zone = self.formats.zone
        return day_text(at.astimezone(zone).date(), self.now.astimezone(zone).date(), self.formats)

    def moment(self, at: datetime) -> str:
        """With its day and its zone: a mail is read later, and elsewhere."""
        city = self.formats.zone.key.rpartition("/")[2].replace("_", " ")
        words = _("{day}, {clock} ({city} time)")
        clock = format_time(at, "short", tzinfo=self.formats.zone, locale=self.formats.locale)
        return words.format(day=self.day(at), clock=clock, city=city)


def placed(about: About) -> Letter:
    rows = [(f"{units} × {name}", about.money(total)) for name, units, total in about.lines]
    rows += [(name, about.money(amount)) for name, amount in about.extras]
    words = (
        _("We have it, and we tell you again when it leaves.")
        if about.paid
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


def shipped(about: About, *, box: Box) -> Letter:
    subject = _of_parcel(
        box, _("Order #{number} is on its way"), _("Order #{number}: parcel {position} is on its way"),
        _("Order #{number}: parcel {position} of {total} is on its way"),
    )  # fmt: skip
    paragraphs = [_("Your parcel has left us. {carrier} has it.").format(carrier=box.carrier)]
    if box.promised_at is not None:
        paragraphs.append(_("It should be with you by {when}.").format(when=about.moment(box.promised_at)))
    if box.contents and (box.follows or box.total != 1):
        paragraphs.append(_("In it: {contents}.").format(contents=_listed(box.contents)))
    if box.follows:
        words = _("Still to come: {contents}. We tell you when it leaves.")
        paragraphs.append(words.format(contents=_listed(box.follows)))
    letter = _short(about, subject, paragraphs, _("Where is it?"))
    return replace(letter, rows=((_("Tracking number"), box.tracking),)) if box.tracking else letter


def out_for_delivery(about: About, *, box: Box) -> Letter:
    subject = _of_parcel(
        box, _("Order #{number} comes today"), _("Order #{number}: parcel {position} comes today"),
        _("Order #{number}: parcel {position} of {total} comes today"),
    )  # fmt: skip
    return _short(about, subject, [_("The driver has your parcel on board.")], _("Where is it?"))


def delivered(about: About, *, box: Box, at: datetime) -> Letter:
    subject = _of_parcel(
        box, _("Order #{number} was delivered"), _("Order #{number}: parcel {position} was delivered"),
        _("Order #{number}: parcel {position} of {total} was delivered"),
    )  # fmt: skip
    paragraphs = [_("Your parcel was delivered: {when}. If it is not with you, tell us.").format(when=about.moment(at))]
    if not box.last and box.contents:
        paragraphs.append(_("In it: {contents}.").format(contents=_listed(box.contents)))
        paragraphs.append(_("The rest of your order is still to come."))
    return _short(about, subject, paragraphs)


def canceled(about: About) -> Letter:
    words = (
        _("Your order was canceled. What you paid for it is refunded separately, and we tell you then.")
        if about.paid
        else _("Your order was canceled. There is nothing to pay.")
    )
    return _short(about, _("Order #{number} was canceled"), [words])


def delayed(about: About) -> Letter:
    words = _(
        "Some of your order comes later than we told you, and we are sorry. We send it as soon as it is here. You can "
        "also cancel it, and what you paid for it comes back to you."
    )
    return _short(about, _("Part of order #{number} is delayed"), [words], _("See your order, or cancel it"))


def return_approved(about: About, *, return_number: int, send_by: datetime | None) -> Letter:
    words = [_("You can send it back. Write the number of the return on the parcel.")]
    if send_by is not None:
        words.append(_("Please send it by {day}.").format(day=about.day(send_by)))
    letter = _short(about, _("Your return of order #{number}"), words, _("What to do now"))
    return replace(letter, rows=((_("Return"), f"R{return_number}"),))


def return_declined(about: About, *, reason: str) -> Letter:
    return _short(about, _("Your return of order #{number}"), [_("We cannot take it back."), reason])


def return_received(about: About) -> Letter:
    words = [_("What you sent back is here. We look at it next, and tell you about your money then.")]
    return _short(about, _("Your return of order #{number} arrived"), words, _("Follow your return"))


def refunded(about: About, *, amount: Decimal) -> Letter:
    words = _("We sent {amount} back to where it came from. Your bank may take a few days to show it.")
    subject = _("{amount} refunded for order #{number}").format(amount=about.money(amount), number="{number}")
    return _short(about, subject, [words.format(amount=about.money(amount))])


def satisfaction(about: About) -> Letter:
    words = [_("One question: how was it? One tap is enough.")]
    return _short(about, _("How was order #{number}?"), words, _("Answer"))


def recalled(about: About, *, reason: str, advice: str, goods: Sequence[tuple[int, int, str, str]]) -> Letter:
    """``goods`` are order number, units, name, and lot or serial number of what the customer still has."""
    words = [_("We call back goods that you got from us: {reason}").format(reason=_ended(reason))]
    words.append(advice or _("Please do not use them, and write to us: we put it right."))
    rows = tuple(
        (
            _("{units} × {name}, order #{number}").format(units=units, name=name, number=number),
            code,
        )
        for number, units, name, code in goods
    )
    return replace(_short(about, _("Important: we call back goods of order #{number}"), words), rows=rows)


def portal_code(about: About, *, code: str) -> Letter:
    return Letter(
        _("{code} is your code").format(code=code),
        (
            _hello(about),
            _("Type this code on the page of your order. It is good for 15 minutes, and nobody from us asks for it."),
        ),
        ((_("Code"), code),),
    )


def without_code(letter: Letter) -> Letter:
    """What is kept of a code's letter once it is with its customer, or with nobody."""
    return replace(letter, subject=_("A code for the order page"), rows=((_("Code"), "••••••"),))


def portal_orders(about: About, *, orders: Sequence[tuple[int, datetime, str]]) -> Letter:
    """``orders`` are number, when it was placed, and the link of each."""
    words = _("Order #{number}, {day}")
    return Letter(
        _("Your orders with {merchant}").format(merchant=about.merchant),
        (_hello(about), _("You asked for the links to your orders. If it was not you, nobody else has got them.")),
        links=tuple((words.format(number=number, day=about.day(at)), link) for number, at, link in orders),
    )


def without_links(letter: Letter) -> Letter:
    """The same for the way to all orders of an address, which not everybody who sees one of them may see."""
    return replace(letter, links=())


# What of a letter is for its customer alone.
WITHOUT = {"portal_code": without_code, "portal_orders": without_links}


def as_text(letter: Letter, *, merchant: str) -> str:
    """The mail for who reads plain text."""
    parts = ["\n\n".join(letter.paragraphs)]
    if letter.rows:
        parts.append("\n".join(f"{label}: {value}" for label, value in letter.rows))
    if letter.links:
        parts.append("\n".join(f"{label}: {address}" for label, address in letter.links))
    if letter.link:
        parts.append(f"{letter.button}: {letter.link}")
    return "\n\n".join([*parts, merchant]) + "\n"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _hello(about: About) -> str:
    return _("Hello {name},").format(name=about.name) if about.name else _("Hello,")


def _short(about: About, subject: str, words: Sequence[str], button: str = "") -> Letter:
    paragraphs = (_hello(about), *words)
    return Letter(subject.format(number=about.number), paragraphs, (), button or _("See your order"), about.link)


def _of_parcel(box: Box, only: str, numbered: str, counted: str) -> str:
    """The sentence for the only parcel, for one of nobody knows how many, or for one of several."""
    sentence = only if box.total == 1 else counted if box.total else numbered
    return sentence.format(number="{number}", position=box.position, total=box.total)


def _listed(contents: Contents) -> str:
    return ", ".join(f"{units} × {name}" for name, units in contents)
