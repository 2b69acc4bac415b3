"""What a chunk of the ledger needs to be valued: a fixed number of statements, however long it is."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from inventory.models import ValuationState, ValueEvent
from inventory.valuing.accounts import AVERAGE, COST_OF_SALES, ITEM, MADE, PRODUCTION, UNPRICED
from inventory.valuing.deciding import POLICY
from inventory.valuing.making import Made, part_of
from inventory.valuing.origins import causes_of_leaving
from inventory.valuing.pool import Layer, Pool, per_unit
from inventory.valuing.rules import Known, Move, Posting
from oms.core.db.reading import read_rows
from oms.core.tenancy import unit

_MOVES = """
SELECT id, item_id, quantity, from_state, to_state, from_location_id IS NULL AND to_location_id IS NOT NULL,
       to_location_id IS NULL AND from_location_id IS NOT NULL, cause_kind, cause_id, reverses_id,
       (happened_at AT TIME ZONE %s)::date
FROM inventory_movement WHERE tenant_id = %s AND id > %s AND id <= %s ORDER BY id LIMIT %s
"""
_POOLS = "SELECT item_id, units, value FROM inventory_itemvalue WHERE tenant_id = %s AND item_id = ANY(%s)"
_LAYERS = """
SELECT item_id, movement_id, units, units_left, value_left, cause_id, id FROM inventory_valuelayer
WHERE tenant_id = %s AND item_id = ANY(%s) AND movement_id <= %s AND {which}
"""
_ORDERED = """
SELECT l.purchase_order_id, l.item_id, l.unit_cost FROM inventory_purchaseorderline l
JOIN inventory_purchaseorder o ON o.id = l.purchase_order_id AND o.tenant_id = l.tenant_id
WHERE l.tenant_id = %s AND l.purchase_order_id = ANY(%s) AND o.currency = %s
"""
_COSTS = "SELECT id, cost FROM inventory_item WHERE tenant_id = %s AND id = ANY(%s) AND cost IS NOT NULL"
_SAID = f"""
SELECT movement_id, unit_cost, source FROM inventory_valuelayer
WHERE tenant_id = %s AND movement_id = ANY(%s) AND source IN ('{ITEM}', '{AVERAGE}', '{UNPRICED}')
"""
# Of acts that made something: what they took and has not gone into what they made, and what that was.
_TAKEN = f"""
SELECT cause_id, sum(amount * ((debit = '{PRODUCTION}')::int - (credit = '{PRODUCTION}')::int))
FROM inventory_valueposting WHERE tenant_id = %s AND cause_id = ANY(%s) GROUP BY cause_id
"""
_MADE = f"""
SELECT m.cause_id, m.from_state = '{PRODUCTION}', m.id, m.quantity, coalesce(i.cost, 0), l.value
FROM inventory_movement m JOIN inventory_item i ON i.id = m.item_id AND i.tenant_id = m.tenant_id
LEFT JOIN inventory_valuelayer l ON l.movement_id = m.id AND l.tenant_id = m.tenant_id AND l.source = '{MADE}'
WHERE m.tenant_id = %s AND m.cause_id = ANY(%s) AND '{PRODUCTION}' IN (m.from_state, m.to_state)
ORDER BY m.cause_id, m.id
"""
_POSTED = """
SELECT movement_id, debit, credit, amount, CASE WHEN event_id IS NULL THEN units ELSE 0 END
FROM inventory_valueposting WHERE tenant_id = %s AND movement_id = ANY(%s) ORDER BY id
"""
_LEFT = f"""
SELECT cause_id, item_id, -sum(units)::bigint, sum(amount) FROM inventory_valueposting
WHERE tenant_id = %s AND cause_id = ANY(%s) AND item_id = ANY(%s) AND debit = '{COST_OF_SALES}' AND units < 0
GROUP BY cause_id, item_id
"""


def next_moves(state: ValuationState, *, until: int, limit: int, zone: str) -> list[Move]:
    """The entries after those that were followed, in the order of their ids."""
    return [Move(*row) for row in read_rows(_MOVES, [zone, unit().tenant_id, state.last_movement, until, limit])]


def next_event(state: ValuationState) -> ValueEvent | None:
    """The decision to take into account next: as they were taken before, then those that wait."""
    again = ValueEvent.objects.filter(position__gt=state.last_position).order_by("position").first()
    waiting = ValueEvent.objects.filter(position=None, due_at__lte=unit().now, drawn__lte=state.settled)
    return again or waiting.order_by("due_at", "id").first()


def place_of(event: ValueEvent, state: ValuationState) -> int:
    """The entry after which a decision counts. A new policy stands before all that is recorded from its day on."""
    if event.after_movement is not None:
        return event.after_movement
    if event.kind != POLICY:
        return state.settled
    sql = "SELECT min(id) FROM inventory_movement WHERE tenant_id = %s AND id > %s AND id <= %s AND recorded_at >= %s"
    given = [unit().tenant_id, state.last_movement, state.settled, event.due_at]
    first = read_rows(sql, given)[0][0]
    return state.settled if first is None else max(first - 1, state.last_movement)


def read_pools(
    items: Collection[UUID],
    state: ValuationState,
    currency: str,
    *,
    causes: Collection[UUID] = (),
    moves: Collection[int] = (),
) -> dict[UUID, Pool]:
    """These items' pools with the layers that have units left, and those of these causes and entries in any case.

    While all is worked out anew, layers of entries that have not been reached again are there, and do not count.
    """
    tenant, found = unit().tenant_id, {each: Pool(currency, state.method) for each in items}
    for item_id, units, value in read_rows(_POOLS, [tenant, list(items)]):
        found[item_id].units, found[item_id].value = units, value
    given, which = [tenant, list(items), state.last_movement], [("units_left > 0", [])]
    which += [("units_left = 0 AND cause_id = ANY(%s)", [list(causes)])] if causes else []
    which += [("units_left = 0 AND movement_id = ANY(%s)", [list(moves)])] if moves else []
    for where, more in which:
        for item_id, *layer in read_rows(_LAYERS.format(which=where), [*given, *more]):
            found[item_id].layers.append(Layer(*layer))
    for pool in found.values():
        pool.layers.sort(key=lambda each: each.movement_id)
    return found


@dataclass
class Costs:
    """What is known of the costs of a chunk; what the chunk itself does is added as it goes."""

    ordered: dict[tuple[UUID, UUID], Decimal] = field(default_factory=dict)
    items: dict[UUID, Decimal] = field(default_factory=dict)
    said: dict[int, tuple[Decimal, str]] = field(default_factory=dict)
    posted: dict[int, list[Posting]] = field(default_factory=lambda: defaultdict(list))
    origins: dict[UUID, Collection[UUID]] = field(default_factory=dict)
    left: dict[tuple[UUID, UUID], tuple[int, Decimal]] = field(default_factory=dict)
    taken: dict[UUID, Decimal] = field(default_factory=dict)
    makes: dict[int, list[Made]] = field(default_factory=dict)
    currency: str = ""

    def known(self, move: Move) -> Known:
        return Known(
            order=self.ordered.get((move.cause_id, move.item_id)), said=self.said.get(move.id),
            item=self.items.get(move.item_id), left_with=self._left_with(move),
            made=self._made(move), original=self.posted.get(move.reverses_id, ()),
        )  # fmt: skip

    def note(self, move: Move, postings: Sequence[Posting]) -> None:
        """A later entry of the same chunk may take this one back, or bring its goods back."""
        self.posted[move.id].extend(postings)
        for each in postings:
            if each.debit == COST_OF_SALES and each.units < 0 and move.cause_id:
                units, amount = self.left.get((move.cause_id, move.item_id), (0, Decimal(0)))
                self.left[move.cause_id, move.item_id] = (units - each.units, amount + each.amount)

            if PRODUCTION in (each.debit, each.credit) and move.cause_id:
                taken = each.amount if each.debit == PRODUCTION else -each.amount
                self.taken[move.cause_id] = self.taken.get(move.cause_id, Decimal(0)) + taken

    def _made(self, move: Move) -> Decimal | None:
        if move.id not in self.makes:
            return None
        return part_of(max(self.taken.get(move.cause_id, Decimal(0)), Decimal(0)), self.makes[move.id], self.currency)

    def _left_with(self, move: Move) -> Decimal | None:
        if not move.comes_in or move.from_state != "customer":
            return None
        found = [self.left.get((cause, move.item_id), (0, Decimal(0))) for cause in self.origins.get(move.cause_id, ())]
        units = sum(each for each, _ in found)
        return per_unit(sum(amount for _, amount in found), units) if units else None


def read_costs(moves: Sequence[Move], *, currency: str, again: bool) -> Costs:
    """``again``: all is worked out anew, so that what receipts were said to cost is known."""
    tenant, coming = unit().tenant_id, [each for each in moves if each.comes_in]
    items = list({each.item_id for each in coming})
    orders = list({each.cause_id for each in coming if each.cause_kind == "purchase_order"})
    back = {each.cause_id for each in coming if each.from_state == "customer" and each.cause_kind == "return"}
    undone = [each.reverses_id for each in moves if each.reverses_id]
    costs = Costs(origins=dict(causes_of_leaving("return", back)), currency=currency)
    costs.items = dict(read_rows(_COSTS, [tenant, items])) if items else {}
    if orders:
        costs.ordered = {(order, item): cost for order, item, cost in read_rows(_ORDERED, [tenant, orders, currency])}
    if again and coming:
        rows = read_rows(_SAID, [tenant, [each.id for each in coming]])
        costs.said = {key: (cost, source) for key, cost, source in rows}
    if undone:
        for movement_id, *posting in read_rows(_POSTED, [tenant, undone]):
            costs.posted[movement_id].append(Posting(*posting))
    if acts := list({each.cause_id for each in moves if PRODUCTION in (each.from_state, each.to_state)} - {None}):
        costs.taken = dict(read_rows(_TAKEN, [tenant, acts]))
        costs.makes = _makes(read_rows(_MADE, [tenant, acts]))
    if parcels := list({each for found in costs.origins.values() for each in found}):
        costs.left = {
            (cause, item): (n, amount) for cause, item, n, amount in read_rows(_LEFT, [tenant, parcels, items])
        }
    return costs


def _makes(rows: Sequence[tuple]) -> dict[int, list[Made]]:
    """Entry → what the same act made from it on: an act enters what it takes, and then all that it makes."""
    found: dict[int, list[Made]] = {}
    before = None
    for cause_id, is_made, movement_id, units, cost, said in rows:
        if not is_made or before is None or before[0] != cause_id:
            before = (cause_id, [])
        if is_made:
            before[1].append(movement_id)
            for each in before[1]:
                found.setdefault(each, []).append(Made(units, cost, said))
    return found
