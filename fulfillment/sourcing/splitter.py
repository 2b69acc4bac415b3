"""From packages of items to placements of lines: lines take their units in their own order, package by package."""

from collections.abc import Sequence

from fulfillment.sourcing.values import LineNeed, Package, Placed, Short


def split(lines: Sequence[LineNeed], packages: Sequence[Package]) -> tuple[tuple[Placed, ...], tuple[Short, ...]]:
    """Every unit of every line ends in exactly one placement or one shortage."""
    owed = {line.line_id: line.quantity for line in lines}
    placed: list[Placed] = []
    for package in packages:
        left = dict(package.contents.items())
        for line in lines:
            taken = min(owed[line.line_id], left.get(line.item_id, 0))
            if taken:
                placed.append(Placed(line.line_id, line.item_id, package.candidate.site.id, taken))
                owed[line.line_id] -= taken
                left[line.item_id] -= taken
    short = tuple(
        Short(line.line_id, line.item_id, line.sku, owed[line.line_id]) for line in lines if owed[line.line_id]
    )
    return tuple(placed), short
