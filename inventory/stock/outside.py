"""What can have happened elsewhere, and what it does to a shelf. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.stock.leaving import leave

# What → the outside account that the goods go to, or come from.
WHAT_LEFT = {"sold": "customer", "shipped": "customer", "lost": "loss"}
WHAT_CAME = {"returned": "customer", "received": "supplier", "found": "found"}
WHAT = {**WHAT_LEFT, **WHAT_CAME}


@dataclass(frozen=True, slots=True)
class Outcome:
    """By how much a shelf changed, and for each thing that happened the units that the book did not have."""

    change: int
    unexplained: tuple[int, ...]


def happen(*, on_hand: int, reserved: int, moves: Sequence[int]) -> Outcome:
    """``moves`` are units that came (more than none) or left (fewer), one after the other as they are told.

    Units promised to others stay promised: what the shelf lacks beside them nobody can explain.
    """
    change, unexplained = 0, []
    for units in moves:
        gone = max(0, -units)
        missing = leave(on_hand=on_hand + change, reserved=reserved, units=gone, committed=0).unexplained
        change += units + missing
        unexplained.append(missing)
    return Outcome(change, tuple(unexplained))
