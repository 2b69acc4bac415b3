"""Take what a posted bill says into account: goods against their receipts, charges over what they were paid for."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from inventory.actions.valuing.reading import read_pools
from inventory.actions.valuing.writing import Entered, decided_by, write_pools
from inventory.billing.sharing import Received, share_out
from inventory.models import ReceivedNotBilled, ValuationState, ValueEvent, ValueLayer
from inventory.valuing.billed import Open, bill_charge, bill_charge_for_nothing, bill_goods, bill_unordered
from inventory.valuing.pool import Layer, Pool

ORDER = "purchase_order"


def bill(event: ValueEvent, state: ValuationState, currency: str) -> list[Entered]:
    """The goods of a bill, line by line; ``payload["lines"]`` has one per item of an order, or of none."""
    lines = event.payload["lines"]
    orders = [UUID(each["purchase_order_id"]) for each in lines if each["purchase_order_id"]]
    items = {UUID(each["item_id"]) for each in lines}
    pools = read_pools(items, state, currency, causes=orders)
    waiting = {
        (each.purchase_order_id, each.item_id): Open(each.open_units, each.open_value)
        for each in ReceivedNotBilled.objects.filter(purchase_order__in=orders, item__in=items)
    }
    found = []
    for each in lines:
        item, amount = UUID(each["item_id"]), Decimal(each["amount"])
        order = UUID(each["purchase_order_id"]) if each["purchase_order_id"] else None
        if order is None:
            found.append(decided_by(event, item, bill_unordered(amount)))
            continue
        came = _came(pools[item], order)
        postings = bill_goods(pools[item], came, waiting.get((order, item), Open()), units=each["units"], amount=amount)
        found.append(decided_by(event, item, postings, cause_kind=ORDER, cause_id=order))
    write_pools(pools)
    return found


def landed(event: ValueEvent, state: ValuationState, currency: str) -> list[Entered]:
    """One charge, shared out over what came of its orders."""
    given = event.payload
    orders, amount = [UUID(each) for each in given["orders"]], Decimal(given["amount"])
    goods = _received(orders, state, given["grams"])
    if not goods:
        return [decided_by(event, UUID(given["item_id"]), bill_charge_for_nothing(amount))]
    pools = read_pools({item for _, item in goods}, state, currency, causes=orders)
    parts = share_out(amount, list(goods.values()), by=given["by"], currency=currency)
    found = []
    for (order, item), part in zip(goods, parts, strict=True):
        postings = bill_charge(pools[item], _came(pools[item], order), part)
        found.append(decided_by(event, item, postings, cause_kind=ORDER, cause_id=order))
    write_pools(pools)
    return found


def _came(pool: Pool, order: UUID) -> Sequence[Layer]:
    return [each for each in pool.layers if each.cause_id == order]


def _received(
    orders: Sequence[UUID], state: ValuationState, grams: Mapping[str, int]
) -> dict[tuple[UUID, UUID], Received]:
    """(Order, item) → what came of it, as it was valued when it came."""
    sums: dict[tuple[UUID, UUID], list] = {}
    rows = ValueLayer.objects.filter(cause_kind=ORDER, cause_id__in=orders, movement_id__lte=state.last_movement)
    for each in rows.order_by("movement_id"):
        row = sums.setdefault((each.cause_id, each.item_id), [0, Decimal(0)])
        row[0], row[1] = row[0] + each.units, row[1] + each.value
    return {key: Received(*row, grams.get(str(key[1]), 0)) for key, row in sums.items()}
