"""A count is over: far-off lines are looked at twice, dear ones by somebody who may, and then the book follows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from inventory import queries
from inventory.actions.counts.booking import book_variances
from inventory.actions.counts.opening import name_of
from inventory.actions.counts.plan import note_counted
from inventory.actions.counts.recording import lock_visible, save
from inventory.events import CountFinished
from inventory.locks import lock_counts
from inventory.models import SELLABLE, StockCount, StockCountLine
from inventory.stock import count_lifecycle as lifecycle
from inventory.stock.counting import tally
from oms.accounts.actions.approvals import request_approval
from oms.core.audit import Change, record
from oms.core.errors import Conflict, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit

FINISHED, RECOUNT, WAITING = "finished", "recount", "waiting"


class NothingCounted(Conflict):
    """A count without a single entry says nothing."""

    code = "nothing_counted"
    title = "Nothing was counted"


@dataclass(frozen=True)
class Finish:
    """What came of finishing: ``outcome`` is finished, recount (another person should look) or waiting (approval).

    ``uncounted`` lines were left as they are; ``sentence`` says all of it in words.
    """

    stock_count: StockCount
    outcome: str
    sentence: str
    amount: Decimal
    recounts: tuple[StockCountLine, ...] = ()
    uncounted: int = 0


def finish_count(*, count_id: UUID) -> Finish:
    """Bring the book to what was counted; what nobody counted stays as it is.

    A line that is off by more than the merchant's threshold is first counted again by another person; above the
    actor's money limit nothing is booked and the count waits for a second person. Raises `NotFound`, `NotAllowed`,
    `NothingCounted`.
    """
    stock_count = lock_visible(count_id)
    lifecycle.next_state(stock_count.state, "finish")
    lines = list(queries.counts.lines_of(stock_count).order_by(*queries.counts.WALK))
    counted = [each for each in lines if each.counted is not None]
    if not counted:
        raise NothingCounted(f"{name_of(stock_count)} has no entry yet. Count something, or cancel it.")
    amount, uncounted = queries.counts.cost_of(counted), len(lines) - len(counted)
    if again := _to_recount(counted):
        return _ask_again(stock_count, again, amount, uncounted)
    if unit().actor.needs_approval("stock.adjust", amount):
        return _ask(stock_count, counted, amount, uncounted)
    return _finish(stock_count, counted, amount, uncounted, verb="finish")


def carry_out(params: Mapping) -> Finish:
    """Finish a count whose variances a second person has approved."""
    found = lock_counts([UUID(params["count_id"])])
    if not found:
        raise NotFound("This count is no longer there. Decline its approval.")
    stock_count = found[0]
    lines = list(queries.counts.lines_of(stock_count).order_by(*queries.counts.WALK))
    counted = [each for each in lines if each.counted is not None]
    amount = queries.counts.cost_of(counted)
    return _finish(stock_count, counted, amount, len(lines) - len(counted), verb="approve")


def count_again(*, approval_ids: Collection[UUID]) -> None:
    """Somebody declined these: their counts are open again, nothing was booked."""
    ids = StockCount.objects.filter(approval_id__in=approval_ids).values_list("id", flat=True)
    for stock_count in lock_counts(list(ids)):
        if stock_count.state == lifecycle.WAITING:
            save(stock_count, state=lifecycle.next_state(stock_count.state, "decline"), approval=None)
            _record(stock_count, "what it found was declined. Count again, or cancel it")


def _to_recount(counted: Sequence[StockCountLine]) -> list[StockCountLine]:
    """Those that are far off and that only one person has looked at."""
    rule = queries.counts.policy()
    return [
        each
        for each in counted
        if not each.recounted and rule.wants_recount(expected=each.expected, variance=each.variance)
    ]


def _ask_again(stock_count, again: list[StockCountLine], amount: Decimal, uncounted: int) -> Finish:
    StockCountLine.objects.filter(id__in=[each.id for each in again]).update(recount_wanted=True)
    for each in again:
        each.recount_wanted = True
    save(stock_count, state=lifecycle.next_state(stock_count.state, "recount"))
    lines = "1 line is" if len(again) == 1 else f"{len(again):,} lines are"
    sentence = f"{lines} far from the book. Another person should count again; nothing was booked yet."
    _record(stock_count, sentence)
    return Finish(stock_count, RECOUNT, sentence, amount, tuple(again), uncounted)


def _ask(stock_count: StockCount, counted: list[StockCountLine], amount: Decimal, uncounted: int) -> Finish:
    approval = request_approval(
        verb="stock.adjust",
        sentence=f"{name_of(stock_count)}: {_found(counted)}",
        amount=amount,
        params={"count_id": stock_count.id},
    )
    save(stock_count, state=lifecycle.next_state(stock_count.state, "ask"), approval=approval)
    sentence = "What was found is above your limit. It waits for a second person; nothing was booked yet."
    return Finish(stock_count, WAITING, sentence, amount, uncounted=uncounted)


def _finish(stock_count, counted: list[StockCountLine], amount: Decimal, uncounted: int, *, verb: str) -> Finish:
    opened = unit()
    save(
        stock_count, state=lifecycle.next_state(stock_count.state, verb), finished_by=opened.actor.label,
        finished_at=opened.now,
    )  # fmt: skip
    StockCountLine.objects.filter(stock_count=stock_count).update(counting=False)
    facts, found = book_variances(stock_count, counted), tally(counted)
    note_counted(shelves=[(each.item_id, each.location_id) for each in counted if each.state == SELLABLE])
    sentence = " ".join(filter(None, (_found(counted), _left(uncounted))))
    _record(stock_count, sentence)
    told = CountFinished(stock_count.id, stock_count.location_id, found.lines, found.exact, found.units, found.off)
    publish([told, *facts])
    return Finish(stock_count, FINISHED, sentence, amount, uncounted=uncounted)


def _found(counted: Sequence[StockCountLine]) -> str:
    found = tally(counted)
    missing = -sum(each.variance for each in counted if each.variance < 0)
    extra = sum(each.variance for each in counted if each.variance > 0)
    lines = "The one line counted is" if found.lines == 1 else f"{found.exact:,} of {found.lines:,} lines are"
    if found.exact == found.lines:
        return f"{lines} as in the book." if found.lines == 1 else f"All {found.lines:,} lines are as in the book."
    if found.lines == 1:
        lines = "The one line counted is not"
    return f"{lines} as in the book: {missing:,} missing, {extra:,} too many."


def _left(uncounted: int) -> str:
    if not uncounted:
        return ""
    return "1 line was not counted and stays." if uncounted == 1 else f"{uncounted:,} lines were not counted and stay."


def _record(stock_count: StockCount, sentence: str) -> None:
    record([Change("stock.count", f"{name_of(stock_count)}: {sentence}", (("stock_count", stock_count.id),))])
