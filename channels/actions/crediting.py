"""Match the credits of a chunk to earlier sales: in the file when checking, in the orders when placing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from channels import queries
from channels.actions.judging import Judge, Judged
from channels.documents.matching import Sale, Take, match_credit, verdict_of
from channels.documents.outcomes import CANCELLATION, ORDER
from channels.documents.reading import Line, match_key
from channels.mapping.kinds import GOODS
from inventory.items import sku_key
from inventory.queries import resolve_skus
from oms.core.sheets import values as cells

Sales = dict[str, list[Sale]]


def match_in_file(judge: Judge, credits: Sequence[Judged]) -> None:
    """What placing would find, without having placed anything: the file's history is replayed for these keys.

    Customer and code by themselves decide, so a key's history is enough, however large the file.
    """
    wanted = {line.row: (each, line) for each, line in _lines(credits)}
    sales = sales_in_orders(judge, credits)
    known = set(sales)
    found: dict[int, list[Take]] = {}
    keys = {match_key(each.document.customer, line.key) for each, line in wanted.values()} - {""}
    history = queries.history_of(judge.found.id, keys, until=max(wanted, default=0))
    for key, raw, outcome in history:
        line = judge.reader.line(raw)
        if raw.row in wanted:
            found[raw.row] = _take(sales, key, line, wanted[raw.row][0].document.placed_at)
        elif outcome == CANCELLATION:
            _take(sales, key, line, _moment(judge, raw))
        elif outcome == ORDER and line.quantity > 0:
            known.add(key)
            sales[key].append(Sale(None, _moment(judge, raw), line.price, line.quantity))
    _decide(credits, found, known)


def match_in_orders(judge: Judge, credits: Sequence[Judged]) -> dict[UUID, dict[UUID, int]]:
    """Order → line → units to take back, for the credits that match."""
    sales = sales_in_orders(judge, credits)
    known, found = set(sales), {}
    to_take_back: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for each, line in _lines(credits):
        key = match_key(each.document.customer, line.key)
        found[line.row] = _take(sales, key, line, each.document.placed_at)
        for (order_id, line_id), units in found[line.row]:
            to_take_back[order_id][line_id] += units
    _decide(credits, found, known)
    return to_take_back


def sales_in_orders(judge: Judge, credits: Sequence[Judged]) -> Sales:
    """Open lines of earlier orders by match key, whatever way the item was named."""
    sales: Sales = defaultdict(list)
    customers = {each.document.customer for each in credits} - {""}
    codes = {line.key for each, line in _lines(credits) if each.document.customer}
    if not customers or not codes:
        return sales
    items = resolve_skus(codes, channel_id=judge.found.channel_id)
    named = defaultdict(set)
    for code in codes:
        named[sku_key(items[code].sku) if code in items else code].add(code)
    skus = {items[code].sku if code in items else code for code in codes}
    by = "external_id" if "customer_id" in judge.reader.at else "email"
    for line in queries.open_lines(judge.found.channel_id, customers=customers, skus=skus, by=by):
        sale = Sale((line.order_id, line.line_id), line.placed_at, line.price, line.here + line.gone)
        for code in named[sku_key(line.sku)]:
            sales[match_key(line.customer, code)].append(sale)
    return sales


def _lines(credits: Sequence[Judged]) -> Iterator[tuple[Judged, Line]]:
    """Each line of goods that a credit takes back; the others are money only."""
    return ((each, line) for each in credits for line in each.document.lines if line.kind == GOODS)


def _take(sales: Sales, key: str, line: Line, at: datetime | None) -> list[Take]:
    if key not in sales:
        return []
    return match_credit(sales[key], quantity=-line.quantity, price=line.price, at=at)


def _moment(judge: Judge, raw) -> datetime | None:
    text = judge.reader.text(raw.values, "placed_at")
    if not text:
        return None
    return cells.parsed_at(text, judge.options.date_format, judge.options.timezone).at


def _decide(credits: Sequence[Judged], found: dict[int, list[Take]], known: set[str]) -> None:
    for each in credits:
        customer = each.document.customer
        each.is_matched(
            {
                line.row: verdict_of(
                    found.get(line.row, ()), kind=line.kind, customer=customer, units=-line.quantity,
                    known=match_key(customer, line.key) in known,
                )
                for line in each.document.lines
            }
        )  # fmt: skip
