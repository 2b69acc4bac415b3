"""A year of real trade replayed in order through receive, reserve, commit, take back and adjust; the book must add up.

Data: Online Retail, UCI Machine Learning Repository, doi 10.24432/C5BW33 (CC BY 4.0). It tells what was sold and
not what was bought, so what a batch lacks is received from a supplier just before it.
"""

import csv
import gzip
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from bench.ground import Ground
from bench.report import Result
from bench.scenarios.importing import REAL

BATCH, COVER = 200, 3
SMALL_INVOICES = 3_000


@dataclass(frozen=True)
class Invoice:
    """A sale, or with ``back`` what came back or was written off."""

    number: str
    lines: tuple[tuple[str, int], ...]

    @property
    def kind(self) -> str:
        if self.lines[0][1] > 0:
            return "sale"
        return "credit" if self.number.startswith("C") else "adjustment"


@dataclass
class Booked:
    """Units that went through the book."""

    received: int = 0
    sold: int = 0
    back: int = 0
    adjusted: int = 0
    lines: int = 0


def measure(ground: Ground, *, small: bool) -> list[Result]:
    if not REAL.exists():
        print("  the real data is not here (shared/data beside the repository): nothing is replayed")
        return []
    invoices = list(islice(_invoices(), SMALL_INVOICES if small else None))
    items, place = _catalogue(ground, invoices)
    booked, started = Booked(), time.perf_counter()
    for start in range(0, len(invoices), BATCH):
        _replay(ground, invoices[start : start + BATCH], items, place, booked)
    seconds = time.perf_counter() - started
    _check(ground, items, booked)
    return [
        Result(
            name=f"real trade replayed: {len(invoices):,} invoices, {len(items):,} items, {booked.lines:,} lines",
            ours=f"{booked.lines / seconds:,.0f} lines/s, {len(invoices) / seconds:,.0f} invoices/s; the book adds up",
            figures=vars(booked) | {"seconds": round(seconds, 1)},
        )
    ]


def _invoices() -> Iterator[Invoice]:
    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as file:
        rows = (
            (row["InvoiceNo"], row["StockCode"].strip().upper(), int(row["Quantity"])) for row in csv.DictReader(file)
        )
        for number, of_invoice in groupby(rows, key=lambda row: row[0]):
            lines = tuple((sku, units) for _, sku, units in of_invoice if units)
            if lines:
                yield Invoice(number, lines)


def _catalogue(ground: Ground, invoices: Iterable[Invoice]) -> tuple[dict, object]:
    from inventory.actions.items import ItemDraft, create_items
    from inventory.actions.locations import create_location
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    mark = f"R{time.time_ns() % 10**9}"
    skus = sorted({sku for each in invoices for sku, _ in each.lines})
    with unit_of_work(ground.tenant_id, system("bench")):
        place = create_location(code=mark, name="Replayed", priority=1)
        made = create_items(items=[ItemDraft(sku=f"{mark}-{sku}", name=sku) for sku in skus])
    return {sku: item.id for sku, item in zip(skus, made, strict=True)}, place.id


def _replay(ground: Ground, batch: list[Invoice], items: dict, place, booked: Booked) -> None:
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    by_kind = {kind: [each for each in batch if each.kind == kind] for kind in ("sale", "credit", "adjustment")}
    booked.lines += sum(len(each.lines) for each in batch)
    with unit_of_work(ground.tenant_id, system("bench")):
        booked.received += _receive(by_kind["sale"], items, place)
        booked.sold += _sell(by_kind["sale"], items, place)
        booked.back += _take_back(by_kind["credit"], items, place)
        booked.adjusted += _adjust(by_kind["adjustment"], items, place)


def _receive(sales: list[Invoice], items: dict, place) -> int:
    """Some weeks of what sells, whenever the shelf can not cover the next sales."""
    from inventory.actions.receive import Receipt, receive_stock
    from inventory.queries import available_by_item

    wanted: dict = defaultdict(int)
    for sale in sales:
        for sku, units in sale.lines:
            wanted[items[sku]] += units
    there = available_by_item(wanted)
    receipts = [Receipt(item, place, COVER * units) for item, units in wanted.items() if there[item].available < units]
    receive_stock(receipts=receipts, reason="Replayed")
    return sum(each.quantity for each in receipts)


def _sell(sales: list[Invoice], items: dict, place) -> int:
    from inventory import book
    from inventory.actions.commit import Commit, commit_stock
    from inventory.actions.reserve import reserve_stock
    from inventory.stock.values import Demand
    from oms.core.db.keys import uuid7

    demands = []
    for sale in sales:
        order = uuid7()
        demands += [Demand(order, uuid7(), items[sku], units, location_id=place) for sku, units in sale.lines]
    reserve_stock(demands=demands)
    parcel = uuid7()
    held = book.open_of_demands([each.demand_id for each in demands])
    commit_stock(
        commits=[Commit(each.id, each.item_id, each.location_id, each.open, parcel) for each in held],
        cause_kind="parcel",
    )
    return sum(each.open for each in held)


def _take_back(credits: list[Invoice], items: dict, place) -> int:
    from inventory.actions.receive import Receipt, receive_stock

    back = [Receipt(items[sku], place, -units, "customer") for each in credits for sku, units in each.lines]
    receive_stock(receipts=back, reason="Credit", cause_kind="return")
    return sum(each.quantity for each in back)


def _adjust(adjustments: list[Invoice], items: dict, place) -> int:
    from inventory.actions.adjust import adjust_stock

    lines = [line for each in adjustments for line in each.lines]
    for sku, units in lines:
        adjust_stock(item_id=items[sku], location_id=place, change=units, reason="damage")
    return -sum(units for _, units in lines)


def _check(ground: Ground, items: dict, booked: Booked) -> None:
    """The book proves itself, and every unit of the file is in it."""
    from django.db.models import Sum

    from inventory.models import Movement
    from inventory.proof import prove_stock
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    with unit_of_work(ground.tenant_id, system("bench")):
        proof = prove_stock()
        sold = Movement.objects.filter(item__in=list(items.values()), to_state="customer").aggregate(n=Sum("quantity"))
    if not proof.holds:
        raise RuntimeError(f"the book does not add up: {proof.breaks[:3]}")
    if sold["n"] != booked.sold:
        raise RuntimeError(f"{sold['n']} units left by the book, {booked.sold} were sold")
