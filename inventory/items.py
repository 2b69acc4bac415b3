"""What an item may be called and measure, and how names and codes are compared. Pure."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from inventory import details
from inventory.packing import Pack, codes_of, gtin_problem, packs_problem
from oms.core.errors import FieldError
from oms.core.money import AMOUNT_MAX

SKU_MAX, NAME_MAX, CODE_MAX, CODES_MAX = 100, 500, 100, 50
# 100 tonnes, 100 metres: beyond these somebody mixed up the unit.
MEASURES = {"weight_g": 100_000_000, "length_mm": 100_000, "width_mm": 100_000, "height_mm": 100_000}
AMOUNTS = ("price", "cost")
SHELF_LIFE_MAX = 10_000
# When the serial number of a unit can be asked for.
SERIALS_AT = ("receive", "pick", "pack", "return")
WORDS_MAX, WORD_MAX = 20, 40

_WORD = re.compile(r"\w+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Alias:
    """A code that names the item too; ``channel_id`` limits it to one sales channel's orders."""

    code: str
    channel_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item to be. ``origin`` says who named it first (``manual``, ``api``, ``import``).

    ``custom`` None: nobody was asked for the merchant's own fields, so none that is needed is missing.
    """

    sku: str
    name: str = ""
    barcodes: tuple[str, ...] = ()
    aliases: tuple[Alias, ...] = ()
    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    price: Decimal | None = None
    cost: Decimal | None = None
    active: bool = True
    final_sale: bool = False
    tracks_lots: bool = False
    shelf_life_days: int | None = None
    tracks_serials: bool = False
    serials_at: tuple[str, ...] = ()
    origin: str = "manual"
    unit: str = "each"
    gtin: str = ""
    packs: tuple[Pack, ...] = ()
    description: str = ""
    hs_code: str = ""
    country_of_origin: str = ""
    tags: tuple[str, ...] = ()
    custom: Mapping[str, str] | None = None
    product_id: UUID | None = None
    option_values: tuple[str, ...] = ()
    substitutes: tuple[UUID, ...] = ()


def sku_key(text: str) -> str:
    """The text as SKUs and codes are compared: capitals, no surrounding blanks."""
    return text.strip().upper()


def name_words(name: str) -> list[str]:
    """The words a name is found by, each once."""
    return list(dict.fromkeys(word[:WORD_MAX] for word in _WORD.findall(name.casefold())))[:WORDS_MAX]


def plain_value(name: str, value: object) -> object:
    """A field of an item as it is kept."""
    if name == "hs_code":
        return details.plain_hs_code(value)
    if name == "country_of_origin":
        return value.strip().upper()
    if name == "tags":
        return details.plain_tags(value)
    if isinstance(value, str):
        return value.strip()
    if name == "serials_at":
        return list(value)
    return [each.strip() for each in value] if name in ("barcodes", "option_values") else value


def draft_problems(values: Mapping[str, object], path: str = "") -> list[FieldError]:
    """What is wrong with these fields of an item (only those given), each named under ``path``."""
    problems = []
    for name, value in values.items():
        sentence = _problem(name, value)
        if name == "packs" and not sentence:
            sentence = packs_problem(value, codes_of(values.get("gtin", ""), values.get("barcodes", ())))
        if sentence:
            problems.append(FieldError(f"{path}{name}", "invalid", sentence))
    return problems


def _problem(name: str, value: object) -> str:
    if name == "sku":
        return _text_problem(value, "SKU", SKU_MAX, empty=False)
    if name == "name":
        return _text_problem(value, "name", NAME_MAX)
    if name == "barcodes":
        return _codes_problem(value, "barcode")
    if name == "aliases":
        return _codes_problem([alias.code for alias in value], "alias")
    if name in MEASURES:
        return _measure_problem(name, value)
    if name == "shelf_life_days" and value is not None and not 1 <= value <= SHELF_LIFE_MAX:
        return f"Give 1 to {SHELF_LIFE_MAX:,} days, or leave it empty."
    if name == "serials_at" and not set(value) <= set(SERIALS_AT):
        return f"Choose of: {', '.join(SERIALS_AT)}."
    if name in AMOUNTS and value is not None:
        return _amount_problem(value)
    if name == "packs":
        return _packs_problem(value)
    return _OF_DETAILS[name](value) if name in _OF_DETAILS else ""


_OF_DETAILS: Mapping[str, Callable[..., str]] = {
    "unit": details.unit_problem,
    "gtin": lambda code: gtin_problem(code.strip()),
    "hs_code": details.hs_problem,
    "country_of_origin": lambda code: details.country_problem(code.strip().upper()),
    "tags": details.tags_problem,
    "option_values": details.values_problem,
    "description": lambda text: _long_text_problem(text),
    "substitutes": lambda given: "" if len(given) <= details.SUBSTITUTES_MAX else "Give at most 20 substitutes.",
}


def _long_text_problem(text: str) -> str:
    if len(text) > details.DESCRIPTION_MAX:
        return f"Shorten the description to {details.DESCRIPTION_MAX:,} characters."
    return "Take the control characters out of the description." if "\x00" in text else ""


def _packs_problem(packs: Collection[Pack]) -> str:
    """Of each level's codes and measures; what they are to each other is `packs_problem`."""
    for pack in packs:
        measures = filter(None, (_measure_problem(name, getattr(pack, name)) for name in MEASURES))
        if sentence := _codes_problem(pack.barcodes, "barcode") or next(measures, ""):
            return f"{pack.name.strip()}: {sentence}"
    return ""


def _measure_problem(name: str, value: int | None) -> str:
    if value is None or 0 <= value <= MEASURES[name]:
        return ""
    unit = "grams" if name == "weight_g" else "millimetres"
    return f"Give 0 to {MEASURES[name]:,} {unit}, or leave it empty."


def _text_problem(text: str, word: str, longest: int, *, empty: bool = True) -> str:
    if not empty and not text.strip():
        return f"Enter a {word}."
    if len(text.strip()) > longest:
        return f"Shorten the {word} to {longest} characters."
    return f"Take the line breaks and control characters out of the {word}." if _CONTROL.search(text.strip()) else ""


def _codes_problem(codes: Collection[str], word: str) -> str:
    if len(codes) > CODES_MAX:
        return f"Give at most {CODES_MAX}."
    if len({sku_key(code) for code in codes}) < len(codes) and word == "barcode":
        return "The same barcode stands here twice."
    return next(filter(None, (_text_problem(code, word, CODE_MAX, empty=False) for code in codes)), "")


def _amount_problem(amount: Decimal) -> str:
    if not amount.is_finite() or not 0 <= amount <= AMOUNT_MAX:
        return "Give an amount of 0 or more."
    return "Give at most 4 digits after the point." if amount.as_tuple().exponent < -4 else ""
