"""Set-based writing: one statement per table, however many rows.

One JSON parameter and ``json_to_recordset`` reach 73 to 84 % of COPY, which row-level security
refuses (docs/adr/0004-set-based-writes.md). Reading the text as ``json`` saves the tenth that building
a ``jsonb`` of it first would cost.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import Model

from oms.core.tenancy import current_tenant_id


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be written in bulk")


def to_json(value: object) -> str:
    """JSON as the bulk statements want it: ids, amounts and times as text, nothing else converted."""
    return orjson.dumps(value, default=_plain).decode()


class _Shape(NamedTuple):
    """Some attributes of a model as SQL knows them: the same for every call, so made once per process."""

    columns: tuple[str, ...]
    record: str
    same_names: bool


@cache
def _shape(model: type[Model], names: tuple[str, ...]) -> _Shape:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = tuple(fields[name].column for name in names)
    kinds = (fields[name].db_type(connection) for name in names)
    record = ", ".join(f'"{column}" {kind}' for column, kind in zip(columns, kinds, strict=True))
    return _Shape(columns, record, columns == names)


def _payload(rows: Sequence[dict[str, Any]], names: tuple[str, ...], shape: _Shape) -> str:
    """The rows under their columns' names, which are nearly always the attributes' own."""
    if shape.same_names:
        return to_json(rows)
    return to_json([dict(zip(shape.columns, (row[name] for name in names), strict=True)) for row in rows])


@cache
def _insert_sql(model: type[Model], names: tuple[str, ...], on_conflict: str, returning: tuple[str, ...]) -> str:
    shape = _shape(model, names)
    quoted = ", ".join(f'"{column}"' for column in shape.columns)
    sql = (
        f'INSERT INTO "{model._meta.db_table}" (tenant_id, {quoted}) '
        f"SELECT %s, {quoted} FROM json_to_recordset(%s::json) AS r({shape.record}) {on_conflict}"
    )
    return sql + " RETURNING " + ", ".join(f'"{name}"' for name in returning) if returning else sql


@cache
def _update_sql(model: type[Model], names: tuple[str, ...], key: str, set_sql: str) -> str:
    """The limit tells the planner how many rows come; without it, it guesses 100 and reads the whole tenant."""
    shape = _shape(model, names)
    key_column = shape.columns[names.index(key)]
    assignments = set_sql or ", ".join(f'"{column}" = r."{column}"' for column in shape.columns if column != key_column)
    return (
        f'UPDATE "{model._meta.db_table}" t SET {assignments} '
        f"FROM (SELECT * FROM json_to_recordset(%s::json) AS given({shape.record}) LIMIT %s) AS r "
        f'WHERE t."{key_column}" = r."{key_column}" AND t.tenant_id = %s'
    )


def insert_rows(
    model: type[Model],
    rows: Sequence[dict[str, Any]],
    *,
    on_conflict: str = "",
    returning: Sequence[str] = (),
) -> list[tuple]:
    """Insert ``rows`` (dicts of attribute names, all with the same keys) in one statement.

    The tenant is added. ``on_conflict`` is appended as SQL, e.g.
    ``"ON CONFLICT (tenant_id, email) DO NOTHING"``. Returns the rows of ``returning``, else nothing.
    """
    if not rows:
        return []
    names = tuple(rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            _insert_sql(model, names, on_conflict, tuple(returning)),
            [current_tenant_id(), _payload(rows, names, _shape(model, names))],
        )
        return cursor.fetchall() if returning else []


def update_rows(model: type[Model], rows: Sequence[dict[str, Any]], *, key: str = "id", set_sql: str = "") -> int:
    """Update many rows by ``key`` in one statement; returns how many were found.

    Lock them first, in key order: a set-based update alone deadlocks. ``set_sql`` replaces the plain
    assignments, with ``t`` the table and ``r`` the given row (``"reserved = t.reserved + r.reserved"``).
    """
    if not rows:
        return 0
    names = tuple(rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            _update_sql(model, names, key, set_sql),
            [_payload(rows, names, _shape(model, names)), len(rows), current_tenant_id()],
        )
        return cursor.rowcount
