"""All checks of one order put together."""

from dataclasses import dataclass

from orders.screening.checks import check_address, check_lines, check_payment
from orders.screening.fraud import THRESHOLD, signals
from orders.screening.sheet import HoldWanted, Sheet, Verdict

VERSION = "1"


@dataclass(frozen=True)
class Judgement:
    """``holds`` is empty when the order may proceed."""

    points: int
    verdicts: tuple[Verdict, ...]
    holds: tuple[HoldWanted, ...]
    sentence: str

    @property
    def cleared(self) -> bool:
        return not self.holds


def judge(sheet: Sheet) -> Judgement:
    """Run every check; an order is held for each reason it fails, and for risk at `THRESHOLD` points."""
    verdicts: list[Verdict] = []
    holds: list[HoldWanted] = []
    for check in (check_address, check_lines, check_payment):
        said, wanted = check(sheet)
        verdicts += said
        holds += wanted
    found = list(signals(sheet))
    verdicts += found or [Verdict("fraud", True, "No signal of fraud.")]
    points = sum(verdict.points for verdict in verdicts)
    if points >= THRESHOLD:
        holds.append(_risk(points, [verdict for verdict in verdicts if verdict.points]))
    return Judgement(points, tuple(verdicts), tuple(holds), _sentence(points, holds))


def _risk(points: int, signals_found: list[Verdict]) -> HoldWanted:
    return HoldWanted(
        "risk",
        " ".join(verdict.sentence for verdict in signals_found),
        evidence={"points": points, "signals": [verdict.to_json() for verdict in signals_found]},
    )


def _sentence(points: int, holds: list[HoldWanted]) -> str:
    if not holds:
        return "Nothing stands in the way." if not points else f"Cleared with {points} of {THRESHOLD} risk points."
    return "Held: " + " ".join(hold.reason for hold in holds)
