"""Make the figures anew from every fact there is, in one transaction.

It holds the merchant's delivery shards, so that no fact is counted live meanwhile (they wait, and are brought
afterwards), and reads the facts with one statement, so that all of it sees one moment: facts that are still owed
to the subscriber at that moment are left out here and counted when they are delivered. So each is counted once.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from django.db import connection

from analytics.actions.record import record_facts
from analytics.models import DailyFloor, DailySales, OrderJourney
from analytics.projecting import HEARD
from oms.core.events import Envelope
from oms.core.events.delivery import hold_all_shards, read_fact
from oms.core.jobs import start_job
from oms.core.models import Job
from oms.core.tenancy import unit

SUBSCRIBER = "analytics"
JOB = "analytics.rebuild"
CHUNK = 2_000
NAMES = [kind.name for kind in HEARD]
_FACTS = """
SELECT f.id, f.tenant_id, f.sequence, f.occurred_at, f.actor, f.cause, f.name, f.payload FROM core_fact f
WHERE f.tenant_id = %s AND f.name = ANY(%s) AND NOT EXISTS (
    SELECT 1 FROM core_delivery d WHERE d.tenant_id = f.tenant_id AND d.fact_id = f.id AND d.subscriber = %s)
ORDER BY f.occurred_at, f.id
"""


def start_rebuild() -> Job:
    """Queue a rebuild, or return the one that is already waiting or under way."""
    open_one = Job.objects.filter(kind=JOB, state__in=Job.OPEN).order_by("created_at").first()
    return open_one or start_job(kind=JOB, title="Count the figures again", params={})


def rebuild_figures(*, told: Callable[[int], None] = lambda count: None) -> int:
    """Empty the figures and count every fact again; ``told`` hears how many were. Returns that number."""
    hold_all_shards()
    for model in (OrderJourney, DailySales, DailyFloor):
        model.objects.all().delete()
    count = 0
    facts = _facts()
    while chunk := list(islice(facts, CHUNK)):
        record_facts(envelopes=chunk)
        count += len(chunk)
        told(count)
    return count


def _facts() -> Iterator[Envelope]:
    """Read through a cursor of the server's, so that memory stays flat."""
    with connection.chunked_cursor() as cursor:
        cursor.itersize = CHUNK
        cursor.execute(_FACTS, [unit().tenant_id, NAMES, SUBSCRIBER])
        for row in cursor:
            found = read_fact(*row)
            if isinstance(found, Envelope):
                yield found
