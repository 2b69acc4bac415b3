"""What a scanned code means for the work at hand: an item, a lot of one of its items, or one unit by its number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from fulfillment.floor.judging import LOT_REFUSED, SERIAL_NEEDED, SERIAL_REFUSED
from fulfillment.floor.shelf_life import good_until
from fulfillment.models import FulfillmentLine, FulfillmentOrder, Scan
from inventory.actions.tracing.serials import serial_at_hand
from inventory.models import SELLABLE, Lot, Serial
from inventory.queries import resolve_skus
from inventory.queries.serials import serials_by_code
from inventory.queries.tracing import lots_by_code, today
from inventory.stock.serials import RECEIVE
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Meant:
    """``units`` a pack stands for. ``against`` says why these must not leave, and ``verdict`` what that is called.

    ``wants_serial``: the item is known, and the number of this unit is asked for. ``new_serial``: the number is
    read for the first time.
    """

    item_id: UUID | None = None
    sku: str = ""
    lot_id: UUID | None = None
    serial_id: UUID | None = None
    against: str = ""
    verdict: str = ""
    wants_serial: bool = False
    new_serial: bool = False
    units: int = 1

    def on_this_unit(self, code: str, work: FulfillmentOrder) -> "Meant":
        """The same once it counts: a number is written down where the unit was scanned."""
        if not self.new_serial and self.serial_id is None:
            return self
        serial_id = serial_at_hand(item_id=self.item_id, code=code, location_id=work.location_id)
        return replace(self, serial_id=serial_id)


def what_is_meant(
    code: str, *, order: Order, work: FulfillmentOrder, kind: str, lines: Sequence[FulfillmentLine]
) -> Meant:
    """An item comes first; a lot's code, or a unit's number, counts as one unit of its item."""
    item = resolve_skus([code], channel_id=order.channel_id, packs=True).get(code)
    if item is not None:
        asked = {line.item_id for line in lines if line.item.tracks_serials and kind in line.item.serials_at}
        return Meant(item.id, item.sku, wants_serial=item.id in asked, units=item.units)
    by_lot = {line.item_id for line in lines if line.item.tracks_lots}
    if by_lot and (lots := lots_by_code(code, by_lot)):
        return _of_lot(_wanted(lots, lines), order)
    by_serial = {line.item_id for line in lines if line.item.tracks_serials}
    if not by_serial:
        return Meant()
    if serials := serials_by_code(code, by_serial):
        return _of_serial(_wanted(serials, lines), order, work, kind)
    return _of_new_number(work, kind, lines)


def _wanted(named: Sequence, lines: Sequence[FulfillmentLine]):
    """Of several that are called the same, one whose item this work still wants."""
    wanted = {line.item_id for line in lines if line.to_pick or line.to_pack}
    return next((each for each in named if each.item_id in wanted), named[0])


def _of_lot(lot: Lot, order: Order) -> Meant:
    return Meant(lot.item_id, lot.item.sku, lot.id, against=_against(lot, good_until([order])[order.id]),
                 verdict=LOT_REFUSED)  # fmt: skip


def _of_serial(serial: Serial, order: Order, work: FulfillmentOrder, kind: str) -> Meant:
    known = Meant(serial.item_id, serial.item.sku, serial.lot_id, serial.id)
    if against := _against_serial(serial, work, kind):
        return replace(known, against=against, verdict=SERIAL_REFUSED)
    if serial.lot and (against := _against(serial.lot, good_until([order])[order.id])):
        return replace(known, against=against, verdict=LOT_REFUSED)
    return known


def _against_serial(serial: Serial, work: FulfillmentOrder, kind: str) -> str:
    if serial.blocked_at is not None:
        return f"{serial.code} is blocked: {serial.blocked_reason}. Put this one aside, and take another."
    if serial.location_id is None and serial.state == "customer":
        return f"{serial.code} has left with an order by the book. Put this one aside to be looked at."
    if serial.location_id is not None and (serial.location_id, serial.state) != (work.location_id, SELLABLE):
        where = f"{serial.location.name}, {serial.state.replace('_', ' ')}"
        return f"{serial.code} is elsewhere by the book: {where}. Put this one aside to be looked at."
    if Scan.objects.filter(fulfillment_order=work, kind=kind, counted=True, serial=serial).exists():
        return f"{serial.code} was scanned already. Scan the next one."
    others = Scan.objects.filter(serial=serial, counted=True, fulfillment_order__dispatched_at__isnull=True)
    if others.exclude(fulfillment_order=work).exclude(fulfillment_order__state="stopped").exists():
        return f"{serial.code} was picked for another order. Put this one back where it belongs."
    return ""


def _of_new_number(work: FulfillmentOrder, kind: str, lines: Sequence[FulfillmentLine]) -> Meant:
    """A number nobody has read before, right after the item's own code: it is this unit's."""
    last = Scan.objects.filter(fulfillment_order=work, kind=kind).order_by("-at", "-id").first()
    if last is None or last.verdict != SERIAL_NEEDED:
        return Meant()
    line = next((each for each in lines if each.id == last.fulfillment_line_id), None)
    if line is None:
        return Meant()
    if RECEIVE in line.item.serials_at:
        against = "No unit with this serial number was received. Put this one aside to be looked at."
        return Meant(line.item_id, line.item.sku, against=against, verdict=SERIAL_REFUSED)
    return Meant(line.item_id, line.item.sku, new_serial=True)


def _against(lot: Lot, good_on: date) -> str:
    if lot.blocked_at is not None:
        return f"Lot {lot.code} is blocked: {lot.blocked_reason}. Put this one aside, and take another lot."
    if lot.expires_on is None or lot.expires_on >= good_on:
        return ""
    if lot.expires_on < today():
        return f"Lot {lot.code} expired on {lot.expires_on}. Put this one aside, and take another lot."
    return (
        f"Lot {lot.code} is good until {lot.expires_on}, and this order must get what is good until {good_on}. "
        "Put this one back, and take another lot."
    )
