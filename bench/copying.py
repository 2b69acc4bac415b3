"""The floor of what many transactions wrote: every row of it by COPY, straight into the same tables."""

import io
import time
from dataclasses import dataclass

import psycopg

from bench.recording import tenant_tables


@dataclass(frozen=True)
class _Payload:
    table: str
    columns: tuple[str, ...]
    data: bytes


def transaction_now(admin: psycopg.Connection) -> int:
    """A number that tells rows written from now on (by their ``xmin``) from those before."""
    (number,) = admin.execute("SELECT pg_current_xact_id()::text::bigint % 4294967296").fetchone()
    admin.commit()
    return number


def copy_back(admin: psycopg.Connection, tenant_id: int, *, since: int = 0) -> tuple[float, int]:
    """COPY out every row of the tenant, then in again for another; returns seconds and rows.

    Only the way in is timed, and only of rows written ``since`` that transaction: what they stand on goes first.
    """
    tables = _parents_first(admin)
    before = [_read(admin, table, tenant_id, f"xmin::text::bigint < {since}") for table in tables]
    after = [_read(admin, table, tenant_id, f"xmin::text::bigint >= {since}") for table in tables]
    admin.commit()
    _write(admin, before)
    started = time.perf_counter()
    _write(admin, after)
    return time.perf_counter() - started, sum(each.data.count(b"\n") for each in after)


def _read(admin: psycopg.Connection, table: str, tenant_id: int, where: str) -> _Payload:
    columns = _columns(admin, table)
    chosen = ", ".join(f"{-tenant_id} AS tenant_id" if name == "tenant_id" else f'"{name}"' for name in columns)
    buffer = io.BytesIO()
    query = f"COPY (SELECT {chosen} FROM {table} WHERE tenant_id = {tenant_id} AND {where}) TO STDOUT"
    with admin.cursor().copy(query) as out:
        for piece in out:
            buffer.write(piece)
    return _Payload(table, columns, buffer.getvalue())


def _write(admin: psycopg.Connection, payloads: list[_Payload]) -> None:
    with admin.transaction():
        for each in payloads:
            names = ", ".join(f'"{name}"' for name in each.columns)
            with admin.cursor().copy(f"COPY {each.table} ({names}) FROM STDIN") as into:
                into.write(each.data)


def _parents_first(admin: psycopg.Connection) -> list[str]:
    """Tables so ordered that a row's references are there before it."""
    references: dict[str, set[str]] = {name: set() for name in tenant_tables(admin)}
    for child, parent in admin.execute(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
    ):
        if child in references and parent in references and child != parent:
            references[child].add(parent)
    ordered: list[str] = []
    while references:
        free = sorted(name for name, parents in references.items() if parents <= set(ordered))
        ordered += free
        references = {name: parents for name, parents in references.items() if name not in free}
    return ordered


def _columns(admin: psycopg.Connection, table: str) -> tuple[str, ...]:
    return tuple(
        name
        for (name,) in admin.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
    )
