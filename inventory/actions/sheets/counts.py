"""Rows of a file of counts: what people found, entered into a count of its own for each location.

The book is not touched: the count is reviewed and finished like any other.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from inventory import queries
from inventory.actions.counts.opening import NOTE_MAX, open_count
from inventory.actions.counts.recording import CountEntry, record_counts
from inventory.actions.sheets.claiming import claim
from inventory.models import STATES, Location, SheetImport
from inventory.queries import ItemRef
from inventory.sheets.reading import BadCell, RowReader, StockCells
from inventory.sheets.verdicts import NEW, Verdict, bad
from inventory.stock import count_lifecycle as lifecycle
from inventory.stock.values import QUANTITY_MAX, Account
from oms.core.sheets.records import Record


class CountSheet:
    """One chunk of a file of counts. ``counts`` of the file's options are those it opened."""

    amount, moved = Decimal(0), 0

    def __init__(self, found: SheetImport) -> None:
        self.found = found
        self.reader = RowReader(
            found.header, found.columns, decimal_comma=found.options["decimal_comma"], states=STATES
        )
        self.rows: Sequence[Record] = ()
        self.own: list[str] = found.options.get("counts", [])
        self.entries: dict[UUID, list[CountEntry]] = defaultdict(list)

    def judge(self, rows: Sequence[Record], *, applying: bool, spent: Decimal) -> list[tuple[Record, Verdict, int]]:
        self.rows = rows
        read = [(record, *self._read(record)) for record in rows]
        cells = [each for _, each, _ in read if each]
        items = queries.resolve_skus([each.sku for each in cells], packs=True)
        places = {each.code: each for each in queries.visible_locations()}
        accounts = {id(each): _account(each, items, places) for each in cells}
        known = [account for account in accounts.values() if account]
        first = claim(self.found.id, [
            (_key(accounts[id(each)]), record.row) for record, each, _ in read if each and accounts[id(each)]
        ])  # fmt: skip
        taken, judged = self._taken(known), []
        for record, each, verdict in read:
            account = accounts[id(each)] if each else None
            if each and account is None:
                verdict = _unknown(each, items)
            elif account and (line := first[_key(account)]) != record.row:
                verdict = bad("sku", f"Line {line} counts this at this location already. Put both into one line.")
            elif account and account in taken:
                verdict = bad(
                    "sku", f"{items[each.sku].sku} is being counted in count {taken[account]}. Enter it there."
                )
            judged.append(
                (record, verdict or self._verdict(record, each, account, items[each.sku]), self.reader.units(record))
            )
        return judged

    def units(self) -> int:
        return sum(map(self.reader.units, self.rows))

    def apply(self) -> None:
        for location_id, entries in self.entries.items():
            for count_id, given in self._by_count(location_id, entries).items():
                record_counts(count_id=count_id, entries=given, add_missing=True)
        self.found.options["counts"] = self.own
        self.found.save(update_fields=["options"])

    def booked(self) -> None:
        return None

    def _by_count(self, location_id: UUID, entries: Sequence[CountEntry]) -> dict[UUID, list[CountEntry]]:
        """Items of an earlier chunk go on in its count, while that is open; for the others a new one is opened."""
        items = list(dict.fromkeys(each.item_id for each in entries))
        lines = queries.counts.being_counted(location_id, items).filter(stock_count_id__in=self.own)
        counts = dict(lines.values_list("item_id", "stock_count_id"))
        if fresh := [each for each in items if each not in counts]:
            made = open_count(location_id=location_id, item_ids=fresh, note=f"File {self.found.file_name}"[:NOTE_MAX])
            self.own.append(str(made.id))
            counts |= dict.fromkeys(fresh, made.id)
        found: dict[UUID, list[CountEntry]] = defaultdict(list)
        for each in entries:
            found[counts[each.item_id]].append(each)
        return found

    def _read(self, record: Record) -> tuple[StockCells | None, Verdict | None]:
        try:
            return self.reader.stock(record), None
        except BadCell as problem:
            return None, bad(problem.field, problem.reason)

    def _taken(self, accounts: Sequence[Account]) -> dict[Account, int]:
        """What people count just now in a count that is not the file's own → its number. Tasks are done by the way."""
        items: dict[UUID, set[UUID]] = defaultdict(set)
        for item_id, location_id, _ in accounts:
            items[location_id].add(item_id)
        return {
            (line.item_id, location_id, line.state): line.stock_count.number
            for location_id, item_ids in items.items()
            for line in queries.counts.being_counted(location_id, item_ids)
            if line.stock_count.state != lifecycle.DRAFT and str(line.stock_count_id) not in self.own
        }

    def _verdict(self, record: Record, cells: StockCells, account: Account, item: ItemRef) -> Verdict:
        """The code of a pack counts packs."""
        item_id, location_id, state = account
        counted = cells.quantity * item.units
        if counted > QUANTITY_MAX:
            return bad("quantity", f"{counted:,} units are more than {QUANTITY_MAX:,}. Check the column.")
        entry_id = uuid.uuid5(self.found.id, str(record.row))
        self.entries[location_id].append(CountEntry(item_id, counted, state=state, entry_id=entry_id))
        return Verdict(NEW, f"{item.sku} at {cells.location}: {counted:,} counted")


def _account(cells: StockCells, items: Mapping[str, ItemRef], places: Mapping[str, Location]) -> Account | None:
    if cells.sku not in items or cells.location not in places:
        return None
    return items[cells.sku].id, places[cells.location].id, cells.state


def _unknown(cells: StockCells, items: Mapping[str, ItemRef]) -> Verdict:
    if cells.sku not in items:
        return bad("sku", f"No item has the SKU or barcode “{cells.sku[:100]}”. Import or add the item first.")
    return bad("location", f"There is no location with the code “{cells.location[:40]}”. Check it, or add it.")


def _key(account: Account) -> str:
    return "count " + " ".join(map(str, account))
