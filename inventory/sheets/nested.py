"""Packing levels and option values in one cell, as people write them; as JSON where a name or code forbids that."""

import json
import re
from collections.abc import Mapping, Sequence

from inventory.packing import Pack

GTIN = "GTIN "
_SIGNS = re.compile(r"[;,=:\n\[{]")


def write_packs(packs: Sequence[Pack]) -> str:
    """Like ``Inner = 6; Case = 12: GTIN 15012345678907, OWN-7``. Weights and sizes stay behind."""
    if any(_SIGNS.search(text) for pack in packs for text in (pack.name, *pack.barcodes)):
        return json.dumps([[pack.name, pack.units, pack.gtin, list(pack.barcodes)] for pack in packs])
    return "; ".join(f"{pack.name} = {pack.units}{_codes(pack)}" for pack in packs)


def read_packs(cell: str) -> tuple[Pack, ...]:
    """Raises `ValueError` with what to write instead."""
    wrong = f"“{cell.strip()[:60]}” is no list of packs. Write it like: Inner = 6; Case = 12: GTIN 15012345678907."
    try:
        if cell.strip().startswith("["):
            return tuple(
                Pack(str(name), int(units), str(gtin), tuple(map(str, codes)))
                for name, units, gtin, codes in json.loads(cell)
            )
        return tuple(_pack(part) for part in re.split(r"[;\n]", cell) if part.strip())
    except (ValueError, TypeError):
        raise ValueError(wrong) from None


def write_options(options: Sequence[str], values: Sequence[str]) -> str:
    """Like ``Size = M; Colour = Blue``."""
    pairs = dict(zip(options, values, strict=True))
    if any(_SIGNS.search(text) for text in (*options, *values)):
        return json.dumps(pairs)
    return "; ".join(f"{name} = {value}" for name, value in pairs.items())


def read_options(cell: str) -> Mapping[str, str]:
    """Raises `ValueError` with what to write instead."""
    try:
        if cell.strip().startswith("{"):
            return {str(name): str(value) for name, value in json.loads(cell).items()}
        pairs = [part.split("=") for part in re.split(r"[;\n]", cell) if part.strip()]
        return {name.strip(): value.strip() for name, value in pairs}
    except ValueError:
        raise ValueError(f"“{cell.strip()[:60]}” are no options. Write them like: Size = M; Colour = Blue.") from None


def _codes(pack: Pack) -> str:
    codes = [*([f"{GTIN}{pack.gtin}"] if pack.gtin else []), *pack.barcodes]
    return f": {', '.join(codes)}" if codes else ""


def _pack(text: str) -> Pack:
    head, _, rest = text.partition(":")
    name, units = head.split("=")
    codes = [code.strip() for code in rest.split(",") if code.strip()]
    gtin = next((code.removeprefix(GTIN) for code in codes if code.startswith(GTIN)), "")
    return Pack(name.strip(), int(units), gtin, tuple(code for code in codes if not code.startswith(GTIN)))
