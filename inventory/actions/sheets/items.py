"""Rows of a file of items: which are new, which change an item, and doing so."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from inventory.actions.catalogue.judging import DuplicateVariant, Given, judge
from inventory.actions.items import ItemDraft, create_items, difference, update_items
from inventory.actions.sheets.claiming import claim
from inventory.actions.sheets.naming import Names, variant_key
from inventory.items import MEASURES, sku_key
from inventory.models import Item, ItemCode, SheetImport
from inventory.packing import codes_of, packs_problem
from inventory.queries.catalogue import pack_of
from inventory.sheets.fields import ITEM_FIELDS, OWN
from inventory.sheets.reading import BadCell, RowReader
from inventory.sheets.verdicts import CHANGED, NEW, SAME, Verdict, bad
from oms.core.errors import Invalid
from oms.core.sheets.records import Record

LABELS = {field.name: field.label.lower() for field in ITEM_FIELDS}
# What an action calls a field → what the file does.
COLUMNS = {"option_values": "options", "product_id": "product"}
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
        items = _items(given)
        owners = _owners([code for each in given for code in _codes(each)])
        claims = [(key, record.row) for record, values, _ in read if values for key in _claims(values)]
        first, names = claim(self.found.id, claims), Names(given, applying=applying)
        settled: list[tuple[Record, Given | None, Verdict | None]] = []
        for at, (record, values, verdict) in enumerate(read):
            item = items.get(_key(values)) if values else None
            if values:
                verdict = _taken(record, values, item, owners, first) or names.settle(values, item)
                verdict = verdict or _packing(values, item)
            settled.append((record, None if verdict else _given(values, item, at), verdict))
        refused = _refused([given for _, given, _ in settled if given])
        return [
            (record, verdict or refused.get(given.path) or self._verdict(given), 0)
            for record, given, verdict in settled
        ]

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

    def _verdict(self, given: Given) -> Verdict:
        item, values = given.item, given.values
        if item is None:
            self.drafts.append(ItemDraft(**values, origin="import"))
            return Verdict(NEW, ": ".join(filter(None, (str(values["sku"]), str(values.get("name", "")))))[:SHOWN])
        changes = {name: value for name, value in values.items() if name != "sku"}
        before, after = difference(item, changes)
        if not after:
            return Verdict(SAME)
        self.changes[item.id] = changes
        said = "; ".join(f"{_label(name)} {_shown(before[name])} → {_shown(after[name])}" for name in after)
        return Verdict(CHANGED, f"{item.sku}: {said}"[:SHOWN])


def _items(given: Sequence[Mapping[str, object]]) -> dict[str, Item]:
    rows = Item.objects.filter(sku_key__in=[_key(each) for each in given])
    rows = rows.select_related("product").prefetch_related("packs", "substitutes")
    return {each.sku_key: each for each in rows}


def _given(values: dict[str, object], item: Item | None, at: int) -> Given:
    # A new item has all that is needed of the merchant's own fields, or it is left out.
    return Given(values if item else {"custom": {}} | values, item, f"{at}.")


def _refused(given: Sequence[Given]) -> dict[str, Verdict]:
    """Path of a row → why it cannot be as it is, by what only the whole book tells."""
    found: dict[str, Verdict] = {}
    while True:
        try:
            judge([each for each in given if each.path not in found])
            return found
        except (Invalid, DuplicateVariant) as refusal:
            for each in refusal.fields:
                row, _, name = each.field.partition(".")
                column = f"{OWN}{name.removeprefix('custom.')}" if name.startswith("custom.") else name
                found.setdefault(f"{row}.", bad(COLUMNS.get(column, column), each.message))


def _packing(values: dict[str, object], item: Item | None) -> Verdict | None:
    """One code for one packing level, those the item has already among them; known levels keep weight and size."""
    if not values.keys() & {"packs", "barcodes", "gtin"}:
        return None
    known = [pack_of(level) for level in item.packs.all()] if item else []
    if "packs" in values:
        measures = {pack.name.casefold(): {name: getattr(pack, name) for name in MEASURES} for pack in known}
        values["packs"] = tuple(replace(pack, **measures.get(pack.name.casefold(), {})) for pack in values["packs"])
    gtin = str(values.get("gtin", item.gtin if item else ""))
    base = codes_of(gtin, values.get("barcodes", item.barcodes if item else ()))
    problem = packs_problem(values.get("packs", known), base)
    return bad("packs", problem) if problem else None


def _key(values: Mapping[str, object]) -> str:
    return sku_key(values["sku"])


def _codes(values: Mapping[str, object]) -> list[str]:
    """Every code of the row, those of its packs among them."""
    codes = codes_of(str(values.get("gtin", "")), values.get("barcodes", ()))
    return [*codes, *(code for pack in values.get("packs", ()) for code in codes_of(pack.gtin, pack.barcodes))]


def _claims(values: Mapping[str, object]) -> list[str]:
    variant = variant_key(values)
    return [f"sku {_key(values)}", *([variant] if variant else []), *(f"barcode {code}" for code in _codes(values))]


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
    variant = variant_key(values)
    if variant and first[variant] != record.row:
        return bad("options", f"Line {first[variant]} is this variant already. Give this one other options.")
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


def _label(name: str) -> str:
    return LABELS.get(COLUMNS.get(name, name), name.replace("_", " "))


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(map(str, value.values())) or "–"
    if isinstance(value, list):
        return ", ".join(each["name"] if isinstance(each, dict) else each for each in value) or "–"
    return str(value) if value not in (None, "") else "–"
