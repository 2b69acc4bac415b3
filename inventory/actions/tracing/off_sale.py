"""Keep lots off sale that are expired or blocked: from the sellable shelf to quarantine, wherever they lie."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory import book
from inventory.actions.losing import lose_from_each
from inventory.actions.tracing import BLOCKED, EXPIRED
from inventory.events import LotTakenOffSale, StockStateChanged
from inventory.locks import lock_accounts
from inventory.models import QUARANTINE, SELLABLE, Location
from inventory.quants import lots_at
from inventory.stock.correcting import correct
from inventory.stock.values import Account
from oms.core.audit import Change, record
from oms.core.db.reading import read_rows
from oms.core.events import Fact, publish
from oms.core.tenancy import current_tenant_id, unit

BATCH = 500
# Good to the end of its day by the merchant's own calendar.
_UNFIT = """
SELECT q.item_id, q.location_id, q.lot_id, l.code, i.sku, l.blocked_at IS NOT NULL
FROM inventory_lot l
JOIN core_tenant t ON t.id = l.tenant_id
JOIN inventory_quant q ON q.tenant_id = l.tenant_id AND q.lot_id = l.id AND q.state = 'sellable' AND q.on_hand > 0
JOIN inventory_item i ON i.id = l.item_id AND i.tenant_id = l.tenant_id
WHERE l.tenant_id = %(tenant)s
  AND (l.blocked_at IS NOT NULL OR l.expires_on < (%(now)s::timestamptz AT TIME ZONE t.timezone)::date) {where}
ORDER BY q.item_id, q.location_id, q.lot_id LIMIT %(limit)s
"""
_SHELVES = "AND (q.item_id, q.location_id) IN (SELECT * FROM unnest(%(items)s::uuid[], %(places)s::uuid[]))"
_LOTS = "AND l.id = ANY(%(lots)s)"


@dataclass(frozen=True, slots=True)
class _Unfit:
    item_id: UUID
    location_id: UUID
    lot_id: UUID
    code: str
    sku: str
    blocked: bool

    @property
    def shelf(self) -> Account:
        return self.item_id, self.location_id, SELLABLE

    @property
    def aside(self) -> Account:
        return self.item_id, self.location_id, QUARANTINE

    @property
    def why(self) -> str:
        return BLOCKED if self.blocked else EXPIRED


def keep_unfit_off_sale(
    *, shelves: Collection[tuple[UUID, UUID]] | None = None, lot_ids: Collection[UUID] | None = None, limit: int = BATCH
) -> int:
    """Move expired and blocked lots from sale to quarantine; returns how many shelves of a lot that were.

    On these ``shelves`` (item and location), of these lots, or anywhere. What a shelf no longer covers loses its
    reservation, as when units are lost. One statement where there is nothing to do.
    """
    unfit = _unfit(shelves, lot_ids, limit)
    if not unfit:
        return 0
    balances = lock_accounts([account for each in unfit for account in (each.shelf, each.aside)])
    # Only now, under the locks, is it certain how many of the lot are there.
    held = lots_at({each.shelf for each in unfit})
    units = {each: count for each in unfit if (count := held.get(each.shelf, {}).get(each.lot_id, 0))}
    by_shelf: dict[Account, int] = defaultdict(int)
    for each, count in units.items():
        by_shelf[each.shelf] += count
    lost = {
        shelf: correct(on_hand=balances[shelf].on_hand, reserved=balances[shelf].reserved, change=-count).lost
        for shelf, count in by_shelf.items()
    }
    told = lose_from_each([(balances[shelf], count) for shelf, count in lost.items()])
    changes = {balances[shelf].id: (-count, -lost[shelf]) for shelf, count in by_shelf.items()}
    aside = {(item, location, QUARANTINE): count for (item, location, _), count in by_shelf.items()}
    book.change_balances(changes | {balances[account].id: (count, 0) for account, count in aside.items()})
    for why in (EXPIRED, BLOCKED):
        _enter(units, why)
    _tell(units, told)
    return len(units)


def _unfit(shelves: Collection | None, lot_ids: Collection[UUID] | None, limit: int) -> list[_Unfit]:
    if shelves is not None and not shelves:
        return []
    given = {"tenant": current_tenant_id(), "now": unit().now, "limit": limit, "lots": list(lot_ids or ())}
    given["items"], given["places"] = (list(each) for each in zip(*(shelves or [(None, None)]), strict=True))
    where = _SHELVES if shelves is not None else _LOTS if lot_ids is not None else ""
    return [_Unfit(*row) for row in read_rows(_UNFIT.format(where=where), given)]


def _enter(units: Mapping[_Unfit, int], why: str) -> None:
    entries = [
        book.Entry(
            each.item_id, count, SELLABLE, QUARANTINE, each.location_id, each.location_id, lot_id=each.lot_id
        )
        for each, count in units.items()
        if each.why == why
    ]  # fmt: skip
    if entries:
        book.enter(entries, cause_kind=why, reason="Past its date" if why == EXPIRED else "Lot blocked")


def _tell(units: Mapping[_Unfit, int], lost: Sequence[Fact]) -> None:
    names = dict(Location.objects.filter(id__in={each.location_id for each in units}).values_list("id", "name"))
    record([_change(each, count, names[each.location_id]) for each, count in units.items()])
    publish(
        [
            *(
                LotTakenOffSale(each.item_id, each.lot_id, each.code, each.location_id, count, each.why)
                for each, count in units.items()
            ),
            *(
                StockStateChanged(each.item_id, each.location_id, SELLABLE, QUARANTINE, count)
                for each, count in units.items()
            ),
            *lost,
        ]
    )


def _change(each: _Unfit, count: int, place: str) -> Change:
    why = "the lot is blocked" if each.blocked else "it is past its date"
    sentence = f"{count:,} × {each.sku} of lot {each.code} at {place} taken off sale: {why}"
    return Change("stock.adjust", sentence, (("item", each.item_id), ("lot", each.lot_id)))
