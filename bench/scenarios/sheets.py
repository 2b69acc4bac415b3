"""A file of items through check and import, against COPY into a plain table and one INSERT for each of ours."""

import io
import time

import psutil
import psycopg

from bench.ground import Ground
from bench.report import Result

ITEMS_SMALL, ITEMS_FULL = 20_000, 200_000
# Nobody has this number.
FLOOR_TENANT = -20_000
# Some rows of any file are bad; they must cost no more than others.
BAD_EVERY = 400
FLOOR = (
    "INSERT INTO inventory_item (tenant_id, id, sku, sku_key, name, barcodes, weight_g, price, active, final_sale, "
    "origin, version, created_at) SELECT {tenant}, id, sku, upper(sku), name, ARRAY[barcode], weight, price, true, "
    "false, 'import', 1, now() FROM given",
    "INSERT INTO inventory_itemcode (tenant_id, id, item_id, kind, code_key) "
    "SELECT {tenant}, gen_random_uuid(), id, 'barcode', barcode FROM given",
    "INSERT INTO inventory_itemword (tenant_id, item_id, word) "
    "SELECT DISTINCT {tenant}, id, word FROM given, regexp_split_to_table(lower(name), ' ') AS word",
)


def measure(ground: Ground, *, small: bool) -> list[Result]:
    count = ITEMS_SMALL if small else ITEMS_FULL
    (checking, applying), bad, grown = _import(_file(count))
    with ground.admin() as admin:
        floor = _floor(admin, count)
    ratio = floor / (checking + applying)
    return [
        Result(
            name=f"import of {count:,} items, {bad} rows bad",
            ours=f"{count / (checking + applying):,.0f} rows/s, check and import; {grown:,.0f} MB more",
            floor=f"{count / floor:,.0f} rows/s (COPY + INSERT, nothing checked or told)",
            ratio=ratio,
            aim="≥ 1/10, memory flat",
            met=ratio >= 0.1 and grown < 150,
            figures={
                "check_seconds": round(checking, 2), "apply_seconds": round(applying, 2),
                "floor_seconds": round(floor, 2), "grown_mb": round(grown),
            },
        )
    ]  # fmt: skip


def _file(count: int) -> io.BytesIO:
    lines = ["SKU,Name,Barcode,Weight,Price"]
    for number in range(count):
        weight = "lots" if number % BAD_EVERY == BAD_EVERY - 1 else 50 + number % 900
        lines.append(
            f"ART-{number:06d},Stoneware article {number},{4_000_000_000_000 + number},{weight},{number % 90}.50"
        )
    return io.BytesIO("\n".join(lines).encode())


def _import(file: io.BytesIO) -> tuple[tuple[float, float], int, float]:
    """Seconds of the check and of applying, how many rows were left out, and the most memory the chunks took (MB)."""
    from inventory import queries
    from inventory.actions.sheets.steps import start_sheet_applying, start_sheet_check
    from inventory.actions.sheets.uploading import start_sheet_import
    from oms.core.actors import system
    from oms.core.jobs.running import run_chunk
    from oms.core.models import Tenant
    from oms.core.tenancy import unit_of_work

    tenant = Tenant.objects.create(slug=f"sheets-{time.time_ns()}", name="Sheets", currency="GBP", country="GB")
    with unit_of_work(tenant.id, system("bench")):
        made = start_sheet_import(kind="items", file=file, name="items.csv")
    seconds, memory, most = [], _held_mb(), 0.0
    for start in (start_sheet_check, start_sheet_applying):
        with unit_of_work(tenant.id, system("bench")):
            found = start(import_id=made.id)
        job_id, started = found.apply_id or found.check_id, time.perf_counter()
        while run_chunk(tenant.id, job_id):
            most = max(most, _held_mb() - memory)
        seconds.append(time.perf_counter() - started)
    with unit_of_work(tenant.id, system("bench")):
        report = queries.standing_of(found).report
    if not report.balanced:
        raise RuntimeError("The report of the import does not add up.")
    return (seconds[0], seconds[1]), report.bad, most


def _floor(admin: psycopg.Connection, count: int) -> float:
    """Seconds for as many items, each with its barcode and its words, by a role that no policy binds."""
    payload = "".join(
        f"F-{number:06d}\tStoneware article {number}\t{5_000_000_000_000 + number}\t{50 + number % 900}\t"
        f"{number % 90}.50\n"
        for number in range(count)
    )
    started = time.perf_counter()
    with admin.transaction():
        admin.execute(
            "CREATE TEMP TABLE given (id uuid DEFAULT gen_random_uuid(), sku text, name text, barcode text, "
            "weight int, price numeric) ON COMMIT DROP"
        )
        with admin.cursor().copy("COPY given (sku, name, barcode, weight, price) FROM STDIN") as into:
            into.write(payload)
        for statement in FLOOR:
            admin.execute(statement.format(tenant=FLOOR_TENANT))
    return time.perf_counter() - started


def _held_mb() -> float:
    """The memory this process holds now."""
    return psutil.Process().memory_info().rss / 1e6
