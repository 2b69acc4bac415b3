"""What a customer reads of an order: one sentence, how far it is, and each parcel in plain words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from oms.core.formatting import Formats, moment_text

STEPS = ("ordered", "preparing", "on_its_way", "out_for_delivery", "delivered")
STEP_WORDS = {
    "ordered": "Ordered", "preparing": "Getting ready", "on_its_way": "On its way",
    "out_for_delivery": "Out for delivery", "delivered": "Delivered",
}  # fmt: skip


@dataclass(frozen=True)
class Scan:
    """One scan as the carrier told it."""

    at: datetime
    place: str
    code: str
    description: str


@dataclass(frozen=True)
class Box:
    """One parcel with what is in it."""

    state: str
    carrier: str
    tracking: str = ""
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    labelled_at: datetime | None = None
    scans: Sequence[Scan] = ()
    contents: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Told:
    """``step`` is one of `STEPS`, empty for an order that goes no further."""

    sentence: str
    step: str
    more: str = ""


@dataclass(frozen=True)
class ToldBox:
    box: Box
    words: str
    step: str
    scans: Sequence[tuple[Scan, str]] = field(default_factory=tuple)


def tell_order(
    *, state: str, fulfillment: str, held: Sequence[str], boxes: Sequence[Box], ship_by: datetime | None,
    formats: Formats, now: datetime,
) -> Told:  # fmt: skip
    """The one big sentence, and where on the way the order is."""
    if state == "cancelled":
        return Told(_("This order was canceled."), "")
    if state == "cancel_requested":
        return Told(_("We are asking the warehouse to stop this order."), "preparing")
    live = [box for box in boxes if box.state not in ("voided", "draft")]
    if live and _all(live, "delivered") and fulfillment in ("shipped", "delivered"):
        return Told(_delivered(live, formats, now), "delivered")
    under_way = [box for box in live if box.state in _ON_ROAD]
    if under_way:
        return _on_the_road(under_way, fulfillment, formats, now)
    if held:
        return Told(_("We are checking something before we send it."), "preparing")
    if fulfillment == "backordered":
        words = _("We are waiting for stock.")
        return Told(words, "preparing", _("We send it as soon as it is here, and tell you then."))
    if ship_by is not None and ship_by > now:
        when = moment_text(ship_by, now, formats)
        return Told(_("Getting ready. We send it by {when}.").format(when=when), "preparing")
    begun = fulfillment in ("picking", "packed", "allocated", "part_allocated", "part_shipped")
    return Told(_("Getting ready."), "preparing") if begun else Told(_("We have your order."), "ordered")


def tell_box(box: Box, *, formats: Formats, now: datetime) -> ToldBox:
    """A parcel in plain words, with its scans, the newest first."""
    scans = tuple((scan, scan_words(scan)) for scan in sorted(box.scans, key=lambda each: each.at, reverse=True))
    return ToldBox(box, _box_words(box, scans, formats, now), _box_step(box), scans)


def scan_words(scan: Scan) -> str:
    """What one scan means to the customer; what the driver wrote comes with it."""
    words = {
        "picked_up": _("The carrier has it"), "in_transit": _("On its way"), "at_depot": _("Reached a depot"),
        "out_for_delivery": _("Out for delivery"), "attempted": _("Delivery was tried"),
        "exception": _("Something went wrong"), "returning": _("On its way back to us"),
        "delivered": _("Delivered"), "returned": _("Came back to us"),
    }.get(scan.code, scan.code)  # fmt: skip
    return f"{words}: {scan.description}" if scan.description else words


_ON_ROAD = (
    "labelled",
    "handed_over",
    "in_transit",
    "out_for_delivery",
    "exception",
    "returning",
    "returned",
    "delivered",
)


def _all(boxes: Sequence[Box], *states: str) -> bool:
    return all(box.state in states for box in boxes)


def _delivered(boxes: Sequence[Box], formats: Formats, now: datetime) -> str:
    times = [box.delivered_at for box in boxes if box.delivered_at]
    if not times:
        return _("Delivered.")
    return _("Delivered {when}.").format(when=moment_text(max(times), now, formats))


def _on_the_road(boxes: Sequence[Box], fulfillment: str, formats: Formats, now: datetime) -> Told:
    moving = [box for box in boxes if box.state not in ("delivered", "returned")]
    more = "" if fulfillment in ("shipped", "delivered") else _("The rest follows; we tell you when it leaves.")
    if any(box.state == "exception" for box in moving):
        words = _("Something went wrong on the way. We are looking into it.")
        return Told(words, "on_its_way", more)
    if any(box.state in ("returning", "returned") for box in boxes):
        return Told(_("The parcel is coming back to us. We refund it or send it again."), "on_its_way", more)
    if any(box.state == "out_for_delivery" for box in moving):
        return Told(_("It comes today."), "out_for_delivery", more)
    if moving and _all(moving, "labelled"):
        return Told(_("Packed. Waiting for the carrier to pick it up."), "preparing", more)
    promised = [box.promised_at for box in moving if box.promised_at]
    if promised and max(promised) < now:
        return Told(_("Running late. It is on its way to you."), "on_its_way", more)
    if promised:
        when = moment_text(max(promised), now, formats)
        return Told(_("Arriving by {when}.").format(when=when), "on_its_way", more)
    return Told(_("On its way to you."), "on_its_way", more)


def _box_step(box: Box) -> str:
    return {
        "labelled": "preparing", "out_for_delivery": "out_for_delivery", "delivered": "delivered",
    }.get(box.state, "on_its_way")  # fmt: skip


def _box_words(box: Box, scans: Sequence[tuple[Scan, str]], formats: Formats, now: datetime) -> str:
    newest = scans[0][0] if scans else None
    match box.state:
        case "labelled":
            return _("Packed. Waiting for {carrier} to pick it up.").format(carrier=box.carrier)
        case "delivered":
            return _delivered([box], formats, now)
        case "out_for_delivery":
            return _("The driver has it on board.")
        case "exception" if newest is not None and newest.code == "attempted":
            when = moment_text(newest.at, now, formats)
            return _("{carrier} tried to deliver it ({when}).").format(carrier=box.carrier, when=when)
        case "exception":
            return _("Something went wrong with this parcel. We are looking into it.")
        case "returning" | "returned":
            return _("The parcel is coming back to us. We refund it or send it again.")
    if newest is None:
        return _("{carrier} has it.").format(carrier=box.carrier)
    when = moment_text(newest.at, now, formats)
    if newest.place:
        return _("On its way. Last seen in {place}, {when}.").format(place=newest.place, when=when)
    return _("On its way. Last seen {when}.").format(when=when)
