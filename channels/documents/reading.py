"""Rows as text → the document they make: lines with numbers, and each bad cell named."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from channels.documents.outcomes import Totals
from channels.mapping.kinds import GOODS, KindRules
from channels.mapping.options import Options
from inventory.items import SKU_MAX, sku_key
from oms.core.money import ZERO
from oms.core.sheets import values as cells
from oms.core.sheets.records import shape_problem

LINES_MAX = 5_000
ORDER_MAX = 200


class RawRow(NamedTuple):
    """A staged row; ``problem`` when it could not even be cut into cells."""

    row: int
    values: Sequence[str]
    problem: str = ""


class Line(NamedTuple):
    """One row. A row with a ``reason`` is bad and counts as nothing; ``price`` None is the item's own."""

    row: int
    sku: str = ""
    key: str = ""
    title: str = ""
    kind: str = GOODS
    quantity: int = 0
    price: Decimal | None = ZERO
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    field: str = ""
    reason: str = ""

    @property
    def money(self) -> Decimal:
        return self.quantity * (self.price or ZERO)

    @property
    def totals(self) -> Totals:
        return Totals(1, self.quantity, self.money)


@dataclass(frozen=True)
class Document:
    """All rows of one order number, in file order. ``texts`` holds each order field's first text."""

    key: str
    lines: tuple[Line, ...]
    texts: Mapping[str, str]
    content: str
    placed_at: datetime | None
    moved_time: bool = False
    problem: str = ""
    field: str = ""

    @cached_property
    def totals(self) -> Totals:
        lines = self.lines
        return Totals(len(lines), sum(line.quantity for line in lines), sum((line.money for line in lines), ZERO))

    @property
    def customer(self) -> str:
        """What names the customer in this file; empty for a guest."""
        return self.texts.get("customer_id") or self.texts.get("email", "").lower()

    @property
    def first_row(self) -> int:
        return self.lines[0].row


def match_key(customer: str, code: str) -> str:
    return f"{customer[:200]}\t{code[:SKU_MAX]}" if customer and code else ""


class _BadCell(ValueError):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


class DocumentReader:
    """Reads rows of one file: knows which column holds which field, and how values are written."""

    def __init__(self, header: Sequence[str], columns: Mapping[str, str], options: Options) -> None:
        self.width = len(header)
        self.at = {name: header.index(column) for name, column in columns.items()}
        self.columns = columns
        self.options = options
        self.rules = KindRules(options.kind_rules)
        self.document_fields = [name for name in self.at if name not in LINE_FIELDS]
        self.comma = options.decimal_comma

    def text(self, values: Sequence[str], name: str) -> str:
        at = self.at.get(name)
        return values[at].strip() if at is not None and at < len(values) else ""

    def document_key(self, raw: RawRow) -> str:
        """The order number; a row without one stands alone, so that it can be told about."""
        return self.text(raw.values, "order")[:ORDER_MAX] or f"(row {raw.row})"

    def match_key(self, values: Sequence[str]) -> str:
        """Customer and code, by which credits find what they take back; empty when either is missing."""
        customer = self.text(values, "customer_id") or self.text(values, "email").lower()
        return match_key(customer, sku_key(self.text(values, "sku"))) if customer else ""

    def totals(self, raw: RawRow) -> Totals:
        """Rows, units and money of one row on its own; what cannot be read counts as nothing."""
        try:
            quantity, price = self._numbers(raw)
        except _BadCell:
            return Totals(1)
        return Totals(1, quantity, quantity * (price or ZERO))

    def line(self, raw: RawRow) -> Line:
        try:
            quantity, price = self._numbers(raw)
            discount = self._amount(raw, "line_discount") if "line_discount" in self.at else ZERO
            tax = self._amount(raw, "line_tax") if "line_tax" in self.at else ZERO
        except _BadCell as bad:
            return Line(raw.row, field=bad.field, reason=bad.reason)
        title, sku = self.text(raw.values, "title"), self.text(raw.values, "sku")
        sku = sku or title[:SKU_MAX]
        key = sku_key(sku)
        kind = self.rules.kind_of(key)
        field, reason = "", ""
        if not key:
            field, reason = "sku", f"The row names no item: {self._column('sku')} is empty."
        elif len(sku) > SKU_MAX:
            field, reason = "sku", f"{self._column('sku')} has more than {SKU_MAX} characters."
        return Line(raw.row, sku, key, title, kind, quantity, price, discount, tax, field, reason)

    def document(self, key: str, rows: Sequence[RawRow]) -> Document:
        given = {name: self._given(rows, name) for name in self.document_fields}
        texts = {name: each[0] if each else "" for name, each in given.items()}
        at, moved, problem, field = None, False, "", ""
        try:
            at, moved = self._earliest(given.get("placed_at", ()))
            for name in ONE_PER_DOCUMENT:
                self._one_value(name, given.get(name, ()))
        except _BadCell as bad:
            problem, field = bad.reason, bad.field
        return Document(
            key, tuple(map(self.line, rows)), texts, _content(rows), at, moved, problem=problem, field=field
        )

    def _numbers(self, raw: RawRow) -> tuple[int, Decimal | None]:
        self._check_shape(raw)
        try:
            quantity = cells.quantity(self.text(raw.values, "quantity"), self.comma)
        except ValueError as error:
            raise _BadCell("quantity", f"{self._column('quantity')}: {error}") from None
        if quantity == 0:
            raise _BadCell("quantity", f"{self._column('quantity')} is 0: the row orders nothing.")
        if "unit_price" not in self.at:
            return quantity, None
        try:
            return quantity, cells.amount(self.text(raw.values, "unit_price"), self.comma)
        except ValueError as error:
            raise _BadCell("unit_price", f"{self._column('unit_price')}: {error}") from None

    def _check_shape(self, raw: RawRow) -> None:
        if raw.problem:
            raise _BadCell("", raw.problem)
        if problem := shape_problem(raw.values, self.width):
            raise _BadCell("", problem)
        order = self.text(raw.values, "order")
        if len(order) > ORDER_MAX:
            raise _BadCell("order", f"{self._column('order')} has more than {ORDER_MAX} characters.")
        if not order:
            raise _BadCell("order", f"{self._column('order')} is empty, so the row belongs to no order.")

    def _amount(self, raw: RawRow, name: str) -> Decimal:
        text = self.text(raw.values, name)
        if not text:
            return ZERO
        try:
            return cells.amount(text, self.comma)
        except ValueError as error:
            raise _BadCell(name, f"{self._column(name)}: {error}") from None

    def _column(self, name: str) -> str:
        return self.columns.get(name, name)

    def _given(self, rows: Sequence[RawRow], name: str) -> list[str]:
        """The different texts in this column, in the order of the rows."""
        at = self.at[name]
        found = dict.fromkeys(raw.values[at] for raw in rows if at < len(raw.values) and not raw.problem)
        return [text for each in found if (text := each.strip())]

    def _earliest(self, texts: Iterable[str]) -> tuple[datetime | None, bool]:
        """One document may carry several times: it began with the first."""
        try:
            moments = [cells.parsed_at(text, self.options.date_format, self.options.timezone) for text in texts]
        except ValueError as error:
            raise _BadCell("placed_at", f"{self._column('placed_at')}: {error}") from None
        first = min(moments, key=lambda when: when.at, default=None)
        return (first.at, first.moved) if first else (None, False)

    def _one_value(self, name: str, found: Sequence[str]) -> None:
        if len(set(found)) > 1:
            shown = " and ".join(f"“{text}”" for text in sorted(set(found))[:2])
            raise _BadCell(name, f"{self._column(name)} differs between the rows of this order: {shown}.")


ONE_PER_DOCUMENT = ("customer_id", "currency", "email")
LINE_FIELDS = frozenset({"sku", "title", "quantity", "unit_price", "line_discount", "line_tax"})


def _content(rows: Sequence[RawRow]) -> str:
    """Equal for documents with equal rows: tells a repeated import from a changed document."""
    text = "\x1e".join("\x1f".join(raw.values) for raw in rows)
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()
