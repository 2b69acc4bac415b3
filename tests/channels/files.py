"""Order files made for tests: small ones by hand, a larger one that has every quirk of a real wholesaler's."""

import io
import random
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Real trade, beside the repository on some machines; never needed by the product.
REAL_FILE = ROOT.parent / "shared" / "data" / "uci_online_retail.csv.gz"
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
COLUMNS = HEADER.split(",")


def wholesale(*lines: str) -> io.BytesIO:
    """A file in the wholesaler's columns."""
    return io.BytesIO("\n".join([HEADER, *lines, ""]).encode())


def generated_rows(count: int, seed: int = 7) -> list[list[str]]:
    """``count`` rows of documents with credits, notes, free lines, guests, case variants and repeated rows."""
    random_ = random.Random(seed)
    at, rows, number, sold = datetime(2011, 3, 26, 20), [], 540_000, []
    while len(rows) < count:
        number += 1
        at += timedelta(minutes=random_.randint(1, 9))
        customer = str(random_.randint(12_000, 12_040)) if random_.random() > 0.2 else ""
        tail = [at.isoformat(sep=" "), customer, random_.choice(["United Kingdom", "EIRE", "Unspecified", "Germany"])]
        draw = random_.random()
        if draw < 0.05:
            rows.append(_row(str(number), "22139", "wet pallet", -random_.randint(1, 300), "0.0", tail[0], "", tail[2]))
        elif draw < 0.15 and sold:
            code, units, price, buyer = random_.choice(sold)
            rows.append(_row(f"C{number}", code, "BACK AGAIN ", -units, price, tail[0], buyer, tail[2]))
        elif draw < 0.17:
            rows.append(_row(f"A{number}", "B", "Adjust bad debt", 1, "-11062.06", tail[0], "", tail[2]))
        else:
            rows += _sale(random_, str(number), tail, sold)
    return rows[:count]


def _sale(random_: random.Random, number: str, tail: list[str], sold: list) -> list[list[str]]:
    rows = []
    for _ in range(random_.randint(1, 12)):
        code = f"{random_.randint(84_000, 84_060)}{random_.choice(['', 'A', 'a'])}"
        units, price = random_.randint(1, 24), random_.choice(["2.55", "0.0", "1.234", "14.95"])
        rows.append(_row(number, code, f"ARTICLE {code.upper()} ", units, price, *tail))
        sold.append((code, units, price, tail[1]))
        if random_.random() < 0.1:
            rows.append(list(rows[-1]))
    if random_.random() < 0.3:
        rows.append(_row(number, "POST", "POSTAGE", 1, "18.00", *tail))
    return rows


def _row(number: str, code: str, title: str, units: int, price: str, at: str, customer: str, country: str) -> list[str]:
    return [number, code, title, str(units), at, price, customer, country]


def as_file(rows: list[list[str]]) -> io.BytesIO:
    return wholesale(*(",".join(row) for row in rows))
