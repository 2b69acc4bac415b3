"""What a second person has approved: an adjustment, or what a whole count found."""

from collections.abc import Mapping

from inventory.actions import adjust
from inventory.actions.counts import finishing


def carry_out(params: Mapping) -> object:
    """Do it, as the person who approved."""
    act = finishing.carry_out if "count_id" in params else adjust.carry_out
    return act(params)
