"""Follow the ledger: value what was entered, in the order in which it was, as far as nothing can still appear.

Trade never waits for this. Entries are read up to a settled horizon only (see `inventory.checkpoints`), so that one
that commits late is not passed over; what was decided meanwhile is taken into account between two of them.
"""

from typing import NamedTuple
from uuid import UUID

from inventory.actions.valuing.reading import next_event, next_moves, place_of, read_costs, read_pools
from inventory.actions.valuing.taking import take_into_account
from inventory.actions.valuing.writing import entered_by, write_new_layers, write_pools, write_postings
from inventory.checkpoints import draw_horizon, oldest_open_transaction
from inventory.locks import lock_valuation
from inventory.models import ValuationState, ValueEvent
from inventory.valuing.rules import Move, value_entry
from oms.core.models import Tenant
from oms.core.tenancy import unit

CHUNK = 1000


class Followed(NamedTuple):
    """What one step did; ``more`` says that there is more to do now."""

    entries: int
    more: bool


def draw_value_horizon() -> None:
    """Note up to where entries are drawn by now: the first thing in a transaction of its own, before any step."""
    horizon = draw_horizon()
    state = lock_valuation()
    _settle(state)
    if state.drawn <= state.settled:
        state.drawn, state.transaction = max(horizon.movement, state.settled), horizon.transaction
    state.save(update_fields=["settled", "drawn", "transaction"])


def follow_value(*, limit: int = CHUNK, rebuild_id: UUID | None = None) -> Followed:
    """Value the next entries, or take the next decision into account.

    While all is worked out anew, only who does that (``rebuild_id``) goes on.
    """
    state = lock_valuation()
    _settle(state)
    if state.rebuild_id != rebuild_id:
        return Followed(0, more=False)
    event = next_event(state)
    until = state.settled if event is None else min(state.settled, place_of(event, state))
    merchant = Tenant.objects.only("currency", "timezone").get(id=unit().tenant_id)
    moves = next_moves(state, until=until, limit=limit, zone=merchant.timezone)
    if moves:
        _value(state, moves, merchant.currency)
    more = len(moves) == limit
    state.last_movement = moves[-1].id if more else max(until, state.last_movement)
    if event is not None and not more:
        _decide(state, event, merchant.currency)
        more = True
    state.followed_at = unit().now
    state.save()
    return Followed(len(moves), more)


def _settle(state: ValuationState) -> None:
    if state.drawn > state.settled and state.transaction <= oldest_open_transaction():
        state.settled = state.drawn


def _value(state: ValuationState, moves: list[Move], currency: str) -> None:
    told = [each for each in moves if each.comes_in or each.goes_out or each.cause_kind == "return"]
    pools = read_pools({each.item_id for each in told}, state, currency)
    costs = read_costs(told, currency=currency, again=state.rebuilding)
    opened, entered = [], []
    for move in told:
        valued = value_entry(move, pools[move.item_id], costs.known(move), damaged_percent=state.damaged_percent)
        costs.note(move, valued.postings)
        entered.append(entered_by(move, valued))
        if valued.layer is not None:
            opened.append((move, valued))
    write_pools(pools)
    write_new_layers(opened)
    write_postings(entered)


def _decide(state: ValuationState, event: ValueEvent, currency: str) -> None:
    """Where it stands among the entries is written down, so that it stands there the next time too."""
    if event.position is None:
        event.after_movement, event.position = state.last_movement, max(state.last_position, 0) + 1
        event.save(update_fields=["after_movement", "position"])
    state.last_position = event.position
    write_postings(take_into_account(event, state, currency))
