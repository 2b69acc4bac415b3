"""May these goods come back? Each rule with its verdict, in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's answer; the sentence is for people."""

    rule: str
    passed: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Bought:
    """What the rules know of one line: units that left, units in returns already, when they arrived."""

    shipped: int
    in_returns: int
    final_sale: bool
    arrived_at: datetime | None

    @property
    def left(self) -> int:
        return self.shipped - self.in_returns


def window_ends(arrived_at: datetime | None, days: int) -> datetime | None:
    """Until when it can be sent back; None while it has not left."""
    return None if arrived_at is None else arrived_at + timedelta(days=days)


def verdicts(line: Bought, *, days: int, now: datetime) -> list[Verdict]:
    """Every rule, those that passed too: the checklist that a merchant and a customer see."""
    return [_shipped(line), _left(line), _final(line), _window(line, days, now)]


def is_returnable(line: Bought, *, days: int, now: datetime) -> bool:
    return all(each.passed for each in verdicts(line, days=days, now=now))


def first_refusal(found: Sequence[Verdict]) -> Verdict | None:
    return next((each for each in found if not each.passed), None)


def _shipped(line: Bought) -> Verdict:
    if line.shipped:
        return Verdict("shipped", True, f"{line.shipped} sent to the customer.")
    return Verdict("shipped", False, "It has not been sent yet. It can be canceled instead.")


def _left(line: Bought) -> Verdict:
    if not line.in_returns or line.left > 0:
        return Verdict("left", True, f"{line.left} not in a return yet.")
    return Verdict("left", False, "All of it is in a return already.")


def _final(line: Bought) -> Verdict:
    if line.final_sale:
        return Verdict("final_sale", False, "It was sold for good and cannot be sent back.")
    return Verdict("final_sale", True, "It is no final sale.")


def _window(line: Bought, days: int, now: datetime) -> Verdict:
    ends = window_ends(line.arrived_at, days)
    if ends is None:
        return Verdict("window", True, f"It can be sent back for {days} days after it arrives.")
    if now <= ends:
        return Verdict("window", True, f"It can be sent back until {ends:%-d %B %Y}.")
    return Verdict("window", False, f"It could be sent back until {ends:%-d %B %Y}; that is over.")
