"""What a fact that has already happened does to a shelf. Pure.

It can always be written: what the book could not know comes from *unexplained* first, and what the
shelf no longer covers loses its reservation.
"""

from dataclasses import dataclass

# Why a book is corrected → where the units went, or came from.
REASONS: dict[str, tuple[str, str]] = {
    "count": ("Counted", "unexplained"),
    "found": ("Found", "found"),
    "loss": ("Lost", "loss"),
    "theft": ("Stolen", "loss"),
    "damage": ("Damaged and thrown away", "loss"),
    "expired": ("Past its date", "loss"),
    "sample": ("Used as a sample", "loss"),
    "production": ("Made or used in production", "production"),
    "correction": ("Correction of a mistake", "unexplained"),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """``unexplained`` units enter the book before the change; ``lost`` are reserved units no longer covered."""

    change: int
    on_hand: int
    unexplained: int
    lost: int


def correct(*, on_hand: int, reserved: int, change: int) -> Correction:
    """The shelf after ``change`` more (or fewer) units."""
    unexplained = max(0, -change - on_hand)
    after = on_hand + unexplained + change
    return Correction(change, after, unexplained, max(0, reserved - after))
