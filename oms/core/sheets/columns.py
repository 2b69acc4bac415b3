"""What a file's columns mean, guessed from their names and from the first rows."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oms.core.errors import FieldError, Invalid


@dataclass(frozen=True)
class Field:
    """What a file can tell. ``names`` are header names in small letters and digits only, the likeliest first."""

    name: str
    label: str
    names: tuple[str, ...]
    group: str = "order"
    required: bool = False


def plain(name: str) -> str:
    """A header name as it is compared: small letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def header_key(header: Sequence[str]) -> str:
    """The same for the same set of columns, in whatever order they come."""
    return hashlib.sha256("\n".join(sorted(map(plain, header))).encode()).hexdigest()


def by_name(header: Sequence[str], fields: Sequence[Field]) -> dict[str, str]:
    """Field → column, as far as the columns' names say."""
    free = {plain(name): name for name in reversed(header)}
    columns = {}
    for wanted in fields:
        match = next((name for name in wanted.names if name in free), None)
        if match is not None:
            columns[wanted.name] = free.pop(match)
    return columns


def values_in(
    header: Sequence[str], columns: Mapping[str, str], samples: Sequence[Sequence[str]], name: str
) -> list[str]:
    """What the samples hold in this field's column."""
    if name not in columns:
        return []
    at = header.index(columns[name])
    return [value for row in samples if at < len(row) and (value := row[at].strip())]


def writes_decimal_comma(amounts: Sequence[str]) -> bool:
    """Amounts like 2,55 or 1.234,50 and never 2.55."""
    return any(re.search(r",\d{1,2}$", amount) for amount in amounts) and not any(
        re.search(r"\.\d{1,2}$", amount) for amount in amounts
    )


def check_columns(columns: Mapping[str, str], header: Sequence[str], fields: Sequence[Field], of: str) -> None:
    """Raises `Invalid` naming each field that is none of ``of``, and each column the file has not."""
    known = {field.name for field in fields}
    problems = [
        FieldError(f"columns.{name}", "unknown_field", f"There is no such field of {of}.")
        for name in columns
        if name not in known
    ]
    problems += [
        FieldError(f"columns.{name}", "unknown_column", f"The file has no column “{column}”.")
        for name, column in columns.items()
        if column not in header
    ]
    if problems:
        raise Invalid(f"{problems[0].field}: {problems[0].message}", fields=problems)


def check_required(columns: Mapping[str, str], fields: Sequence[Field]) -> None:
    """Raises `Invalid` naming each needed field that no column holds."""
    missing = [
        FieldError(f"columns.{field.name}", "required", f"Say which column holds the {_in_a_sentence(field.label)}.")
        for field in fields
        if field.required and field.name not in columns
    ]
    if missing:
        raise Invalid(missing[0].message, fields=missing)


def _in_a_sentence(label: str) -> str:
    return label if label.isupper() else label.lower()
