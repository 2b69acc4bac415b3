"""One row of a file → what it says of an item or of a shelf. What cannot be read names its column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from inventory.items import AMOUNTS, MEASURES, draft_problems
from inventory.places import location_code
from inventory.replenishing.buying import Break, read_breaks
from inventory.sheets.codes import SHORTENED, split_codes
from inventory.sheets.fields import OWN
from inventory.sheets.nested import read_options, read_packs
from inventory.stock.kits import PER_KIT_MAX
from inventory.stock.values import QUANTITY_MAX
from oms.core.sheets import values as cells
from oms.core.sheets.records import Record, shape_problem
from oms.core.sheets.writing import plain_cell

NESTED: Mapping[str, Callable] = {"packs": read_packs, "options": read_options}
# A field of a supplier → its column.
OF_SUPPLIER = {"name": "supplier_name", "email": "email", "currency": "currency"}
YES = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "si", "sí"})
NO = frozenset({"no", "n", "false", "0", "nein", "non"})


class BadCell(ValueError):
    """``field`` is empty where the whole row cannot be read."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class StockCells:
    sku: str
    location: str
    quantity: int
    state: str


@dataclass(frozen=True, slots=True)
class CatalogueCells:
    """``supplier`` is a code or name; ``of_supplier`` and ``of_item`` are what the row says of each."""

    supplier: str
    sku: str
    of_supplier: dict[str, object]
    of_item: dict[str, object]


@dataclass(frozen=True, slots=True)
class KitCells:
    kit: str
    component: str
    quantity: int


class RowReader:
    """Knows which column holds which field, how numbers are written, and the ``states`` of goods, the usual first."""

    def __init__(
        self,
        header: Sequence[str],
        columns: Mapping[str, str],
        *,
        decimal_comma: bool = False,
        states: Sequence[str] = (),
    ) -> None:
        self.width = len(header)
        self.at = {name: header.index(column) for name, column in columns.items()}
        self.comma = decimal_comma
        self.states = states

    def item(self, record: Record) -> dict[str, object]:
        """The fields of an item that this row gives; an empty cell says nothing. Raises `BadCell`."""
        self._check(record)
        given = {name: text for name in self.at if (text := self._text(record, name)).strip()}
        if "sku" not in given:
            raise BadCell("sku", "The row names no item. Enter a SKU.")
        own = {name.removeprefix(OWN): text.strip() for name, text in given.items() if name.startswith(OWN)}
        found = {name: self._value(name, text) for name, text in given.items() if not name.startswith(OWN)}
        if problems := draft_problems(found):
            raise BadCell(problems[0].field, problems[0].message)
        return found | ({"custom": own} if own else {})

    def stock(self, record: Record) -> StockCells:
        """Raises `BadCell`."""
        self._check(record)
        sku, place = self._text(record, "sku").strip(), self._text(record, "location").strip()
        if not sku:
            raise BadCell("sku", "The row names no item. Enter a SKU or barcode.")
        if not place:
            raise BadCell("location", "The row names no location. Enter its code.")
        state = self._text(record, "state").strip().lower().replace(" ", "_") or self.states[0]
        if state not in self.states:
            raise BadCell("state", f"“{state[:40]}” is no state of goods. Use one of: {', '.join(self.states)}.")
        return StockCells(sku, location_code(place), self._quantity(record), state)

    def catalogue(self, record: Record) -> CatalogueCells:
        """Raises `BadCell`."""
        self._check(record)
        given = {name: text for name in self.at if (text := self._text(record, name).strip())}
        if "supplier" not in given:
            raise BadCell("supplier", "The row names no supplier. Enter its code.")
        of_item: dict[str, object] = {name: given[name] for name in ("code",) if name in given}
        of_item |= {
            name: self._read(name, cells.whole, given[name])
            for name in ("minimum", "pack_size", "lead_time_days", "rank") if name in given
        }  # fmt: skip
        if "prices" in given:
            of_item["prices"] = self._breaks(given["prices"])
        if of_item and "sku" not in given:
            raise BadCell("sku", "The row says what something costs, and not what. Enter a SKU.")
        of_supplier = {name: given[column] for name, column in OF_SUPPLIER.items() if column in given}
        return CatalogueCells(given["supplier"], given.get("sku", ""), of_supplier, of_item)

    def _breaks(self, text: str) -> list[Break]:
        """One price, or several with the units they begin at: ``1: 4.10; 100: 3.80``."""
        if ":" not in text:
            return [Break(1, self._read("prices", cells.amount, text))]
        try:
            return read_breaks(text.replace(";", "\n"))
        except ValueError as wrong:
            raise BadCell("prices", f"“{str(wrong)[:40]}” is no price. Write it like 1: 4.10; 100: 3.80.") from None

    def kit(self, record: Record) -> KitCells:
        """Raises `BadCell`."""
        self._check(record)
        kit, component = (self._text(record, name).strip() for name in ("kit", "component"))
        if not kit:
            raise BadCell("kit", "The row names no kit. Enter its SKU.")
        if not component:
            raise BadCell("component", "The row names no component. Enter its SKU or barcode.")
        units = self._quantity(record)
        if units > PER_KIT_MAX:
            raise BadCell("quantity", f"{units:,} units are more than {PER_KIT_MAX:,} in one kit. Check the column.")
        return KitCells(kit, component, units)

    def units(self, record: Record) -> int:
        """The quantity of this row for the sum of the file; what cannot be read counts as nothing."""
        try:
            return self._quantity(record)
        except (BadCell, KeyError):
            return 0

    def _check(self, record: Record) -> None:
        if problem := record.problem or shape_problem(record.values, self.width):
            raise BadCell("", problem)

    def _text(self, record: Record, name: str) -> str:
        at = self.at.get(name)
        return plain_cell(record.values[at]) if at is not None and at < len(record.values) else ""

    def _quantity(self, record: Record) -> int:
        units = self._read("quantity", cells.whole, self._text(record, "quantity").strip())
        if units < 0:
            raise BadCell("quantity", f"{units:,} is below 0, and a shelf holds nothing less. Enter 0 or more.")
        if units > QUANTITY_MAX:
            raise BadCell("quantity", f"{units:,} units are more than {QUANTITY_MAX:,}. Check the column.")
        return units

    def _value(self, name: str, text: str) -> object:
        if name == "barcodes":
            return self._codes(text)
        if name in ("tags", "substitutes"):
            return split_codes(text)
        if name in NESTED:
            return self._read(name, lambda cell, _comma: NESTED[name](cell), text)
        if name in MEASURES:
            return self._read(name, cells.whole, text.strip())
        if name in AMOUNTS:
            return self._read(name, cells.amount, text.strip())
        if name in ("active", "final_sale"):
            return _yes_or_no(name, text)
        return text.strip()

    def _read(self, name: str, how: Callable, text: str) -> object:
        try:
            return how(text, self.comma)
        except ValueError as error:
            raise BadCell(name, str(error)) from None

    def _codes(self, text: str) -> tuple[str, ...]:
        codes = split_codes(text)
        shortened = next((code for code in codes if SHORTENED.fullmatch(code)), "")
        if shortened:
            raise BadCell(
                "barcodes",
                f"“{shortened}” is a barcode that a spreadsheet took for a number and cut. Format the column as text, "
                "and enter it anew.",
            )
        return codes


def _yes_or_no(name: str, text: str) -> bool:
    word = text.strip().lower()
    if word in YES or word in NO:
        return word in YES
    raise BadCell(name, f"“{text.strip()[:40]}” is neither yes nor no.")
