"""What a scan means for the work at hand. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

RIGHT, LINE_DONE, WRONG_ITEM, OVER_SCAN, UNKNOWN, NOT_YOURS, LOT_REFUSED, SERIAL_NEEDED, SERIAL_REFUSED = (
    "right", "line_done", "wrong_item", "over_scan", "unknown", "not_yours", "lot_refused", "serial_needed",
    "serial_refused",
)  # fmt: skip
COUNTED = (RIGHT, LINE_DONE)


@dataclass(frozen=True, slots=True)
class Stop:
    """One line of the walk: ``done`` of ``wanted`` units, in the bin that lies first on the way."""

    line_id: UUID
    item_id: UUID
    sku: str
    name: str
    done: int
    wanted: int
    bin: str = ""

    @property
    def is_open(self) -> bool:
        return self.done < self.wanted


@dataclass(frozen=True, slots=True)
class Judgement:
    """``line_id`` is the line that counts ``units`` more, or that is full; None when the scan is for no line."""

    verdict: str
    sentence: str
    line_id: UUID | None = None
    units: int = 1


def judge(stops: Sequence[Stop], *, item_id: UUID | None, sku: str, code: str, units: int = 1) -> Judgement:
    """``stops`` in walking order; ``item_id`` is what the code names, None when it names nothing.

    The code of a pack stands for its ``units``, of which no more count than are wanted.
    """
    if item_id is None:
        return Judgement(UNKNOWN, f"No item has the code “{code}”. Set it aside, or look it up.")
    same = [stop for stop in stops if stop.item_id == item_id]
    if not same:
        return Judgement(WRONG_ITEM, f"Not this one. You scanned {sku}. {_need(stops)}")
    stop = next((each for each in same if each.is_open), None)
    if stop is None:
        full = same[-1]
        return Judgement(OVER_SCAN, f"Already {full.done} of {full.wanted}. Put this one back.", full.line_id)
    counted = min(units, stop.wanted - stop.done)
    done, only = stop.done + counted, f"Take only {counted} of the {units}. " if counted < units else ""
    if done < stop.wanted:
        return Judgement(RIGHT, f"{done} of {stop.wanted}", stop.line_id, counted)
    coming = next((each for each in stops if each.is_open and each.line_id != stop.line_id), None)
    rest = f"Done. Next: {coming.sku}" if coming else "Done. That was the last one."
    return Judgement(LINE_DONE, f"{only}{rest}", stop.line_id, counted)


def _need(stops: Sequence[Stop]) -> str:
    wanted = next((each for each in stops if each.is_open), None)
    return f"Need {wanted.sku}." if wanted else "Nothing is missing here."
