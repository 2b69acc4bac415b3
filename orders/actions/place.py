"""Place orders: one set-based path for one and for a thousand, stock reserved in the same transaction.

The order of work is the lock order: everything that can be decided without a lock first (channels,
texts, sums, duplicates, the catalogue, customers), then the shelf, then our numbers, whose counter
every other placing of this merchant waits for, then the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.actions.carts import convert_carts, demands_of_carts
from inventory.actions.reserve import reserve_stock, unreserve_stock
from inventory.stock.shortages import shortage_problems
from inventory.stock.values import Demand, Reserved, Shortage
from oms.core.db.sequences import take_numbers
from oms.core.errors import FieldError, Forbidden, Invalid, OmsError
from oms.core.tenancy import unit
from orders.actions.customers import find_or_create_customers
from orders.actions.writing import Accepted, write_orders
from orders.errors import DuplicateOrder, InsufficientStock
from orders.placing.candidates import Candidate, candidate, refusal_of
from orders.placing.checking import draft_problems
from orders.placing.discounts import discount_refusal
from orders.placing.drafts import REFUSE, OrderDraft
from orders.placing.texts import clean_draft
from orders.queries.placing import Channels, catalogue_of, kits_of, known_channels, taken_external_ids

BATCH_MAX = 1_000


@dataclass(frozen=True)
class Placed:
    """An accepted order. ``short`` is how many units wait for stock."""

    accepted: Accepted
    short: int = 0

    @property
    def order_id(self) -> UUID:
        return self.accepted.candidate.id

    @property
    def number(self) -> int:
        return self.accepted.number


def place_orders(*, drafts: Sequence[OrderDraft]) -> list[Placed | OmsError]:
    """Accept each draft or say why not, in the order given; one refusal does not touch the others.

    A refusal is `Invalid` or `UnknownSku` (bad fields), `Forbidden` (a channel that is not the actor's),
    `DiscountNeedsApproval`, `DuplicateOrder` (the channel's number is taken) or `InsufficientStock`.
    """
    answers: list[Placed | OmsError | None] = [None] * len(drafts)
    channels = known_channels()
    checked = {}
    for position, given in enumerate(drafts):
        draft = clean_draft(given)
        found = _checked(draft, channels)
        if isinstance(found, OmsError):
            answers[position] = found
        else:
            checked[position] = (draft, found)
    _refuse_duplicates(checked, answers)
    candidates = _candidates(checked, answers)
    for each, outcome in zip(candidates, _accept(candidates, channels), strict=True):
        answers[each.position] = outcome
    return answers


def place_order(*, draft: OrderDraft) -> Placed:
    """Accept one order; raises what `place_orders` would answer."""
    (answer,) = place_orders(drafts=[draft])
    if isinstance(answer, OmsError):
        raise answer
    return answer


def _checked(draft: OrderDraft, channels: Channels) -> UUID | OmsError:
    """The channel's id, or everything that is wrong with the draft."""
    problems = draft_problems(draft, now=unit().now)
    try:
        channel_id = channels.id_of(draft)
    except Invalid as error:
        problems += error.fields
    except Forbidden as error:
        return error
    if problems:
        return refusal_of(problems)
    return discount_refusal(draft, unit().actor) or channel_id


def _refuse_duplicates(checked: dict[int, tuple[OrderDraft, UUID]], answers: list) -> None:
    """Drop from ``checked`` whose (channel, number of theirs) is taken, or comes twice in this batch."""
    first: dict[tuple[UUID, str], int] = {}
    for position, (draft, channel_id) in list(checked.items()):
        key = (channel_id, draft.external_id)
        if draft.external_id and first.setdefault(key, position) != position:
            answers[position] = _twice(draft.external_id, item=first[key])
            del checked[position]
    taken = taken_external_ids(first)
    for key, (order_id, number) in taken.items():
        answers[first[key]] = _duplicate(key[1], order_id, number)
        del checked[first[key]]


def _twice(external_id: str, *, item: int) -> DuplicateOrder:
    message = f"Order “{external_id}” comes twice in this batch. The first one was taken; this one was left out."
    return DuplicateOrder(message, fields=[FieldError("external_id", "duplicate_in_batch", message)], first=item)


def _duplicate(external_id: str, order_id: UUID, number: int | None) -> DuplicateOrder:
    message = f"This channel’s order “{external_id}” is here already, as #{number}. Nothing was placed again."
    return DuplicateOrder(
        message, fields=[FieldError("external_id", "duplicate_order", message)], order_id=str(order_id), number=number
    )


def _candidates(checked: dict[int, tuple[OrderDraft, UUID]], answers: list) -> list[Candidate]:
    items = catalogue_of(list(checked.values()))
    kits = kits_of(item for of_channel in items.values() for item in of_channel.values())
    found = []
    for position, (draft, channel_id) in checked.items():
        each = candidate(
            draft, position=position, channel_id=channel_id, items=items[channel_id], kits=kits, now=unit().now
        )
        if isinstance(each, OmsError):
            answers[position] = each
        else:
            found.append(each)
    return found


def _accept(candidates: Sequence[Candidate], channels: Channels) -> list[Placed | OmsError]:
    """Reserve, number and write; an order that lost the race for its external id gives its stock back."""
    if not candidates:
        return []
    customers = find_or_create_customers([each.draft for each in candidates])
    carts, without_cart = _carts(candidates)
    reserved = reserve_stock(
        demands=[demand for each in candidates if each.id not in without_cart for demand in _demands(each)],
        instead_of=carts,
    )
    covered = [
        (each, customer)
        for each, customer in zip(candidates, customers, strict=True)
        if each.id not in reserved.refused and each.id not in without_cart
    ]
    numbers = take_numbers("order", len(covered)) if covered else []
    accepted = [
        Accepted(each, number, customer, channels.by_id[each.channel_id])
        for number, (each, customer) in zip(numbers, covered, strict=True)
    ]
    written = write_orders(accepted=accepted)
    if carts:
        convert_carts(cart_ids=[each.candidate.draft.cart_id for each in accepted if each.candidate.id in carts])
    lost = _give_back_lost([each for each in accepted if each.candidate.id not in written])
    placed = {each.candidate.id: each for each in accepted if each.candidate.id in written}
    return [without_cart.get(each.id) or _outcome(each, reserved, placed, lost) for each in candidates]


def _carts(candidates: Sequence[Candidate]) -> tuple[dict[UUID, list[UUID]], dict[UUID, Invalid]]:
    """Candidate → the demands of the cart it takes over; and those that name a cart that is not there for them."""
    wanted = {each.id: each.draft.cart_id for each in candidates if each.draft.cart_id}
    if not wanted:
        return {}, {}
    found, first = demands_of_carts(cart_ids=set(wanted.values())), {}
    for order_id, cart_id in wanted.items():
        first.setdefault(cart_id, order_id)
    taken = {order_id: found[cart_id] for cart_id, order_id in first.items() if cart_id in found}
    return taken, {order_id: _no_cart() for order_id in wanted.keys() - taken.keys()}


def _no_cart() -> Invalid:
    message = "There is no such cart any more: it became an order, or was given back. Place the order without it."
    return Invalid(message, fields=[FieldError("cart_id", "unknown_cart", message)])


def _demands(each: Candidate) -> list[Demand]:
    refuse = each.draft.on_shortage == REFUSE
    return [
        Demand(each.id, line.id, line.item.id, line.draft.quantity, refuse=refuse, kit=line.of_kit)
        for line in each.lines
        if line.reserves and line.item is not None
    ]


def _give_back_lost(lost: Sequence[Accepted]) -> dict[UUID, DuplicateOrder]:
    """Somebody else committed the same external id between our look and our insert: theirs stands."""
    if not lost:
        return {}
    unreserve_stock(demands={line.id: None for each in lost for line in each.candidate.lines if line.reserves})
    keys = {(each.candidate.channel_id, each.candidate.draft.external_id): each.candidate.id for each in lost}
    winners = taken_external_ids(keys)
    return {keys[key]: _duplicate(key[1], *winner) for key, winner in winners.items()}


def _outcome(
    each: Candidate, reserved: Reserved, placed: dict[UUID, Accepted], lost: dict[UUID, DuplicateOrder]
) -> Placed | OmsError:
    if each.id in reserved.refused:
        return _insufficient(each, reserved.refused[each.id])
    if each.id in lost:
        return lost[each.id]
    short = sum(reserved.short.get(line.id, 0) for line in each.lines)
    return Placed(placed[each.id], short)


def _insufficient(each: Candidate, shortages: Sequence[Shortage]) -> InsufficientStock:
    positions = {line.id: line.position for line in each.lines}
    fields = shortage_problems(shortages, positions)
    return InsufficientStock(
        "Nothing was placed: " + " ".join(field.message for field in fields)
        + " Order less, or send on_shortage: backorder to wait for stock.",
        fields=fields,
        shortages=[
            {"sku": short.sku, "wanted": short.wanted, "available": short.available} for short in shortages
        ],
    )  # fmt: skip
