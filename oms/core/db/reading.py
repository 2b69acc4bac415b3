"""Reading by hand-written SQL, for the few reads every order pays for.

A queryset is built and compiled anew each time: 0.2 to 0.6 ms of CPU, where the statement itself takes
0.15. Everything else reads through querysets.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


def read_rows(sql: str, params: Sequence[object] | Mapping[str, object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def read_models(model: type[M], where: str, params: Sequence[object]) -> list[M]:
    """Instances with all columns. ``where`` names the tenant: no manager adds it here."""
    select, names = _select(model)
    return [model.from_db(connection.alias, names, row) for row in read_rows(f"{select} WHERE {where}", params)]


@cache
def _select(model: type[Model]) -> tuple[str, list[str]]:
    fields = model._meta.concrete_fields
    if any(hasattr(field, "from_db_value") for field in fields):
        raise TypeError(f"{model.__name__} has columns that only a queryset can convert")
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'SELECT {columns} FROM "{model._meta.db_table}"', [field.attname for field in fields]
