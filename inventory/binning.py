"""What is in each bin: the only writer of it. The sellable balance's lock covers the bins of its item and location."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from inventory.models import SELLABLE, BinStock
from inventory.stock.bins import InBin, Shelf, leaving, take_from
from inventory.stock.values import Entry
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.reading import read_rows
from oms.core.tenancy import current_tenant_id


def empty_bins(entries: Sequence[Entry]) -> None:
    """Take what these entries take off sellable shelves out of their bins, too."""
    units = leaving(entries, SELLABLE)
    bins = bins_at(units)
    given: dict[int, int] = {}
    for shelf, wanted in units.items():
        given |= take_from(bins[shelf], wanted)
    _take(given, bins)


def bins_at(shelves: Collection[Shelf]) -> dict[Shelf, list[InBin]]:
    """Item and location → what its bins hold, under the locks the caller has."""
    found: dict[Shelf, list[InBin]] = defaultdict(list)
    if not shelves:
        return found
    items, locations = (list(each) for each in zip(*shelves, strict=True))
    rows = read_rows(
        "SELECT s.item_id, s.location_id, s.id, b.kind, b.place, s.on_hand FROM inventory_binstock s "
        "JOIN inventory_bin b ON b.id = s.bin_id AND b.tenant_id = s.tenant_id WHERE s.tenant_id = %s "
        "AND (s.item_id, s.location_id) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))",
        [current_tenant_id(), items, locations],
    )
    for item_id, location_id, *row in rows:
        found[item_id, location_id].append(InBin(*row))
    return found


def put_in(*, bin_id: UUID, item_id: UUID, location_id: UUID, units: int) -> None:
    row = {"bin_id": bin_id, "item_id": item_id, "location_id": location_id, "on_hand": units}
    grows = (
        "ON CONFLICT (tenant_id, bin_id, item_id) DO UPDATE SET on_hand = inventory_binstock.on_hand + excluded.on_hand"
    )
    insert_rows(BinStock, [row], on_conflict=grows)


def take_out(*, row: BinStock, units: int) -> None:
    left = InBin(row.id, "", 0, row.on_hand)
    _take({row.id: units}, {(row.item_id, row.location_id): [left]})


def _take(given: Mapping[int, int], bins: Mapping[Shelf, Sequence[InBin]]) -> None:
    left = {each.id: each.on_hand - given[each.id] for there in bins.values() for each in there if each.id in given}
    update_rows(BinStock, [{"id": key, "on_hand": units} for key, units in left.items() if units])
    if emptied := [key for key, units in left.items() if not units]:
        BinStock.objects.filter(id__in=emptied).delete()
