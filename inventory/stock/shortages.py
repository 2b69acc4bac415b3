"""What is short, as problems of the lines that asked for it. Pure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from inventory.stock.values import Shortage
from oms.core.errors import FieldError


def shortage_problems(shortages: Sequence[Shortage], positions: Mapping[UUID, int]) -> list[FieldError]:
    """``positions``: demand → where its line stood (``lines.N.quantity``)."""
    return [
        FieldError(
            f"lines.{positions[each.demand_id]}.quantity", "insufficient_stock",
            f"{each.wanted} × {each.sku} wanted, {each.available} available.",
        )
        for each in shortages
    ]  # fmt: skip
