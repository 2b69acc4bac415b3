"""Rows of a file of suppliers: who they are, and what they ask for an item."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from inventory import queries
from inventory.actions.purchasing.suppliers import (
    CatalogueLine,
    catalogue_problems,
    catalogue_values,
    clean_supplier,
    create_supplier,
    update_supplier,
    write_catalogue,
)
from inventory.actions.sheets.claiming import claim
from inventory.models import SheetImport, Supplier, SupplierItem
from inventory.places import location_code
from inventory.queries import ItemRef
from inventory.replenishing.buying import as_breaks
from inventory.sheets.reading import OF_SUPPLIER, BadCell, CatalogueCells, RowReader
from inventory.sheets.verdicts import CHANGED, NEW, SAME, Verdict, bad
from oms.core.errors import Invalid
from oms.core.models import Tenant
from oms.core.sheets.records import Record
from oms.core.tenancy import unit


class SupplierSheet:
    """One chunk of a file of suppliers. An empty cell leaves what is known as it is.

    A supplier that is not there yet is made by the first row that names it.
    """

    amount, moved = Decimal(0), 0

    def __init__(self, found: SheetImport) -> None:
        self.found = found
        self.reader = RowReader(found.header, found.columns, decimal_comma=found.options["decimal_comma"])
        self.lines: list[CatalogueLine] = []

    def judge(self, rows: Sequence[Record], *, applying: bool, spent: Decimal) -> list[tuple[Record, Verdict, int]]:
        self.applying = applying
        self.currency = Tenant.objects.values_list("currency", flat=True).get(id=unit().tenant_id)
        self.suppliers = {key: each for each in Supplier.objects.all() for key in (each.code, each.name.casefold())}
        read = [(record, *self._read(record)) for record in rows]
        self.items = queries.resolve_skus([cells.sku for _, cells, _ in read if cells and cells.sku])
        self.known = {
            (each.supplier_id, each.item_id): each
            for each in SupplierItem.objects.filter(item_id__in=[each.id for each in self.items.values()])
        }
        # Before any row is judged: a supplier that one adds is known to those below it.
        keys = {record.row: self._key(cells) for record, cells, _ in read if cells}
        first = claim(self.found.id, [(key, row) for row, key in keys.items()])
        judged = []
        for record, cells, verdict in read:
            if cells and (line := first[keys[record.row]]) != record.row:
                verdict = bad("sku", f"Line {line} says this of this supplier already. Put both into one line.")
            judged.append((record, verdict or self._verdict(cells), 0))
        return judged

    def units(self) -> int:
        return 0

    def apply(self) -> None:
        if self.lines:
            write_catalogue(self.lines)

    def booked(self) -> None:
        return None

    def _read(self, record: Record) -> tuple[CatalogueCells | None, Verdict | None]:
        try:
            return self.reader.catalogue(record), None
        except BadCell as problem:
            return None, bad(problem.field, problem.reason)

    def _key(self, cells: CatalogueCells) -> str:
        item = self.items.get(cells.sku)
        supplier = self._supplier(cells)
        code = supplier.code if supplier else location_code(cells.supplier)
        return f"supplier {code} {item.id if item else cells.sku}"

    def _supplier(self, cells: CatalogueCells) -> Supplier | None:
        return self.suppliers.get(location_code(cells.supplier)) or self.suppliers.get(cells.supplier.casefold())

    def _verdict(self, cells: CatalogueCells) -> Verdict:
        item = self.items.get(cells.sku)
        if cells.sku and item is None:
            return bad("sku", f"No item has the SKU or barcode “{cells.sku[:100]}”. Import or add the item first.")
        known = self._supplier(cells)
        line = self._line(known, item, cells) if item else None
        if line and (problems := catalogue_problems(line)):
            return bad(problems[0].field.partition(".")[0], problems[0].message)
        try:
            supplier, said = self._settled(known, cells)
        except Invalid as refusal:
            name = refusal.fields[0].field
            return bad(OF_SUPPLIER.get(name, "supplier"), refusal.fields[0].message)
        return self._of_both(supplier, said, line, cells)

    def _settled(self, known: Supplier | None, cells: CatalogueCells) -> tuple[Supplier, str]:
        """The supplier as it is after this row, and what the row does to it; raises `Invalid`."""
        if known is None:
            given = {"code": cells.supplier, "name": cells.supplier, "currency": self.currency} | cells.of_supplier
            clean = clean_supplier(given)
            made = create_supplier(**given) if self.applying else Supplier(**clean)
            self.suppliers |= {made.code: made, made.name.casefold(): made}
            return made, f"supplier {made.code} added"
        clean = clean_supplier(cells.of_supplier)
        changed = [name for name, value in clean.items() if getattr(known, name) != value]
        if not changed:
            return known, ""
        for name in changed:
            setattr(known, name, clean[name])
        if self.applying:
            update_supplier(supplier_id=known.id, changes=clean)
        return known, f"supplier {known.code}: {', '.join(changed)}"

    def _line(self, supplier: Supplier | None, item: ItemRef, cells: CatalogueCells) -> CatalogueLine:
        """What the row says of the item, and where it says nothing what was said before."""
        before = self.known.get((supplier.id, item.id)) if supplier else None
        line = CatalogueLine(supplier.id if supplier else item.id, item.id)
        if before:
            names = ("code", "minimum", "pack_size", "lead_time_days", "rank")
            line = replace(
                line, prices=tuple(as_breaks(before.prices)), **{name: getattr(before, name) for name in names}
            )
        return replace(line, **cells.of_item | {"prices": tuple(cells.of_item.get("prices", line.prices))})

    def _of_both(self, supplier: Supplier, said: str, line: CatalogueLine | None, cells: CatalogueCells) -> Verdict:
        new = said.endswith(" added")
        if line:
            before = self.known.get((supplier.id, line.item_id))
            line = replace(line, supplier_id=supplier.id)
            if before is None or _differs(before, line):
                self.lines.append(line)
                said = "; ".join(filter(None, (said, f"{cells.sku} from {supplier.name}: {_shown(line)}")))
                new = new or before is None
        return Verdict(NEW if new else CHANGED, said) if said else Verdict(SAME)


def _differs(before: SupplierItem, line: CatalogueLine) -> bool:
    if as_breaks(before.prices) != list(line.prices):
        return True
    values = catalogue_values(line)
    return any(getattr(before, name) != value for name, value in values.items() if name != "prices")


def _shown(line: CatalogueLine) -> str:
    prices = ", ".join(f"{each.units}: {each.price.normalize():f}" for each in line.prices) or "no price"
    return f"{prices}, at least {line.minimum:,}, in packs of {line.pack_size:,}"
