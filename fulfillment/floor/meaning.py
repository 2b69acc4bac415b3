"""What a scanned code means for the work at hand: an item, a lot of one of its items, or one unit by its number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from fulfillment.floor.judging import LOT_REFUSED, SERIAL_NEEDED, SERIAL_REFUSED
from fulfillment.floor.shelf_life import good_until
from fulfillment.models import FulfillmentLine, FulfillmentOrder, Scan
from inventory import gs1
from inventory.actions.tracing.serials import serial_at_hand
from inventory.models import SELLABLE, Item, Lot, Serial
from inventory.queries import resolve_skus
from inventory.queries.serials import serials_by_code
from inventory.queries.tracing import lots_by_code, today
from inventory.stock.serials import RECEIVE
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Meant:
    """``units`` a pack stands for. ``against`` says why these must not leave, and ``verdict`` what that is called.

    ``wants_serial``: the item is known, and the number of this unit is asked for. ``number`` is a unit's own, also
    when it is read for the first time.
    """

    item_id: UUID | None = None
    sku: str = ""
    lot_id: UUID | None = None
    serial_id: UUID | None = None
    number: str = ""
    against: str = ""
    verdict: str = ""
    wants_serial: bool = False
    units: int = 1

    def on_this_unit(self, work: FulfillmentOrder) -> "Meant":
        """The same once it counts: a number is written down where the unit was scanned."""
        if not self.number:
            return self
        at_hand = serial_at_hand(item_id=self.item_id, code=self.number, location_id=work.location_id)
        return replace(self, serial_id=at_hand)


def what_is_meant(
    code: str, *, order: Order, work: FulfillmentOrder, kind: str, lines: Sequence[FulfillmentLine]
) -> Meant:
    """An item comes first; a lot's code, a unit's number, or a GS1 code counts as one unit of its item."""
    item = resolve_skus([code], channel_id=order.channel_id, packs=True).get(code)
    if item is None and (said := gs1.read(code)):
        return _of_gs1(said, order=order, work=work, kind=kind, lines=lines)
    if item is not None:
        asked = {line.item_id for line in lines if _wants_serial(line.item, kind)}
        return Meant(item.id, item.sku, wants_serial=item.id in asked, units=item.units)
    return _of_name(code, order=order, work=work, kind=kind, lines=lines)


def _of_gs1(
    said: gs1.Gs1, *, order: Order, work: FulfillmentOrder, kind: str, lines: Sequence[FulfillmentLine]
) -> Meant:
    """Its item, and of that the unit or the lot it names, where those are told apart."""
    items = resolve_skus(said.item_codes, channel_id=order.channel_id, packs=True)
    item = next((items[each] for each in said.item_codes if each in items), None)
    line = next((line for line in lines if item and line.item_id == item.id), None)
    if line is None:
        return Meant(item.id, item.sku) if item else Meant()
    if said.serial and line.item.tracks_serials:
        serials = serials_by_code(said.serial, [item.id])
        return _of_serial(serials[0], order, work, kind) if serials else _new_number(line, said.serial)
    if said.lot and line.item.tracks_lots and (lots := lots_by_code(said.lot, [item.id])):
        return replace(_of_lot(lots[0], order, kind), units=item.units)
    if said.expires_on and line.item.tracks_lots and said.expires_on < today():
        against = f"This one expired on {said.expires_on}. Put it aside, and take another lot."
        return Meant(item.id, item.sku, against=against, verdict=LOT_REFUSED)
    return Meant(item.id, item.sku, wants_serial=_wants_serial(line.item, kind), units=item.units)


def _of_name(code: str, *, order: Order, work: FulfillmentOrder, kind: str, lines: Sequence[FulfillmentLine]) -> Meant:
    """A lot or a unit of an item of the work, by what it is called."""
    by_lot = {line.item_id for line in lines if line.item.tracks_lots}
    if by_lot and (lots := lots_by_code(code, by_lot)):
        return _of_lot(_wanted(lots, lines), order, kind)
    by_serial = {line.item_id for line in lines if line.item.tracks_serials}
    if not by_serial:
        return Meant()
    if serials := serials_by_code(code, by_serial):
        return _of_serial(_wanted(serials, lines), order, work, kind)
    return _read_next(code, work, kind, lines)


def _wants_serial(item: Item, kind: str) -> bool:
    return item.tracks_serials and kind in item.serials_at


def _wanted(named: Sequence, lines: Sequence[FulfillmentLine]):
    """Of several that are called the same, one whose item this work still wants."""
    wanted = {line.item_id for line in lines if line.to_pick or line.to_pack}
    return next((each for each in named if each.item_id in wanted), named[0])


def _of_lot(lot: Lot, order: Order, kind: str) -> Meant:
    against = _against(lot, good_until([order])[order.id])
    wants = _wants_serial(lot.item, kind)
    return Meant(lot.item_id, lot.item.sku, lot.id, against=against, verdict=LOT_REFUSED, wants_serial=wants)


def _of_serial(serial: Serial, order: Order, work: FulfillmentOrder, kind: str) -> Meant:
    known = Meant(serial.item_id, serial.item.sku, serial.lot_id, serial.id, number=serial.code)
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


def _read_next(code: str, work: FulfillmentOrder, kind: str, lines: Sequence[FulfillmentLine]) -> Meant:
    """A number nobody has read before, right after the item's own code: it is this unit's."""
    last = Scan.objects.filter(fulfillment_order=work, kind=kind).order_by("-at", "-id").first()
    if last is None or last.verdict != SERIAL_NEEDED:
        return Meant()
    line = next((each for each in lines if each.id == last.fulfillment_line_id), None)
    return _new_number(line, code) if line else Meant()


def _new_number(line: FulfillmentLine, number: str) -> Meant:
    """Where all units are read when they are received, there is no such unit."""
    if RECEIVE in line.item.serials_at:
        against = "No unit with this serial number was received. Put this one aside to be looked at."
        return Meant(line.item_id, line.item.sku, against=against, verdict=SERIAL_REFUSED)
    return Meant(line.item_id, line.item.sku, number=number)


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
