"""Take a mistake back: by a movement the other way, once only. The ledger itself is never edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from inventory import book, queries
from inventory.actions.losing import lose_reservations
from inventory.actions.tracing.off_sale import keep_unfit_off_sale
from inventory.events import ReservationLost, StockAdjusted, StockRose
from inventory.locks import LockedBalance, lock_accounts
from inventory.models import SELLABLE, Movement
from inventory.stock.correcting import Correction, correct
from inventory.stock.reversing import why_not
from inventory.stock.values import Account
from oms.accounts.actions.approvals import request_approval
from oms.accounts.models import Approval
from oms.core.audit import Change, record
from oms.core.errors import Conflict, Invalid, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit

REASON_MAX = 500


class NotReversible(Conflict):
    """The entry has a way back of its own."""

    code = "not_reversible"
    title = "This entry is not taken back here"


class AlreadyReversed(Conflict):
    """Another entry has taken this one back before."""

    code = "already_reversed"
    title = "This entry was taken back before"


@dataclass(frozen=True)
class Reversed:
    """The new entry, what the shelf could not give, and the reservations it cost."""

    movement_id: int
    reverses_id: int
    unexplained: int
    lost: tuple[ReservationLost, ...]


def reverse_movement(*, movement_id: int, reason: str) -> Reversed | Approval:
    """Book the movement the other way round.

    What the shelf can no longer give comes from *unexplained*, and what it no longer covers loses its
    reservation. Above the actor's money limit (cost × units) nothing is written and the `Approval` that now
    waits is returned. Raises `NotFound`, `Invalid`, `NotReversible` naming what the entry belongs to, and
    `AlreadyReversed`.
    """
    movement, reason = _checked(movement_id, reason)
    balances = _lock(movement)
    amount = movement.quantity * (movement.item.cost or Decimal(0))
    if unit().actor.needs_approval("stock.reverse", amount):
        return request_approval(
            verb="stock.reverse", sentence=_sentence(movement, reason), amount=amount,
            params={"movement_id": movement.id, "reason": reason},
        )  # fmt: skip
    return _reverse(movement, balances, reason)


def carry_out(params: Mapping) -> Reversed:
    """Take back what a second person has approved to be taken back."""
    movement, reason = _checked(params["movement_id"], params["reason"])
    return _reverse(movement, _lock(movement), reason)


def _checked(movement_id: int, reason: str) -> tuple[Movement, str]:
    movement = queries.ledger().filter(id=movement_id).first()
    if movement is None or not _sees_both_sides(movement):
        raise NotFound("There is no such entry in the ledger, or it concerns a location that is not yours.")
    if refusal := why_not(movement.cause_kind):
        raise NotReversible(f"This entry cannot be taken back by itself. {refusal}", cause_kind=movement.cause_kind)
    reason = reason.strip()
    if not reason:
        raise Invalid.field("reason", "Say why it is taken back.", "required")
    if len(reason) > REASON_MAX or "\0" in reason:
        raise Invalid.field("reason", f"Shorten the reason to {REASON_MAX} characters.", "too_long")
    return movement, reason


def _sees_both_sides(movement: Movement) -> bool:
    limited_to = unit().actor.locations
    sides = {movement.from_location_id, movement.to_location_id} - {None}
    return limited_to is None or sides <= limited_to


def _lock(movement: Movement) -> dict[Account, LockedBalance]:
    """The shelves it touched; whoever else takes the same entry back waits here."""
    sides = ((movement.from_location_id, movement.from_state), (movement.to_location_id, movement.to_state))
    balances = lock_accounts([(movement.item_id, location, state) for location, state in sides if location])
    if earlier := Movement.objects.filter(reverses_id=movement.id).first():
        raise AlreadyReversed(
            f"Entry {earlier.id} by {earlier.actor_label} has taken this one back already.", reversed_by=earlier.id
        )
    return balances


def _reverse(movement: Movement, balances: Mapping[Account, LockedBalance], reason: str) -> Reversed:
    changes, lost, outcomes = {}, [], []
    for account, units in _units(movement).items():
        balance = balances[account]
        outcome = correct(on_hand=balance.on_hand, reserved=balance.reserved, change=units)
        lost += lose_reservations(balance, outcome.lost)
        changes[balance.id] = (outcome.on_hand - balance.on_hand, -outcome.lost)
        outcomes.append((balance, outcome))
    book.change_balances(changes)
    book.enter(_entries(movement, outcomes), cause_kind="reversal", reason=reason)
    _tell(movement, outcomes, lost, reason)
    keep_unfit_off_sale(shelves=[(item, place) for item, place, state in balances if state == SELLABLE])
    made = Movement.objects.values_list("id", flat=True).get(reverses_id=movement.id)
    return Reversed(made, movement.id, sum(each.unexplained for _, each in outcomes), tuple(lost))


def _units(movement: Movement) -> dict[Account, int]:
    """Account with a balance → units more (or fewer) there."""
    units = {}
    if movement.to_location_id:
        units[movement.item_id, movement.to_location_id, movement.to_state] = -movement.quantity
    if movement.from_location_id:
        units[movement.item_id, movement.from_location_id, movement.from_state] = movement.quantity
    return units


def _entries(movement: Movement, outcomes: list[tuple[LockedBalance, Correction]]) -> list[book.Entry]:
    found = [
        book.Entry(
            each.item_id, outcome.unexplained, "unexplained", each.state, to_location_id=each.location_id,
            lot_id=movement.lot_id,
        )
        for each, outcome in outcomes
        if outcome.unexplained
    ]  # fmt: skip
    back = book.Entry(
        movement.item_id, movement.quantity, movement.to_state, movement.from_state, movement.to_location_id,
        movement.from_location_id, reverses_id=movement.id, demand_id=movement.demand_id, lot_id=movement.lot_id,
        exact=True,
    )  # fmt: skip
    return [*found, back]


def _tell(
    movement: Movement, outcomes: list[tuple[LockedBalance, Correction]], lost: list[ReservationLost], reason: str
) -> None:
    record([Change("stock.reverse", _sentence(movement, reason), (("item", movement.item_id),))])
    facts: list = [
        StockAdjusted(
            each.item_id, each.location_id, each.state, outcome.change, outcome.on_hand, "reversal", outcome.unexplained
        )
        for each, outcome in outcomes
    ]
    rose = [
        StockRose(each.item_id, each.location_id, outcome.change, "restored")
        for each, outcome in outcomes
        if outcome.change > 0 and each.state == SELLABLE
    ]
    publish([*facts, *lost, *rose])


def _sentence(movement: Movement, reason: str) -> str:
    source, target = (
        f"{place.name}, {state.replace('_', ' ')}" if place else state.replace("_", " ")
        for place, state in (
            (movement.from_location, movement.from_state),
            (movement.to_location, movement.to_state),
        )
    )
    return f"{movement.quantity:,} × {movement.item.sku} taken back from {target} to {source}: {reason}"
