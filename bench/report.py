"""Results: a table to read, a JSON file to compare with last month's."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Result:
    """One measured thing. ``ratio`` is ours ÷ the floor's rate (1 = as fast as hand-written SQL)."""

    name: str
    ours: str
    floor: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None
    figures: dict = field(default_factory=dict)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of them lie."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def latency(values: Sequence[float]) -> dict[str, float]:
    """Milliseconds."""
    return {
        "p50_ms": round(statistics.median(values) * 1000, 2),
        "p95_ms": round(percentile(values, 0.95) * 1000, 2),
    }


def show(results: Sequence[Result]) -> None:
    rows = [("what", "ours", "floor", "ratio", "aim", "")] + [
        (
            each.name,
            each.ours,
            each.floor,
            "" if each.ratio is None else f"{each.ratio:.3f}",
            each.aim,
            {True: "met", False: "MISSED", None: ""}[each.met],
        )
        for each in results
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for position, row in enumerate(rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if position == 0:
            print("  ".join("-" * width for width in widths))


def write(results: Sequence[Result], path: Path, **about: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**about, "results": [asdict(each) for each in results]}, indent=2))
