"""A file of real trade through the importer, against COPY of every row that came of it."""

import gzip
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.copying import copy_back
from bench.ground import DATA, ROOT, Ground
from bench.report import Result

REAL = ROOT.parent / "shared" / "data" / "uci_online_retail.csv.gz"
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
ROWS_SMALL, ROWS_MADE = 40_000, 400_000


def measure(ground: Ground, *, small: bool) -> list[Result]:
    path, source = _file(ROWS_SMALL if small else None)
    rows = sum(1 for _ in path.open("rb")) - 1
    tenant_id, slug = _tenant(source)
    seconds, peak_mb = _import(path, slug)
    with ground.admin() as admin:
        (orders,) = admin.execute("SELECT count(*) FROM orders_order WHERE tenant_id = %s", [tenant_id]).fetchone()
        floor_seconds, floor_rows = copy_back(admin, tenant_id)
    ratio = floor_seconds / seconds
    return [
        Result(
            name=f"import of {rows:,} rows ({source})",
            ours=f"{orders / seconds:,.0f} orders/s, {rows / seconds:,.0f} rows/s, {peak_mb:,.0f} MB",
            floor=f"{rows / floor_seconds:,.0f} rows/s (COPY of {floor_rows:,} rows)",
            ratio=ratio,
            aim="≥ 1/4, memory flat",
            met=ratio >= 0.25,
            figures={"seconds": round(seconds, 1), "orders": orders, "peak_mb": round(peak_mb)},
        )
    ]


def _file(most: int | None) -> tuple[Path, str]:
    """The real file where it is at hand, cut for a small run; else one of the same shape, and the report says so."""
    target = DATA / "bench-import.csv"
    if REAL.exists():
        with gzip.open(REAL, "rt", encoding="utf-8", newline="") as lines, target.open("w", newline="") as out:
            out.writelines(line for number, line in enumerate(lines) if most is None or number <= most)
        return target, "Online Retail, UCI Machine Learning Repository"
    with target.open("w") as out:
        out.write(HEADER)
        out.writelines(_made(most or ROWS_MADE))
    return target, "generated, the real file is not here"


def _made(rows: int) -> Iterator[str]:
    rng = random.Random(7)
    invoice = 536_000
    for number in range(rows):
        if rng.random() < 0.05:
            invoice += 1
        code, day = 10_000 + int(4_000 * rng.random() ** 2), 1 + number * 27 // rows
        yield (
            f"{invoice},{code},ARTICLE {code},{rng.randrange(1, 25)},2011-03-{day:02d} 10:{invoice % 60:02d}:00,"
            f"{rng.randrange(50, 900) / 100},{12_000 + invoice % 4_000},United Kingdom\n"
        )


def _tenant(name: str) -> tuple[int, str]:
    from inventory.actions.locations import create_location
    from oms.accounts.actions.channels import create_channel
    from oms.core.actors import system
    from oms.core.models import Tenant
    from oms.core.tenancy import unit_of_work

    slug = f"import-{time.time_ns()}"
    tenant = Tenant.objects.create(slug=slug, name="Import", currency="GBP", country="GB", timezone="Europe/London")
    with unit_of_work(tenant.id, system("bench")):
        create_channel(code="files", name="Files", kind="manual")
        create_location(code="MAIN", name="Main", priority=1)
    return tenant.id, slug


def _import(path: Path, slug: str) -> tuple[float, float]:
    """Seconds, and the most memory the process ever held (MB)."""
    argv = [
        sys.executable, "manage.py", "import_orders", str(path), "--tenant", slug,
        "--create-missing-items", "--opening-stock", "MAIN",
    ]  # fmt: skip
    started = time.perf_counter()
    process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError(f"The import failed:\n{said[-2000:]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - started, usage.ru_maxrss * unit / 1e6
