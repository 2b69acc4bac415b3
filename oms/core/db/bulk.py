"""Set-based writing: one statement per table, however many rows.

One JSON parameter and ``jsonb_to_recordset`` reach 73 to 84 % of COPY, which row-level security
refuses (docs/adr/0004-set-based-writes.md).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

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


def _columns(model: type[Model], names: Iterable[str]) -> list[tuple[str, str]]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [(fields[name].column, fields[name].db_type(connection)) for name in names]


def _by_column(rows: Sequence[dict[str, Any]], names: list[str], columns: list[tuple[str, str]]) -> Sequence[dict]:
    """The rows under their columns' names, which are nearly always the attributes' own."""
    if all(name == column for name, (column, _) in zip(names, columns, strict=True)):
        return rows
    return [{column: row[name] for name, (column, _) in zip(names, columns, strict=True)} for row in rows]


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
    names = list(rows[0])
    columns = _columns(model, names)
    quoted = ", ".join(f'"{column}"' for column, _ in columns)
    shape = ", ".join(f'"{column}" {kind}' for column, kind in columns)
    sql = (
        f'INSERT INTO "{model._meta.db_table}" (tenant_id, {quoted}) '
        f"SELECT %s, {quoted} FROM jsonb_to_recordset(%s::jsonb) AS r({shape}) {on_conflict}"
    )
    if returning:
        sql += " RETURNING " + ", ".join(f'"{name}"' for name in returning)
    with connection.cursor() as cursor:
        cursor.execute(sql, [current_tenant_id(), to_json(_by_column(rows, names, columns))])
        return cursor.fetchall() if returning else []


def update_rows(model: type[Model], rows: Sequence[dict[str, Any]], *, key: str = "id", set_sql: str = "") -> int:
    """Update many rows by ``key`` in one statement; returns how many were found.

    Lock them first, in key order: a set-based update alone deadlocks. ``set_sql`` replaces the plain
    assignments, with ``t`` the table and ``r`` the given row (``"reserved = t.reserved + r.reserved"``).
    """
    if not rows:
        return 0
    names = list(rows[0])
    columns = _columns(model, names)
    key_column = columns[names.index(key)][0]
    shape = ", ".join(f'"{column}" {kind}' for column, kind in columns)
    assignments = set_sql or ", ".join(f'"{c}" = r."{c}"' for c, _ in columns if c != key_column)
    payload = _by_column(rows, names, columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" t SET {assignments} '
            f"FROM jsonb_to_recordset(%s::jsonb) AS r({shape}) "
            f'WHERE t."{key_column}" = r."{key_column}" AND t.tenant_id = %s',
            [to_json(payload), current_tenant_id()],
        )
        return cursor.rowcount
