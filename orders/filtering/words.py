"""Words as they are compared: folded to small letters without accents, and told apart by their shape. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum

DOCUMENT_LENGTH = 4_000
LETTERS_MIN = 3

_NUMBER = re.compile(r"#?\d{1,18}")
_CODE = re.compile(r"(?=.*\d)[\w./#*+-]+")
_NOT_DIGIT = re.compile(r"\D+")
_PREFIXES = re.compile(r"^(?:#|sku[-:_ ]|so[-:_ ])")


class Shape(Enum):
    NUMBER, EMAIL, CODE, NAME = range(4)


def shape_of(word: str) -> Shape:
    """What a plain word most likely is."""
    if _NUMBER.fullmatch(word):
        return Shape.NUMBER
    if "@" in word:
        return Shape.EMAIL
    return Shape.CODE if _CODE.fullmatch(word) else Shape.NAME


def fold(text: str) -> str:
    """Small letters, no accents, single blanks."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def digits(text: str) -> str:
    return _NOT_DIGIT.sub("", text)


def document(
    *, names: Iterable[str], codes: Iterable[str], emails: Iterable[str], phones: Iterable[str], titles: Iterable[str]
) -> str:
    """The words an order is found by, each once, the most telling first; prefixes all orders share are left out."""
    words = [
        *map(fold, names),
        *map(fold, emails),
        *map(digits, phones),
        *(_PREFIXES.sub("", fold(code)) for code in codes),
        *map(fold, titles),
    ]
    return " ".join(dict.fromkeys(word for word in words if word))[:DOCUMENT_LENGTH]


def like_pattern(word: str) -> str:
    """``%word%`` for LIKE, folded, with the letters that mean something there escaped."""
    escaped = re.sub(r"([\\%_])", r"\\\1", fold(word))
    return f"%{escaped}%"
