"""Packing levels of an item (inner, case, pallet) and the trade numbers that must be right. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.stock.values import QUANTITY_MAX

PACKS_MAX, PACK_NAME_MAX = 10, 40
GTIN_LENGTHS = (8, 12, 13, 14)


@dataclass(frozen=True, slots=True)
class Pack:
    """So many ``units`` of an item, packed as one. ``gtin`` is its trade number, ``barcodes`` are any other codes."""

    name: str
    units: int
    gtin: str = ""
    barcodes: tuple[str, ...] = ()
    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None


def gtin_problem(code: str) -> str:
    """Why this is no GTIN; empty when it is one, or when none is given."""
    if not code:
        return ""
    if not code.isascii() or not code.isdigit() or len(code) not in GTIN_LENGTHS:
        return (
            f"A GTIN has 8, 12, 13 or 14 digits, and “{code[:40]}” has not. "
            "A code of your own or of a supplier goes among the barcodes."
        )
    expected = check_digit(code[:-1])
    if code[-1] != expected:
        return f"The last digit of “{code}” should be {expected}. Check the number, or put it among the barcodes."
    return ""


def check_digit(digits: str) -> str:
    """The last digit of the GTIN that begins with these."""
    from stdnum import ean

    return ean.calc_check_digit(digits)


def gtin_forms(code: str) -> list[str]:
    """One number as scanners send it: with the zeros in front that make it 12, 13 or 14 digits long, and as given."""
    bare = code.lstrip("0")
    return list(dict.fromkeys([code, *(bare.zfill(length) for length in GTIN_LENGTHS[1:] if len(bare) <= length)]))


def codes_of(gtin: str, barcodes: Sequence[str]) -> list[str]:
    """Every code by which a scan finds this level, each once."""
    forms = gtin_forms(gtin) if gtin else []
    return list(dict.fromkeys([*forms, *(code.strip().upper() for code in barcodes)]))


def packs_problem(packs: Sequence[Pack], base: Sequence[str]) -> str:
    """What is wrong with the levels beside each other; ``base`` are the codes of a single unit."""
    if len(packs) > PACKS_MAX:
        return f"Give at most {PACKS_MAX} packing levels."
    names = [pack.name.strip().casefold() for pack in packs]
    units = [pack.units for pack in packs]
    codes = [*base, *(code for pack in packs for code in codes_of(pack.gtin, pack.barcodes))]
    if twice := _twice(names):
        return f"Two packing levels are called “{twice}”. Give each a name of its own."
    if twice := _twice(units):
        return f"Two packing levels hold {twice:,} units. Keep one of them, and give it both barcodes."
    if twice := _twice(codes):
        return f"The code “{twice}” stands for two packing levels. Leave it with one of them."
    return next(filter(None, map(_pack_problem, packs)), "")


def _pack_problem(pack: Pack) -> str:
    if not pack.name.strip() or len(pack.name.strip()) > PACK_NAME_MAX or not pack.name.isprintable():
        return f"Name each packing level in at most {PACK_NAME_MAX} letters, like Case."
    if not 2 <= pack.units <= QUANTITY_MAX:
        return f"{pack.name.strip()}: a pack holds 2 units or more."
    return gtin_problem(pack.gtin)


def _twice(values: Sequence) -> object:
    return next((value for at, value in enumerate(values) if value in values[:at]), None)
