"""Take a decision into account: what it does to the pools, and the postings of that."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from inventory.actions.valuing.bills import bill, landed
from inventory.actions.valuing.credits import end_of_return
from inventory.actions.valuing.reading import read_pools
from inventory.actions.valuing.writing import Entered, decided_by, write_pools
from inventory.models import ItemValue, ValuationState, ValueEvent, ValueLayer, ValuePosting
from inventory.valuing.accounts import STOCK
from inventory.valuing.decided import spread, turn
from inventory.valuing.deciding import BILL, CREDIT, LANDED, POLICY, PRICE
from oms.core.money import rounded

Taking = Callable[[ValueEvent, ValuationState, str], list[Entered]]


def take_into_account(event: ValueEvent, state: ValuationState, currency: str) -> list[Entered]:
    """The caller holds ``state``, saves it, and writes what this returns."""
    return _TAKING[event.kind](event, state, currency)


def _price(event: ValueEvent, state: ValuationState, currency: str) -> list[Entered]:
    """Goods that came without a price cost so much: what came of it since is put right."""
    movement_id, cost = event.payload["movement_id"], Decimal(event.payload["unit_cost"])
    layer = ValueLayer.objects.filter(movement_id=movement_id).first()
    if layer is None:
        return []
    before = layer.value if layer.priced_at is None else rounded(layer.priced_at * layer.units, currency)
    pools = read_pools({layer.item_id}, state, currency, moves=[movement_id])
    pool = pools[layer.item_id]
    came = [each for each in pool.layers if each.movement_id == movement_id]
    postings = spread(pool, came, rounded(cost * layer.units, currency) - before, against=_payer(movement_id))
    write_pools(pools)
    ValueLayer.objects.filter(id=layer.id).update(priced_at=cost)
    return [
        decided_by(
            event, layer.item_id, postings, movement_id=movement_id, cause_kind=layer.cause_kind,
            cause_id=layer.cause_id,
        )
    ]  # fmt: skip


def _payer(movement_id: int) -> str:
    """Who gave the goods: the other side of the entry's own posting."""
    return ValuePosting.objects.filter(movement_id=movement_id, event=None, debit=STOCK).values_list(
        "credit", flat=True
    )[0]


def _policy(event: ValueEvent, state: ValuationState, currency: str) -> list[Entered]:
    """Another method from here on, or other rates; a difference of method is booked item by item."""
    state.damaged_percent = event.payload.get("damaged_percent", state.damaged_percent)
    method = event.payload.get("method", state.method)
    if method == state.method:
        return []
    state.method = method
    items: set[UUID] = set(ItemValue.objects.filter(units__gt=0).values_list("item_id", flat=True))
    pools = read_pools(items, state, currency)
    postings = {item_id: turn(pool, method) for item_id, pool in sorted(pools.items())}
    write_pools(pools)
    return [decided_by(event, item_id, found) for item_id, found in postings.items() if found]


_TAKING: dict[str, Taking] = {PRICE: _price, POLICY: _policy, BILL: bill, LANDED: landed, CREDIT: end_of_return}
