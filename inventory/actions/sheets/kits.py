"""Rows of a file of kits: each says how many of one component a kit has."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from inventory import queries
from inventory.actions.kits.contents import Around, Contents, set_many, with_stock_of_their_own
from inventory.actions.sheets.claiming import claim
from inventory.locks import lock_bills
from inventory.models import Item, SheetImport
from inventory.queries import ItemRef
from inventory.sheets.reading import BadCell, KitCells, RowReader
from inventory.sheets.verdicts import CHANGED, NEW, SAME, Verdict, bad
from inventory.stock.kits import COMPONENTS_MAX, KIT
from oms.core.sheets.records import Record


@dataclass(frozen=True, slots=True)
class _Row:
    record: Record
    cells: KitCells | None
    verdict: Verdict | None


class KitSheet:
    """One chunk of a file of kits. Components that the file does not name stay; 0 takes one out.

    What was goods without stock becomes a kit; goods that are assembled stay that.
    """

    amount, moved = Decimal(0), 0

    def __init__(self, found: SheetImport) -> None:
        self.found = found
        self.reader = RowReader(found.header, found.columns, decimal_comma=found.options["decimal_comma"])
        self.contents: dict[UUID, Contents] = {}

    def judge(self, rows: Sequence[Record], *, applying: bool, spent: Decimal) -> list[tuple[Record, Verdict, int]]:
        if applying:
            # What is judged here holds until it is applied.
            lock_bills()
        read = [self._read(record) for record in rows]
        cells = [each.cells for each in read if each.cells]
        items = queries.resolve_skus({sku for each in cells for sku in (each.kit, each.component)})
        known = [each for each in read if _known(each, items)]
        self._look_at({items[each.cells.kit].id for each in known}, items, locking=applying)
        first = claim(self.found.id, [(_key(each.cells, items), each.record.row) for each in known])
        return [(each.record, each.verdict or self._verdict(each, items, first), 0) for each in read]

    def units(self) -> int:
        return 0

    def apply(self) -> None:
        set_many(contents=self.contents)

    def booked(self) -> None:
        return None

    def _look_at(self, kit_ids: set[UUID], items: dict[str, ItemRef], *, locking: bool) -> None:
        """What these kits are made of now, and which of them are no kits yet: with stock they can not become any."""
        kits = Item.objects.in_bulk(kit_ids)
        self.around = Around.of({each.id for each in items.values()})
        self.in_parts = {key: item.ships_in_parts for key, item in kits.items()}
        plain = [key for key, item in kits.items() if item.kind != KIT and not self.around.bills.get(key)]
        self.stocked = with_stock_of_their_own(plain, locking=locking)
        self.plain = set(plain) - self.stocked

    def _read(self, record: Record) -> _Row:
        try:
            return _Row(record, self.reader.kit(record), None)
        except BadCell as problem:
            return _Row(record, None, bad(problem.field, problem.reason))

    def _verdict(self, row: _Row, items: dict[str, ItemRef], first: dict[str, int]) -> Verdict:
        for name in ("kit", "component"):
            if (sku := getattr(row.cells, name)) not in items:
                return bad(name, f"No item has the SKU or barcode “{sku[:100]}”. Import or add the item first.")
        if (line := first[_key(row.cells, items)]) != row.record.row:
            return bad("component", f"Line {line} names this component of this kit already. Put both into one line.")
        kit, component = items[row.cells.kit], items[row.cells.component]
        if kit.id in self.stocked:
            return bad("kit", f"There is stock of {kit.sku}, or some on its way. A kit has none of its own.")
        return self._change(kit, component, row.cells.quantity)

    def _change(self, kit: ItemRef, component: ItemRef, units: int) -> Verdict:
        before = dict(self.around.bills[kit.id])
        was = before.get(component.id, 0)
        if was == units:
            return Verdict(SAME)
        after = {**before, component.id: units} if units else {k: v for k, v in before.items() if k != component.id}
        if not after or len(after) > COMPONENTS_MAX:
            return bad("quantity", f"A kit has 1 to {COMPONENTS_MAX} components.")
        kind = self.around.kinds[kit.id]
        if kit.id in self.plain:
            self.around.kinds[kit.id] = KIT
        self.around.bills[kit.id] = after
        if why := self.around.why_not(kit.id):
            self.around.kinds[kit.id], self.around.bills[kit.id] = kind, before
            return bad("component", why[1])
        self.contents[kit.id] = Contents(self.around.kinds[kit.id], self.in_parts[kit.id], after)
        return Verdict(CHANGED if was else NEW, f"{kit.sku}: {was:,} → {units:,} × {component.sku}")


def _known(row: _Row, items: dict[str, ItemRef]) -> bool:
    return row.cells is not None and row.cells.kit in items and row.cells.component in items


def _key(cells: KitCells, items: dict[str, ItemRef]) -> str:
    return f"kit {items[cells.kit].id} {items[cells.component].id}"
