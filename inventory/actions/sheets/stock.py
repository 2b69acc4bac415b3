"""Rows of a file of stock: what each does to its shelf, and booking it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from inventory import queries
from inventory.actions.adjust import count_stock
from inventory.actions.receive import receive_stock
from inventory.actions.sheets.claiming import claim
from inventory.actions.sheets.limits import over_limit
from inventory.locks import lock_accounts
from inventory.models import STATES, Item, Location, SheetImport
from inventory.queries import ItemRef
from inventory.sheets.fields import ADD, COUNTED, OPENING
from inventory.sheets.reading import BadCell, RowReader, StockCells
from inventory.sheets.verdicts import CHANGED, NEW, Verdict, bad, stock_verdict
from inventory.stock.values import Account, Receipt
from oms.core.models import Job
from oms.core.sheets.records import Record

# Of what was added by a file: the same for the same file, so that it is added once, whoever sends it again.
ADDED_BY = uuid.UUID("0b7d2b43-9d0a-5a41-8a53-6c0f0f6f2f4e")


class StockSheet:
    """One chunk of a file of stock. While it is applied, its shelves are locked before they are judged."""

    def __init__(self, found: SheetImport) -> None:
        self.found, self.mode = found, found.options["mode"]
        self.reader = RowReader(
            found.header, found.columns, decimal_comma=found.options["decimal_comma"], states=STATES
        )
        self.amount, self.moved = Decimal(0), 0
        self.rows: Sequence[Record] = ()
        self.wanted: dict[Account, int] = {}

    def judge(self, rows: Sequence[Record], *, applying: bool, spent: Decimal) -> list[tuple[Record, Verdict, int]]:
        self.rows = rows
        read = self._resolved([(record, *self._read(record)) for record in rows])
        found = [(record, account, cells) for record, account, cells, _ in read if account]
        first = claim(self.found.id, [(_shelf_key(account), record.row) for record, account, _ in found])
        shelves = [account for record, account, _ in found if first[_shelf_key(account)] == record.row]
        on_hand = self._on_hand(shelves, locking=applying)
        booked = self._booked_before(shelves)
        judged = []
        for record, account, cells, verdict in read:
            if account and (line := first[_shelf_key(account)]) != record.row:
                verdict = bad("sku", f"Line {line} names this item at this location already. Put both into one line.")
            elif account:
                verdict = self._verdict(account, cells, on_hand.get(account, 0), booked.get(account, 0))
            judged.append((record, verdict, self.reader.units(record)))
        if self.mode == COUNTED:
            self.amount = self._worth(on_hand)
            if applying and (why := over_limit(spent + self.amount)):
                return self._refused(judged, why)
        return judged

    def units(self) -> int:
        return sum(map(self.reader.units, self.rows))

    def apply(self) -> None:
        note = f"File {self.found.file_name}"
        if self.mode == COUNTED:
            count_stock(counts=self.wanted, note=note, cause_id=self.cause_id)
            return
        account = "opening" if self.mode == OPENING else "supplier"
        receipts = [
            Receipt(item, location, units, from_account=account, state=state)
            for (item, location, state), units in self.wanted.items()
        ]
        cause = "opening" if self.mode == OPENING else "receipt"
        receive_stock(receipts=receipts, reason=note, cause_kind=cause, cause_id=self.cause_id, lots_known=False)

    def booked(self) -> int:
        begun = Job.objects.get(id=self.found.apply_id).created_at
        return queries.units_moved_by(self.cause_id, since=begun)

    @property
    def cause_id(self) -> UUID:
        """What the ledger names as the cause of these movements."""
        return uuid.uuid5(ADDED_BY, self.found.file_sha256) if self.mode == ADD else self.found.id

    def _read(self, record: Record) -> tuple[StockCells | None, Verdict | None]:
        try:
            return self.reader.stock(record), None
        except BadCell as problem:
            return None, bad(problem.field, problem.reason)

    def _resolved(self, read: list) -> list[tuple[Record, Account | None, StockCells | None, Verdict | None]]:
        items = queries.resolve_skus([cells.sku for _, cells, _ in read if cells])
        places = {each.code: each for each in queries.visible_locations()}
        resolved = []
        for record, cells, verdict in read:
            account = None
            if cells:
                verdict = self._unknown(cells, items, places)
                account = None if verdict else (items[cells.sku].id, places[cells.location].id, cells.state)
            resolved.append((record, account, cells, verdict))
        return resolved

    def _unknown(
        self, cells: StockCells, items: Mapping[str, ItemRef], places: Mapping[str, Location]
    ) -> Verdict | None:
        if cells.sku not in items:
            return bad("sku", f"No item has the SKU or barcode “{cells.sku[:100]}”. Import or add the item first.")
        place = places.get(cells.location)
        if place is None:
            return bad("location", f"There is no location with the code “{cells.location[:40]}”. Check it, or add it.")
        if not place.active and self.mode != COUNTED:
            return bad("location", f"{place.name} is closed. Open it, or name another location.")
        return None

    def _on_hand(self, shelves: Sequence[Account], *, locking: bool) -> dict[Account, int]:
        if not shelves:
            return {}
        if locking:
            return {account: balance.on_hand for account, balance in lock_accounts(shelves).items()}
        return queries.on_hand_of(shelves)

    def _booked_before(self, shelves: Sequence[Account]) -> dict[Account, int]:
        if self.mode == OPENING:
            return queries.opening_stock_of([item for item, _, _ in shelves])
        if self.mode == ADD and self._sent_before().exists():
            return queries.units_brought_by(self.cause_id, [item for item, _, _ in shelves])
        return {}

    def _sent_before(self):
        same = SheetImport.objects.filter(file_sha256=self.found.file_sha256, apply_id__isnull=False)
        return same.exclude(id=self.found.id)

    def _worth(self, on_hand: Mapping[Account, int]) -> Decimal:
        """What these changes are worth, at cost."""
        costs = dict(Item.objects.filter(id__in=[item for item, _, _ in self.wanted]).values_list("id", "cost"))
        changed = ((account[0], abs(units - on_hand.get(account, 0))) for account, units in self.wanted.items())
        return sum((units * (costs[item] or 0) for item, units in changed), Decimal(0))

    def _refused(self, judged: list[tuple[Record, Verdict, int]], why: str) -> list[tuple[Record, Verdict, int]]:
        """The shelves have moved since the check: what is more than the actor may decide is left out."""
        self.wanted, self.amount, self.moved = {}, Decimal(0), 0
        return [
            (record, bad("quantity", why) if verdict.outcome == CHANGED else verdict, units)
            for record, verdict, units in judged
        ]

    def _verdict(self, account: Account, cells: StockCells, on_hand: int, booked: int) -> Verdict:
        verdict = stock_verdict(self.mode, cells.quantity, on_hand=on_hand, booked=booked)
        if verdict.outcome in (NEW, CHANGED):
            self.wanted[account] = cells.quantity
            self.moved += abs(cells.quantity - on_hand) if self.mode == COUNTED else cells.quantity
            return replace(verdict, said=f"{cells.sku} at {cells.location}: {verdict.said}")
        return verdict


def _shelf_key(account: Account) -> str:
    return "shelf " + " ".join(map(str, account))
