"""Count the SQL statements a block sends."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


class Count:
    statements = 0

    def __call__(self, execute, sql, params, many, context):
        self.statements += 1
        return execute(sql, params, many, context)


@contextmanager
def counted() -> Iterator[Count]:
    """Statements through Django's default connection; BEGIN and COMMIT are not among them."""
    count = Count()
    with connection.execute_wrapper(count):
        yield count
