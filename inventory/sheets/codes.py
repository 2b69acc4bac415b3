"""Several codes in one cell, without loss: what `join_codes` wrote, `split_codes` reads."""

import re
from collections.abc import Sequence

# A spreadsheet that takes a barcode for a number shows, and saves, only its beginning.
SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)


def join_codes(codes: Sequence[str]) -> str:
    """With semicolons; on lines of their own where a code has one in it."""
    if any(";" in code for code in codes):
        return "".join(f"{code}\n" for code in codes)
    return ";".join(codes)


def split_codes(cell: str) -> tuple[str, ...]:
    codes = cell.split("\n" if "\n" in cell else ";")
    return tuple(code.strip() for code in codes if code.strip())
