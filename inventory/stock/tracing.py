"""Which lots leave a shelf: those that expire first, or the one that was named. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from inventory.stock.values import Account, LotDraft
from oms.core.errors import Conflict, FieldError

LOT_MAX = 60

# A lot's id; None is the lot nobody knows.
LotId = UUID | None
Held = Mapping[LotId, int]


class LotShort(Conflict):
    """The shelf has fewer units of the lot than were to be taken."""

    code = "not_enough_of_lot"
    title = "There are not that many of this lot"


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What decides whether a lot may be sent to somebody."""

    code: str = ""
    expires_on: date | None = None
    blocked: bool = False

    def why_not(self, good_on: date) -> str:
        """Why it may not go to somebody who wants it to be good on that day; empty when it may."""
        if self.blocked:
            return "blocked"
        if self.expires_on is None or self.expires_on >= good_on:
            return ""
        return "too_short"


@dataclass(frozen=True, slots=True)
class Taken:
    """``parts`` are lot and units that were moved; ``renamed`` those that turned out to be of the lot named."""

    parts: tuple[tuple[LotId, int], ...]
    renamed: tuple[tuple[LotId, int], ...] = ()


@dataclass
class Shelves:
    """The lots of some accounts, while entries are divided over them one after another."""

    held: dict[Account, dict[LotId, int]]
    facts: Mapping[UUID, LotFacts] = field(default_factory=dict)
    changes: dict[tuple[Account, LotId], int] = field(default_factory=lambda: defaultdict(int))

    def move(
        self,
        source: Account | None,
        target: Account | None,
        units: int,
        *,
        lot_id: LotId = None,
        exact: bool = False,
        good_on: date | None = None,
    ) -> Taken:
        """Move units from one account to another (None: outside, where no lots are counted).

        Without a lot, those that expire first go first; with ``good_on``, those that are good then before others.
        ``exact`` takes the lot named (None: the unknown one) whatever the book says, because it has happened:
        what is lacking was other lots' by mistake. Otherwise a lot that has too few raises `LotShort`.
        """
        taken = self._take(source, units, lot_id, exact, good_on)
        for lot, count in taken.parts:
            self._change(source, lot, -count)
            self._change(target, lot, count)
        return taken

    def _take(self, source: Account | None, units: int, lot_id: LotId, exact: bool, good_on: date | None) -> Taken:
        if source is None:
            return Taken(((lot_id, units),))
        there = self.held.get(source, {})
        if lot_id is None and not exact:
            return Taken(tuple(first_to_expire(there, units, self.facts, good_on=good_on)))
        lacking = units - there.get(lot_id, 0)
        if lacking <= 0:
            return Taken(((lot_id, units),))
        if not exact:
            raise _short(self.facts.get(lot_id, LotFacts()), there.get(lot_id, 0))
        return Taken(((lot_id, units),), tuple(self._rename(source, lot_id, lacking)))

    def _rename(self, source: Account, lot_id: LotId, units: int) -> list[tuple[LotId, int]]:
        """Those whose lot nobody knows are the likeliest to be of this one."""
        others = {lot: count for lot, count in self.held.get(source, {}).items() if lot != lot_id}
        unknown = min(units, others.pop(None, 0))
        renamed: list[tuple[LotId, int]] = [(None, unknown)] if unknown else []
        if units > unknown:
            renamed += first_to_expire(others, units - unknown, self.facts)
        for lot, count in renamed:
            self._change(source, lot, -count)
            self._change(source, lot_id, count)
        return renamed

    def _change(self, account: Account | None, lot: LotId, units: int) -> None:
        if account is None:
            return
        there = self.held.setdefault(account, {})
        there[lot] = there.get(lot, 0) + units
        self.changes[account, lot] += units


def first_to_expire(
    held: Held, units: int, facts: Mapping[UUID, LotFacts], *, good_on: date | None = None
) -> list[tuple[LotId, int]]:
    """Lot → units to take: the earliest date first, no date and then no lot last, of equals the oldest.

    With ``good_on``, lots that may not go to somebody who wants that come only when there is nothing else.
    """

    def order(lot: LotId) -> tuple:
        known = facts.get(lot, LotFacts()) if lot else LotFacts()
        unfit = good_on is not None and bool(known.why_not(good_on))
        return unfit, known.expires_on or date.max, lot is None, lot.int if lot else 0

    taken: list[tuple[LotId, int]] = []
    for lot in sorted((lot for lot, count in held.items() if count > 0), key=order):
        count = min(units, held[lot])
        if count:
            taken.append((lot, count))
            units -= count
    if units:
        raise ValueError(f"An account's lots have {units} units fewer than its balance.")
    return taken


def take_in_turn(held: dict[LotId, int], units: int) -> list[tuple[LotId, int]]:
    """Take units off ``held``, lot after lot as they stand there; what it lacks is of a lot nobody knows."""
    taken: list[tuple[LotId, int]] = []
    for lot in list(held):
        count = min(units, held[lot])
        if count:
            taken.append((lot, count))
            held[lot] -= count
            units -= count
    return [*taken, (None, units)] if units else taken


def expiry_of(draft: LotDraft, *, shelf_life_days: int | None, today: date) -> date | None:
    """As the delivery says, else so many days after it was made, or after it came."""
    if draft.expires_on is not None or shelf_life_days is None:
        return draft.expires_on
    return (draft.made_on or today) + timedelta(days=shelf_life_days)


def lot_problems(draft: LotDraft, *, today: date) -> list[tuple[str, str, str]]:
    """What is wrong with it: field, code and sentence."""
    found, code = [], draft.code.strip()
    if not code or len(code) > LOT_MAX or not code.isprintable():
        found.append(("lot", "invalid", f"Give the lot's code, at most {LOT_MAX} characters."))
    if draft.made_on is not None and draft.made_on > today:
        found.append(("made_on", "in_the_future", "This lies in the future. Say when it was made."))
    if draft.made_on is not None and draft.expires_on is not None and draft.expires_on < draft.made_on:
        found.append(("expires_on", "before_it_was_made", "It cannot expire before it was made. Check both dates."))
    return found


def _short(known: LotFacts, there: int) -> LotShort:
    message = f"Only {there:,} of lot {known.code or 'unknown'} are there. Take fewer, or another lot."
    problems = [FieldError("quantity", "not_enough_of_lot", message)]
    return LotShort(message, fields=problems, available=there)
