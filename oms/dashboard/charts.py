"""Small charts as SVG drawn here, in the page's own colours, each with a table that says the same.

Charts that need axes and legends will come from a library; a row of bars does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 480, 96, 4


@dataclass(frozen=True)
class Bar:
    """One bar, in SVG units, with what it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int
    unfinished: bool = False


@dataclass(frozen=True)
class BarChart:
    bars: tuple[Bar, ...]
    summary: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def first(self) -> Bar:
        return self.bars[0]


def bar_chart(values: Sequence[tuple[str, int]], *, summary: str, last_is_unfinished: bool = False) -> BarChart:
    """Bars from zero, scaled to the largest; ``summary`` is read out in their place."""
    highest = max((value for _, value in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    bars = [
        Bar(
            x=round(position * step + GAP / 2, 2),
            y=round(HEIGHT - HEIGHT * value / highest, 2),
            width=round(step - GAP, 2),
            height=round(HEIGHT * value / highest, 2),
            label=label,
            value=value,
            unfinished=last_is_unfinished and position == len(values) - 1,
        )
        for position, (label, value) in enumerate(values)
    ]
    return BarChart(tuple(bars), summary)
