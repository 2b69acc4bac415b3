"""Judge one scan, and count it when it is right."""

from dataclasses import asdict, dataclass
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.picking import finish_if_done, save
from fulfillment.events import ScanRefused
from fulfillment.floor.going_on import check_goes_on
from fulfillment.floor.judging import COUNTED, NOT_YOURS, OVER_SCAN, SERIAL_NEEDED, WRONG_ITEM, Judgement, judge
from fulfillment.floor.meaning import Meant, what_is_meant
from fulfillment.floor.queries import lines_of_work, pack_stops, pick_stops
from fulfillment.locks import lock_work
from fulfillment.models import PACK, PICK, FulfillmentLine, FulfillmentOrder, Scan
from inventory.gs1 import SEPARATOR
from oms.core.errors import Conflict, Invalid
from oms.core.events import publish
from oms.core.tenancy import unit

CODE_MAX = 200


class ScanIdUsed(Conflict):
    """A device's id names one scan for ever."""

    code = "scan_id_used"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``sentence`` is what the screen says; ``left`` counts the units this stage still wants; ``units`` this scan's."""

    verdict: str
    sentence: str
    sku: str
    line_id: str
    left: int
    state: str
    units: int = 1


def record_scan(*, fulfillment_order_id: UUID, scan_id: UUID, code: str, typed: bool = False) -> Verdict:
    """Judge a code against the work, for picking or, once that is done, for packing.

    The same ``scan_id`` again is answered as the first time and counts once. Raises `NotAllowed` outside
    picking and packing, `CancelAsked`, `ScanIdUsed` or `Invalid`.
    """
    code = _clean(code)
    order, work = lock_work(fulfillment_order_id)
    known = Scan.objects.filter(id=scan_id).first()
    if known is not None:
        return _again(known, work, code)
    kind = PICK if work.state in (lifecycle.RELEASED, lifecycle.PICKING) else PACK
    state = lifecycle.next_state(work.state, "pick" if kind == PICK else "check")
    check_goes_on(order, work, "scan")
    lines = lines_of_work([work.id])[work.id]
    meant = what_is_meant(code, order=order, work=work, kind=kind, lines=lines)
    judged = _judge(work, kind, lines, meant, code)
    line = next((each for each in lines if each.id == judged.line_id), None)
    if judged.verdict in COUNTED:
        meant = meant.on_this_unit(work)
        _count(line, kind, judged.units)
        if state != work.state:
            work.state = state
            save(work)
        if kind == PICK:
            finish_if_done(order, work)
    elif judged.verdict in (WRONG_ITEM, OVER_SCAN):
        publish([ScanRefused(work.id, work.order_id, work.location_id, kind, judged.verdict)])
    left = sum(each.to_pick if kind == PICK else each.to_pack for each in lines)
    answer = Verdict(
        judged.verdict,
        judged.sentence,
        meant.sku,
        str(judged.line_id or ""),
        left,
        work.state,
        judged.units,
    )
    _write(scan_id, work, kind, line, code, typed, answer, meant)
    return answer


def _clean(code: str) -> str:
    code = code.strip()
    if not code or len(code) > CODE_MAX or not code.replace(SEPARATOR, "").isprintable():
        raise Invalid.field("code", f"Scan or type a code of at most {CODE_MAX} characters.", "unreadable")
    return code


def _again(known: Scan, work: FulfillmentOrder, code: str) -> Verdict:
    if known.fulfillment_order_id != work.id or known.code != code:
        raise ScanIdUsed("This scan's id names another scan. Give every scan an id of its own.")
    return Verdict(**known.answer)


def _judge(work: FulfillmentOrder, kind: str, lines: list[FulfillmentLine], meant: Meant, code: str) -> Judgement:
    if kind == PICK and work.picker_id != unit().actor.id:
        return Judgement(NOT_YOURS, f"{work.picker_label} picks this. Nothing was counted; take it over first.")
    if meant.against:
        return Judgement(meant.verdict, meant.against)
    stops = pick_stops(lines) if kind == PICK else pack_stops(lines)
    judged = judge(stops, item_id=meant.item_id, sku=meant.sku, code=code, units=meant.units)
    if judged.verdict in COUNTED and meant.wants_serial:
        return Judgement(SERIAL_NEEDED, f"Now scan the serial number of this {meant.sku}.", judged.line_id)
    return judged


def _count(line: FulfillmentLine, kind: str, units: int) -> None:
    counter = "picked" if kind == PICK else "packed"
    setattr(line, counter, getattr(line, counter) + units)
    line.save(update_fields=[counter])


def _write(
    scan_id: UUID, work: FulfillmentOrder, kind: str, line: FulfillmentLine | None, code: str, typed: bool,
    answer: Verdict, meant: Meant,
) -> None:  # fmt: skip
    actor = unit().actor
    Scan.objects.create(
        id=scan_id, fulfillment_order=work, fulfillment_line=line, kind=kind, code=code, typed=typed,
        lot_id=meant.lot_id, serial_id=meant.serial_id, verdict=answer.verdict, answer=asdict(answer),
        counted=answer.verdict in COUNTED, person_id=actor.id, person_label=actor.label, at=unit().now,
    )  # fmt: skip
