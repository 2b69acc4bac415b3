"""Per-tenant counters for the numbers people read (``#10482``): rows, not database sequences."""

from django.db import connection

from oms.core.tenancy import current_tenant_id


def take_numbers(name: str, count: int, *, start: int = 1001) -> range:
    """The next ``count`` numbers of this tenant's counter. Its row stays locked until the commit: take it late."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter AS c (tenant_id, name, last) VALUES (%s, %s, %s) "
            "ON CONFLICT (tenant_id, name) DO UPDATE SET last = c.last + %s RETURNING last",
            [current_tenant_id(), name, start + count - 1, count],
        )
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)
