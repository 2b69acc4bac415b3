"""Goods of a return arrive: booked in on quality hold, to be looked at."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.actions.take_back import TakenBack, take_back
from inventory.queries.serials import serials_by_code
from inventory.stock.serials import RETURN
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.errors import FieldError, Invalid, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.work import return_units
from returns import lifecycle
from returns.actions.following import follow_orders, save
from returns.errors import NotExpected
from returns.events import ReturnReceived
from returns.locks import lock_return
from returns.models import Receipt, Return, ReturnLine
from returns.queries import lines_of_returns


@dataclass(frozen=True)
class ReceiptDraft:
    """Units of a line that arrived; ``id`` is the device's own, so that one sent twice counts once.

    ``serial`` is the number that was read on the one unit.
    """

    id: UUID
    return_line_id: UUID
    quantity: int = 1
    serial: str = ""


def receive_return(*, return_id: UUID, receipts: Sequence[ReceiptDraft]) -> Return:
    """Book what arrived. What was booked before under the same id is left as it is.

    Raises `NotFound`, `NotAllowed`, and `NotExpected` for more than is waited for: nothing is booked then.
    """
    order, found = lock_return(return_id)
    lines = {line.id: line for line in lines_of_returns([found.id])[found.id]}
    fresh = _not_yet(receipts)
    if not fresh:
        return found
    state = lifecycle.next_state(found.state, "receive")
    units, serials = _units(fresh, lines), _serials(fresh, lines)
    update_rows(
        ReturnLine,
        [{"id": key, "received": count} for key, count in units.items()],
        set_sql="received = t.received + r.received",
    )
    insert_rows(Receipt, [_row(each) for each in fresh])
    return_units(units={lines[key].order_line_id: count for key, count in units.items()})
    _book(found, units, lines, serials)
    found.state, found.received_at = state, found.received_at or unit().now
    save(found, "received_at")
    complete = all(line.received + units.get(line.id, 0) == line.quantity for line in lines.values())
    total = sum(units.values())
    sentence = f"{total} {'unit' if total == 1 else 'units'} of return R{found.number} arrived at {found.location.name}"
    record([Change("returns.receive", sentence, (("order", order.id), ("return", found.id)))])
    publish([ReturnReceived(found.id, order.id, found.number, total, complete)])
    follow_orders([order])
    return found


def line_of_code(found: Return, code: str) -> ReturnLine:
    """The line that a scanned code means: one that still waits for units first. Raises `NotExpected`."""
    key, lines = code.strip().upper(), lines_of_returns([found.id])[found.id]
    named = [line for line in lines if key in _codes(line)] or _of_serial(code, lines)
    waiting = [line for line in named if line.received < line.quantity]
    if waiting or named:
        return (waiting or named)[0]
    raise NotExpected(f"“{code[:40]}” is not in this return. Put it aside, and look for the return it belongs to.")


def serial_in(line: ReturnLine, code: str) -> str:
    """The scanned code where it is a unit's own number; empty where it names the item."""
    return "" if code.strip().upper() in _codes(line) else code.strip()


def _of_serial(code: str, lines: Sequence[ReturnLine]) -> list[ReturnLine]:
    """Lines of the item of this unit, the one that it left for first."""
    items = {line.item_id for line in lines if line.item.tracks_serials}
    serials = serials_by_code(code, items) if items else []
    mine = [(serial, line) for serial in serials for line in lines if line.item_id == serial.item_id]
    return [line for serial, line in sorted(mine, key=lambda each: each[1].order_line_id != each[0].demand_id)]


def _codes(line: ReturnLine) -> set[str]:
    return {line.item.sku_key, *(each.strip().upper() for each in line.item.barcodes)}


def _not_yet(receipts: Sequence[ReceiptDraft]) -> list[ReceiptDraft]:
    known = set(Receipt.objects.filter(id__in=[each.id for each in receipts]).values_list("id", flat=True))
    return [each for each in receipts if each.id not in known]


def _units(receipts: Sequence[ReceiptDraft], lines: dict[UUID, ReturnLine]) -> dict[UUID, int]:
    units: dict[UUID, int] = defaultdict(int)
    for each in receipts:
        if each.return_line_id not in lines:
            raise NotFound("This return has no such line.")
        units[each.return_line_id] += each.quantity
    for line_id, count in units.items():
        line = lines[line_id]
        if count < 1 or count > line.quantity - line.received:
            left = line.quantity - line.received
            message = (
                f"This return waits for {left} more × {line.item.sku}, not {count}. "
                "Open another return for what else came."
            )
            raise NotExpected(message, fields=[FieldError("quantity", "not_expected", message)], left=left)
    return units


def _row(draft: ReceiptDraft) -> dict:
    opened = unit()
    return {
        "id": draft.id, "line_id": draft.return_line_id, "quantity": draft.quantity,
        "person_label": opened.actor.label, "at": opened.now,
    }  # fmt: skip


def _serials(receipts: Sequence[ReceiptDraft], lines: dict[UUID, ReturnLine]) -> dict[UUID, list[UUID]]:
    """Line → the units that were read, where the item's serials are asked for or were read all the same."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for position, each in enumerate(receipts):
        item = lines[each.return_line_id].item
        if not each.serial:
            if item.tracks_serials and RETURN in item.serials_at:
                message = f"Scan the serial number of this {item.sku}."
                raise Invalid.field(f"receipts.{position}.serial", message, "required")
            continue
        serial = next(iter(serials_by_code(each.serial, [item.id])), None)
        if serial is None or serial.location_id is not None or serial.id in found[each.return_line_id]:
            where = "stands here twice" if serial and not serial.location_id else "is not with a customer by the book"
            message = f"Serial number {each.serial[:80]} of {item.sku} {where}. Look at the unit again."
            raise Invalid.field(f"receipts.{position}.serial", message, "unknown_serial")
        if each.quantity != 1:
            raise Invalid.field(f"receipts.{position}.quantity", "A serial number is of one unit.", "out_of_range")
        found[each.return_line_id].append(serial.id)
    return found


def _book(
    found: Return, units: dict[UUID, int], lines: dict[UUID, ReturnLine], serials: dict[UUID, list[UUID]]
) -> None:
    take_back(
        receipts=[
            TakenBack(
                lines[key].item_id,
                found.location_id,
                count,
                found.id,
                lines[key].order_line_id,
                serial_ids=tuple(serials.get(key, ())),
            )
            for key, count in units.items()
        ],
        reason=f"Return R{found.number}",
    )  # fmt: skip
