"""The same verb for many orders, as a job a person can watch: what is refused is told per order, the rest is done."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import transaction

from fulfillment.actions.allocate import allocate_orders
from oms.core.errors import Invalid, OmsError
from oms.core.jobs import Row, Step, job_kind, start_job
from oms.core.models import Job
from oms.core.paging import keyset_page
from oms.core.tenancy import unit
from orders.actions.cancel import cancel_order
from orders.actions.edit import tag_order
from orders.actions.hold import hold_order
from orders.filtering import apply_query
from orders.models import Order
from orders.queries import visible_orders

CHUNK = 100
IDS_MAX = 10_000
ORDER = ("-placed_at", "-id")

TITLES = {"hold": "Hold orders", "cancel": "Cancel orders", "tag": "Tag orders", "allocate": "Allocate orders"}
PERMISSIONS = {
    "hold": "orders.hold", "cancel": "orders.cancel", "tag": "orders.edit", "allocate": "orders.allocate",
}  # fmt: skip


def start_bulk(*, verb: str, order_ids: Sequence[UUID] = (), query: str | None = None, reason: str = "", tag: str = "") -> Job:
    """Start the job, for these orders or for all that match ``query`` now (later arrivals are left alone).

    Raises `Invalid` naming ``verb``, ``orders``, ``reason`` or ``tag``.
    """
    if verb not in TITLES:
        raise Invalid.field("verb", f"Use one of: {', '.join(TITLES)}.", "unknown_choice")
    if query is None and not 0 < len(order_ids) <= IDS_MAX:
        raise Invalid.field("orders", f"Choose 1 to {IDS_MAX:,} orders, or all that match a filter.", "out_of_range")
    if verb in ("hold", "cancel") and not reason.strip():
        raise Invalid.field("reason", "Say why; it will be on every order’s timeline.", "required")
    if verb == "tag" and not tag.strip():
        raise Invalid.field("tag", "Name the tag.", "required")
    params = {
        "verb": verb, "order_ids": [str(each) for each in order_ids], "query": query,
        "until": unit().now.isoformat(), "reason": reason.strip(), "tag": tag.strip(),
    }  # fmt: skip
    return start_job(
        kind="orders.bulk", title=TITLES[verb], params=params, total=len(order_ids) if query is None else None
    )


@job_kind("orders.bulk")
def bulk_chunk(job: Job) -> Step:
    """The next hundred orders: each in a savepoint of its own, so that one refusal undoes only itself."""
    orders, cursor = _next_orders(job)
    act = _act(job.params)
    start = job.done + job.failed
    rows = []
    for position, order in enumerate(orders, start=start + 1):
        try:
            with transaction.atomic():
                act(order.id)
        except OmsError as refusal:
            rows.append(Row(position, "skipped", refusal.message, subject=f"#{order.number}"))
    return Step(
        cursor=cursor, done=len(orders) - len(rows), failed=len(rows), rows=tuple(rows), finished=cursor is None
    )


def _next_orders(job: Job) -> tuple[list[Order], dict | None]:
    if job.params["query"] is None:
        at = (job.cursor or {"at": 0})["at"]
        ids = [UUID(each) for each in job.params["order_ids"][at : at + CHUNK]]
        more = at + CHUNK < len(job.params["order_ids"])
        return list(visible_orders().filter(id__in=ids).order_by("id")), {"at": at + CHUNK} if more else None
    matching = apply_query(job.params["query"]).filter(created_at__lte=job.params["until"], number__isnull=False)
    page = keyset_page(matching, order=ORDER, size=CHUNK, cursor=(job.cursor or {}).get("page", ""))
    return page.items, {"page": page.next} if page.next else None


def _act(params: dict) -> Callable[[UUID], object]:
    """The one-order action behind the verb."""
    return {
        "hold": lambda order_id: hold_order(order_id=order_id, kind="manual", reason=params["reason"]),
        "cancel": lambda order_id: cancel_order(order_id=order_id, reason=params["reason"]),
        "tag": lambda order_id: tag_order(order_id=order_id, tag=params["tag"]),
        "allocate": lambda order_id: allocate_orders(order_ids=[order_id], trigger="asked for in bulk"),
    }[params["verb"]]
