"""Does a box weigh what is in it? Pure."""

from dataclasses import dataclass

SHARE = 0.08
# The box and its padding, which nobody weighs apart.
BOX_G = 500


@dataclass(frozen=True, slots=True)
class Weighed:
    scale_g: int
    expected_g: int


def is_plausible(weighed: Weighed) -> bool:
    """Lighter than its items by more than a scale errs, or heavier than they and a box, something is amiss."""
    low = weighed.expected_g * (1 - SHARE)
    high = weighed.expected_g * (1 + SHARE) + BOX_G
    return low <= weighed.scale_g <= high
