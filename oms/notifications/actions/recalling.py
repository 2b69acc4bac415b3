"""Tell everybody who got of a recalled lot: one letter for each customer, in chunks, however often it is asked for."""

from collections.abc import Sequence
from uuid import UUID

from fulfillment.recalled import Got, who_got_recalled
from inventory.actions.tracing import VERB
from inventory.models import Recall
from inventory.queries.tracing import recall_by_id
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.jobs import Step, start_job
from oms.core.models import Job
from oms.core.tenancy import unit
from oms.notifications.actions.write import News, tell_customers
from oms.notifications.models import CustomerMessage

JOB = "notifications.recall"
CHUNK = 200


def start_notice(*, recall_id: UUID) -> Job:
    """Queue the letters of a recall. Who was written to before is left out, so asking again reaches who is new.

    Raises `NotFound`.
    """
    require(unit().actor, VERB)
    recall = recall_by_id(recall_id)
    record([Change(VERB, f"Letters of recall {recall.number} are sent", (("recall", recall.id),))])
    return start_job(kind=JOB, title=f"Letters of recall {recall.number}", params={"recall_id": str(recall.id)})


def write_notices(job: Job) -> Step:
    """Customers in the order of their addresses; the cursor is the last one that was written to."""
    recall = recall_by_id(UUID(job.params["recall_id"]))
    customers = who_got_recalled(recall).by_customer()
    last = (job.cursor or {}).get("last", "")
    left = [key for key in customers if key > last]
    chunk = left[:CHUNK]
    tell_customers(news=[_news(recall, key, customers[key]) for key in chunk])
    finished = len(left) <= CHUNK
    cursor = None if finished else {"last": chunk[-1]}
    return Step(cursor=cursor, done=len(chunk), total=len(customers), finished=finished)


def notices_of(recall: Recall) -> dict[str, int]:
    """State → letters of this recall."""
    prefix = f"recalled:{recall.id}:"
    rows = CustomerMessage.objects.filter(key__gte=prefix, key__lt=prefix + chr(0x10FFFF))
    states = list(rows.values_list("state", flat=True))
    return {state: states.count(state) for state in set(states)}


def _news(recall: Recall, customer: str, got: Sequence[Got]) -> News:
    """About the newest of the customer's orders; the letter names all."""
    newest = max(got, key=lambda each: each.sent_at)
    goods = [(each.order.number, each.kept, each.line.title or each.line.sku, each.name) for each in got]
    details = {"reason": recall.reason, "advice": recall.advice, "goods": goods}
    return News("recalled", newest.order.id, unit().now, f"{recall.id}:{customer}", details)
