"""Rows of a file of items: which are new, which change an item, and doing so."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from inventory.actions.items import ItemDraft, create_items, difference, update_items
from inventory.actions.sheets.claiming import claim
from inventory.items import sku_key
from inventory.models import Item, ItemCode, SheetImport
from inventory.sheets.fields import ITEM_FIELDS
from inventory.sheets.reading import BadCell, RowReader
from inventory.sheets.verdicts import CHANGED, NEW, SAME, Verdict, bad
from oms.core.sheets.records import Record

LABELS = {field.name: field.label.lower() for field in ITEM_FIELDS}
SHOWN = 200


class ItemSheet:
    """One chunk of a file of items. An empty cell leaves the item as it is."""

    amount, moved = Decimal(0), 0

    def __init__(self, found: SheetImport) -> None:
        self.found = found
        self.reader = RowReader(found.header, found.columns, decimal_comma=found.options["decimal_comma"])
        self.drafts: list[ItemDraft] = []
        self.changes: dict[UUID, dict[str, object]] = {}

    def judge(self, rows: Sequence[Record], *, applying: bool, spent: Decimal) -> list[tuple[Record, Verdict, int]]:
        read = [(record, *self._read(record)) for record in rows]
        given = [values for _, values, _ in read if values]
        items = {each.sku_key: each for each in Item.objects.filter(sku_key__in=[_key(each) for each in given])}
        owners = _owners([code for each in given for code in _codes(each)])
        claims = [(key, record.row) for record, values, _ in read if values for key in _claims(values)]
        first = claim(self.found.id, claims)
        judged = []
        for record, values, verdict in read:
            if values:
                verdict = _taken(record, values, items.get(_key(values)), owners, first) or self._verdict(values, items)
            judged.append((record, verdict, 0))
        return judged

    def units(self) -> int:
        return 0

    def apply(self) -> None:
        create_items(items=self.drafts)
        update_items(changes=self.changes)

    def booked(self) -> None:
        return None

    def _read(self, record: Record) -> tuple[dict[str, object], Verdict | None]:
        try:
            return self.reader.item(record), None
        except BadCell as problem:
            return {}, bad(problem.field, problem.reason)

    def _verdict(self, values: Mapping[str, object], items: Mapping[str, Item]) -> Verdict:
        item = items.get(_key(values))
        if item is None:
            self.drafts.append(ItemDraft(**values, origin="import"))
            return Verdict(NEW, ": ".join(filter(None, (str(values["sku"]), str(values.get("name", "")))))[:SHOWN])
        changes = {name: value for name, value in values.items() if name != "sku"}
        before, after = difference(item, changes)
        if not after:
            return Verdict(SAME)
        self.changes[item.id] = changes
        said = "; ".join(f"{LABELS[name]} {_shown(before[name])} → {_shown(after[name])}" for name in after)
        return Verdict(CHANGED, f"{item.sku}: {said}"[:SHOWN])


def _key(values: Mapping[str, object]) -> str:
    return sku_key(values["sku"])


def _codes(values: Mapping[str, object]) -> list[str]:
    return [sku_key(code) for code in values.get("barcodes", ())]


def _claims(values: Mapping[str, object]) -> list[str]:
    return [f"sku {_key(values)}", *(f"barcode {code}" for code in _codes(values))]


def _owners(codes: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    """Barcode → the item that has it."""
    rows = ItemCode.objects.filter(kind="barcode", channel_id=None, code_key__in=codes)
    return {code: (item, sku) for code, item, sku in rows.values_list("code_key", "item_id", "item__sku")}


def _taken(
    record: Record, values: Mapping[str, object], item: Item | None, owners: Mapping, first: Mapping[str, int]
) -> Verdict | None:
    """What of this row is another row's, or another item's."""
    line = first[f"sku {_key(values)}"]
    if line != record.row:
        return bad("sku", f"Line {line} names this SKU already. Put both into one line.")
    for code in _codes(values):
        owner, sku = owners.get(code, (None, ""))
        if owner is not None and (item is None or owner != item.id):
            return bad("barcodes", f"The barcode “{code}” belongs to the item {sku}. Take it away there first.")
        line = first[f"barcode {code}"]
        if line != record.row:
            return bad(
                "barcodes", f"Line {line} gives the barcode “{code}” to another item. Leave it with one of them."
            )
    return None


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) or "–" if isinstance(value, list) else str(value) if value not in (None, "") else "–"
