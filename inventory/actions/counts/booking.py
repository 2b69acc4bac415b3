"""Book what a count found: all its variances in one set-based change of the book."""

from collections.abc import Mapping, Sequence

from inventory import book
from inventory.actions.losing import lose_from_each
from inventory.events import ReservationLost, StockAdjusted, StockRose
from inventory.locks import LockedBalance, lock_accounts
from inventory.models import SELLABLE, StockCount, StockCountLine
from inventory.stock.correcting import REASONS, Correction, correct
from inventory.stock.values import Account
from oms.core.audit import Change, record
from oms.core.events import Fact

REASON = "count"
CAUSE = "count"


def book_variances(stock_count: StockCount, lines: Sequence[StockCountLine]) -> list[Fact]:
    """Correct the book by each line's variance; returns the facts, for the caller to publish with its own.

    The variance is the difference to the book of the moment of counting, so it holds whatever moved since. What a
    shelf no longer covers loses its reservation, and what it did not have comes from *unexplained*.
    """
    off = {_account(each): each for each in lines if each.variance}
    if not off:
        return []
    balances = lock_accounts(off)
    outcomes = {
        account: correct(on_hand=balances[account].on_hand, reserved=balances[account].reserved, change=line.variance)
        for account, line in off.items()
    }
    lost = lose_from_each([(balances[account], each.lost) for account, each in outcomes.items()])
    book.change_balances(
        {
            balances[account].id: (each.on_hand - balances[account].on_hand, -each.lost)
            for account, each in outcomes.items()
        }
    )
    entries = [entry for account, each in outcomes.items() for entry in _entries(account, each)]
    book.enter(entries, cause_kind=CAUSE, cause_id=stock_count.id, reason=f"Count {stock_count.number}")
    record([_change(stock_count, off[account], balances[account], each) for account, each in outcomes.items()])
    return _facts(outcomes, lost)


def _account(line: StockCountLine) -> Account:
    return line.item_id, line.location_id, line.state


def _entries(account: Account, outcome: Correction) -> list[book.Entry]:
    (item, location, state), outside = account, REASONS[REASON][1]
    entries = []
    if outcome.unexplained:
        entries.append(book.Entry(item, outcome.unexplained, "unexplained", state, to_location_id=location))
    if outcome.change > 0:
        entries.append(book.Entry(item, outcome.change, outside, state, to_location_id=location))
    else:
        entries.append(book.Entry(item, -outcome.change, state, outside, from_location_id=location))
    return entries


def _change(stock_count: StockCount, line: StockCountLine, balance: LockedBalance, outcome: Correction) -> Change:
    what = f"{line.item.sku} at {stock_count.location.name}"
    if line.state != SELLABLE:
        what += f" ({line.state.replace('_', ' ')})"
    found = f"{line.counted:,} counted, {line.expected:,} expected by the book"
    return Change(
        "stock.adjust", f"{what}: {outcome.change:+,} (count {stock_count.number}: {found})",
        (("item", line.item_id), ("stock_count", stock_count.id)),
        before={"on_hand": balance.on_hand, "reserved": balance.reserved},
        after={"on_hand": outcome.on_hand, "reserved": balance.reserved - outcome.lost},
    )  # fmt: skip


def _facts(outcomes: Mapping[Account, Correction], lost: Sequence[ReservationLost]) -> list[Fact]:
    adjusted = [
        StockAdjusted(*account, each.change, each.on_hand, REASON, each.unexplained)
        for account, each in outcomes.items()
    ]
    risen = [
        StockRose(item, location, each.change, "adjusted")
        for (item, location, state), each in outcomes.items()
        if each.change > 0 and state == SELLABLE
    ]
    return [*adjusted, *lost, *risen]
