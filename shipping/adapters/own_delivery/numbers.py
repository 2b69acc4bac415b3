"""Tracking numbers: made from the key of the purchase, so that asking twice comes to the same one."""

import hashlib
from uuid import UUID

PREFIX = "OD"
DIGITS = 17


def tracking_number(key: UUID) -> str:
    """``OD``, 17 digits and a check digit: 18 digits are nine pairs in Code 128."""
    number = int.from_bytes(hashlib.sha256(key.bytes).digest()[:16]) % 10**DIGITS
    text = f"{number:0{DIGITS}d}"
    return f"{PREFIX}{text}{check_digit(text)}"


def check_digit(digits: str) -> int:
    """Luhn's, which catches any one wrong digit and most swaps of two."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def in_groups(number: str) -> str:
    """For people: ``OD 1234 5678 …``."""
    digits = number.removeprefix(PREFIX)
    return " ".join([PREFIX, *(digits[at : at + 4] for at in range(0, len(digits), 4))])
