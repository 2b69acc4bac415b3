"""The kernel's Celery tasks, and the due work the relay looks for."""

from celery import shared_task

from oms.core.events import delivery, relay
from oms.core.jobs import running

# A loose scan: one index probe per (tenant, shard) that has anything, however long each queue is.
DUE_DELIVERIES = """
WITH RECURSIVE found AS (
  (SELECT tenant_id, shard FROM core_delivery WHERE state = 'due' ORDER BY tenant_id, shard LIMIT 1)
  UNION ALL
  (SELECT n.tenant_id, n.shard FROM found f, LATERAL (
     SELECT tenant_id, shard FROM core_delivery d
     WHERE state = 'due' AND (d.tenant_id, d.shard) > (f.tenant_id, f.shard)
     ORDER BY tenant_id, shard LIMIT 1) n)
)
SELECT f.tenant_id, f.shard FROM found f
WHERE (SELECT true FROM core_delivery d WHERE d.tenant_id = f.tenant_id AND d.shard = f.shard
       AND d.state = 'due' AND d.due_at <= now() LIMIT 1)
"""
DUE_JOBS = """
SELECT DISTINCT tenant_id, 0 FROM core_job WHERE state IN ('queued', 'running') AND due_at <= now()
"""


@shared_task
def deliver_facts(*, tenant_id: int, shard: int, **_) -> None:
    with relay.hint_taken("deliveries", tenant_id, shard):
        delivery.deliver(tenant_id, shard)


@shared_task
def run_jobs(*, tenant_id: int, **_) -> None:
    with relay.hint_taken("jobs", tenant_id):
        running.run_due_jobs(tenant_id)


@shared_task
def forget_old_idempotency_keys() -> int:
    from oms.core.idempotency import forget_old

    return forget_old()


@shared_task
def make_fact_partitions() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT core_make_fact_partitions(now())")


relay.register_due_work(
    "deliveries", DUE_DELIVERIES, lambda tenant_id, shard: deliver_facts.delay(tenant_id=tenant_id, shard=shard)
)
relay.register_due_work("jobs", DUE_JOBS, lambda tenant_id, _: run_jobs.delay(tenant_id=tenant_id))
