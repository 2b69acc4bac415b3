"""The same verb for many orders, as a job a person can watch: what is refused is told per order, the rest is done."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.canceling import cancel_or_ask
from oms.core.errors import Invalid, OmsError
from oms.core.jobs import Row, Step, job_kind, start_job
from oms.core.models import Job
from oms.core.paging import capped_count, keyset_page
from oms.core.tenancy import unit
from oms.desk.actions_allowed import allowed_actions
from oms.desk.order_facts import facts_of_many
from orders.actions.cancel import cancel_orders
from orders.actions.edit import tag_order
from orders.actions.hold import hold_orders
from orders.actions.work import lines_in_work
from orders.filtering import apply_query
from orders.locks import lock_orders
from orders.models import Order
from orders.queries import visible_orders

CHUNK = 100
IDS_MAX, COUNT_MAX = 10_000, 10_000
# So many are looked at one by one before anything runs; of more, only how many they are is said.
JUDGED_MAX = 500
ORDER = ("-placed_at", "-id")

TITLES = {"hold": "Hold orders", "tag": "Tag orders", "allocate": "Allocate orders", "cancel": "Cancel orders"}
# The verb of a role, and that of one order (`actions_allowed`), behind each.
PERMISSIONS = {
    "hold": "orders.hold", "tag": "orders.edit", "allocate": "orders.allocate", "cancel": "orders.cancel",
}  # fmt: skip
ONE_ORDER = {"tag": "edit"}

Refused = dict[UUID, str]


@dataclass(frozen=True)
class Chosen:
    """Orders ticked one by one, or all that matched ``query`` when it was frozen ``at`` a moment."""

    order_ids: tuple[UUID, ...] = ()
    query: str | None = None
    at: datetime | None = None

    def orders(self) -> QuerySet[Order]:
        """Those of them the actor may see; for a query, without what arrived after it was frozen."""
        if self.query is None:
            return visible_orders().filter(id__in=self.order_ids)
        return apply_query(self.query).filter(created_at__lte=self.at or unit().now, number__isnull=False)


@dataclass(frozen=True)
class Foreseen:
    """What a verb would do. ``possible`` is None where there are too many to look at each beforehand.

    ``count`` stops at `COUNT_MAX` + 1. ``refused`` are reasons, each with how many orders it holds back.
    """

    count: int
    sample: tuple[Order, ...]
    possible: int | None = None
    refused: tuple[tuple[str, int], ...] = ()


def foresee(*, verb: str, chosen: Chosen, sample: int = 10) -> Foreseen:
    """Look before anything runs. Raises `Invalid` for a query that cannot be read."""
    count = capped_count(chosen.orders(), COUNT_MAX)
    newest = list(chosen.orders().order_by(*ORDER)[: JUDGED_MAX if count <= JUDGED_MAX else sample])
    if count > JUDGED_MAX:
        return Foreseen(count, tuple(newest[:sample]))
    refused = Counter(_refused(newest, verb).values())
    return Foreseen(count, tuple(newest[:sample]), count - refused.total(), tuple(refused.most_common()))


def start_bulk(*, verb: str, chosen: Chosen, reason: str = "", tag: str = "") -> Job:
    """Start the job. Raises `Invalid` naming ``verb``, ``orders``, ``reason`` or ``tag``."""
    if verb not in TITLES:
        raise Invalid.field("verb", f"Use one of: {', '.join(TITLES)}.", "unknown_choice")
    if chosen.query is None and not 0 < len(chosen.order_ids) <= IDS_MAX:
        raise Invalid.field("orders", f"Choose 1 to {IDS_MAX:,} orders, or all that match a filter.", "out_of_range")
    if verb in ("hold", "cancel") and not reason.strip():
        raise Invalid.field("reason", "Say why; it will be on every order’s timeline.", "required")
    if verb == "tag" and not tag.strip():
        raise Invalid.field("tag", "Name the tag.", "required")
    count = len(chosen.order_ids) if chosen.query is None else capped_count(chosen.orders(), COUNT_MAX)
    params = {
        "verb": verb, "order_ids": [str(each) for each in chosen.order_ids], "query": chosen.query,
        "at": (chosen.at or unit().now).isoformat(), "reason": reason.strip(), "tag": tag.strip(),
    }  # fmt: skip
    total = count if count <= COUNT_MAX else None
    return start_job(kind="orders.bulk", title=TITLES[verb], params=params, total=total)


@job_kind("orders.bulk")
def bulk_chunk(job: Job) -> Step:
    """The next hundred orders; those that refuse are told with their reason, and undo nothing of the others."""
    params = job.params
    ids, orders, cursor = _next(job)
    refused = _refused(orders, params["verb"])
    refused |= _carry_out([order.id for order in orders if order.id not in refused], params)
    refused |= dict.fromkeys(set(ids) - {order.id for order in orders}, "There is no such order any more.")
    numbers = {order.id: f"#{order.number}" for order in orders if order.number}
    position = {order_id: at for at, order_id in enumerate(ids, start=job.done + job.failed + 1)}
    rows = [
        Row(position[order_id], "skipped", refused[order_id], subject=numbers.get(order_id, ""))
        for order_id in ids
        if order_id in refused
    ]
    return Step(cursor, done=len(ids) - len(rows), failed=len(rows), rows=tuple(rows), finished=cursor is None)


def _next(job: Job) -> tuple[list[UUID], list[Order], dict | None]:
    """The ids of this chunk, those of them that are there, and where the next chunk starts."""
    params = job.params
    chosen = Chosen(tuple(map(UUID, params["order_ids"])), params["query"], datetime.fromisoformat(params["at"]))
    if chosen.query is not None:
        page = keyset_page(chosen.orders(), order=ORDER, size=CHUNK, cursor=(job.cursor or {}).get("page", ""))
        return [order.id for order in page.items], page.items, {"page": page.next} if page.next else None
    at = (job.cursor or {"at": 0})["at"]
    ids = list(chosen.order_ids[at : at + CHUNK])
    more = {"at": at + CHUNK} if at + CHUNK < len(chosen.order_ids) else None
    return ids, list(visible_orders().filter(id__in=ids)), more


def _refused(orders: Sequence[Order], verb: str) -> Refused:
    """Order → why it cannot be done, as its own page would say it."""
    facts, actor = facts_of_many(orders), unit().actor
    refused = {}
    for order in orders:
        allowed = {each.verb: each for each in allowed_actions(order, actor, facts[order.id].counts)}
        answer = allowed.get(ONE_ORDER.get(verb, verb))
        if answer is None:
            refused[order.id] = "This order is still a draft."
        elif not answer.permitted:
            refused[order.id] = answer.reason
    return refused


def _carry_out(ids: Sequence[UUID], params: Mapping) -> Refused:
    """Do it, in one batch; what the actions refuse all the same, under their locks, is answered."""
    acts: dict[str, Callable[[], Mapping[UUID, object]]] = {
        "hold": lambda: hold_orders(order_ids=ids, kind="manual", reason=params["reason"]),
        "cancel": lambda: _cancel(ids, params["reason"]),
        "tag": lambda: _tag(ids, params["tag"]),
        "allocate": lambda: _allocate(ids),
    }
    answers = acts[params["verb"]]() if ids else {}
    return {order_id: answer.message for order_id, answer in answers.items() if isinstance(answer, OmsError)}


def _cancel(ids: Sequence[UUID], reason: str) -> dict[UUID, object]:
    """In one batch those that are nowhere but in the books; of the others the floor is asked, or what is left goes."""
    lock_orders(ids)
    begun = {line.order_id for line in lines_in_work(ids) if line.in_work or line.shipped}
    asked = _each(begun, lambda order_id: cancel_or_ask(order_id=order_id, reason=reason))
    return asked | cancel_orders(order_ids=[each for each in ids if each not in begun], reason=reason)


def _tag(ids: Sequence[UUID], tag: str) -> dict[UUID, object]:
    return _each(ids, lambda order_id: tag_order(order_id=order_id, tag=tag))


def _each(ids: Collection[UUID], act: Callable[[UUID], object]) -> dict[UUID, object]:
    """Each in a savepoint of its own. All are locked first, in the one order of locks."""
    lock_orders(ids)
    answers: dict[UUID, object] = {}
    for order_id in ids:
        try:
            with transaction.atomic():
                answers[order_id] = act(order_id)
        except OmsError as refusal:
            answers[order_id] = refusal
    return answers


def _allocate(ids: Sequence[UUID]) -> dict[UUID, None]:
    allocate_orders(order_ids=ids, trigger="asked")
    return {}
