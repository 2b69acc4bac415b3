"""Write facts, their gap-free sequence numbers and their deliveries: three statements for any number of facts."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from oms.core.db.bulk import insert_rows, to_json
from oms.core.db.keys import uuid7
from oms.core.events import nudge
from oms.core.events.facts import Fact
from oms.core.events.registry import subscribers_of
from oms.core.models import Delivery
from oms.core.models import Fact as FactRow
from oms.core.tenancy import unit

# As many workers can be at one merchant at once; more shards make smaller batches.
SHARDS = 4


def publish(facts: Sequence[Fact]) -> None:
    """Record that these things happened, in this transaction.

    The caller holds the row of each fact's aggregate (or has just inserted it), so that the order of
    sequence numbers is the order of commits.
    """
    if not facts:
        return
    opened = unit()
    actor = {"kind": opened.actor.kind, "id": opened.actor.id, "label": opened.actor.label}
    sequences = _next_sequences([fact.aggregate_id for fact in facts])
    rows, deliveries = [], []
    for fact in facts:
        fact_id, aggregate_id = uuid7(), fact.aggregate_id
        rows.append(
            {
                "id": fact_id, "name": fact.name, "version": fact.version, "aggregate": fact.aggregate,
                "aggregate_id": aggregate_id, "sequence": sequences[aggregate_id].pop(0), "payload": fact.payload(),
                "actor": actor, "cause": opened.cause, "occurred_at": opened.now,
            }
        )  # fmt: skip
        deliveries += [
            {
                "subscriber": each.name, "shard": aggregate_id.int % SHARDS, "aggregate_id": aggregate_id,
                "fact_id": fact_id, "fact_at": opened.now, "state": Delivery.DUE, "due_at": opened.now,
                "attempts": 0, "error": "",
            }
            for each in subscribers_of(fact.name)
        ]  # fmt: skip
    insert_rows(FactRow, rows)
    insert_rows(Delivery, deliveries)
    transaction.on_commit(nudge.relay)


def _next_sequences(aggregate_ids: list[UUID]) -> dict[UUID, list[int]]:
    """Take as many numbers per aggregate as it has facts here, locking in key order."""
    wanted = Counter(aggregate_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_factsequence AS s (aggregate_id, tenant_id, last) "
            "SELECT r.id, %s, r.n FROM json_to_recordset(%s::json) AS r(id uuid, n bigint) ORDER BY r.id "
            "ON CONFLICT (aggregate_id, tenant_id) DO UPDATE SET last = s.last + excluded.last "
            "RETURNING aggregate_id, last",
            [unit().tenant_id, to_json([{"id": key, "n": count} for key, count in wanted.items()])],
        )
        return {key: list(range(last - wanted[key] + 1, last + 1)) for key, last in cursor.fetchall()}
