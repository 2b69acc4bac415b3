"""What a row of a file does: something new, a change, nothing, or nothing for a reason that can be put right."""

from dataclasses import dataclass

from inventory.sheets.fields import ADD, OPENING

NEW, CHANGED, SAME, BAD = OUTCOMES = ("new", "changed", "same", "bad")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``said`` is the change in words; ``field`` and ``message`` are what is bad and what to do about it."""

    outcome: str
    said: str = ""
    field: str = ""
    message: str = ""


def bad(field: str, message: str) -> Verdict:
    return Verdict(BAD, field=field, message=message)


def stock_verdict(mode: str, quantity: int, *, on_hand: int, booked: int) -> Verdict:
    """``booked``: as opening stock of this shelf, or from this very file, before."""
    if mode == OPENING:
        if booked not in (0, quantity):
            return bad(
                "quantity",
                f"Opening stock of {booked:,} is booked here already, and only once. Import what was counted instead.",
            )
        return Verdict(SAME) if booked == quantity else Verdict(NEW, f"{quantity:,} as opening stock")
    if mode == ADD:
        if quantity == 0:
            return bad("quantity", "0 adds nothing. Enter how many units came in.")
        return Verdict(SAME) if booked else Verdict(CHANGED, f"{on_hand:,} → {on_hand + quantity:,}")
    return Verdict(SAME) if quantity == on_hand else Verdict(CHANGED, f"{on_hand:,} → {quantity:,}")
