"""Counts, what is due to be counted, and what the book says at this moment; within what the actor may see."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, DecimalField, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Abs, Coalesce

from inventory.models import CountPlan, StockCount, StockCountEntry, StockCountLine
from inventory.stock import count_lifecycle as lifecycle
from inventory.stock.counting import CountingPolicy
from inventory.stock.values import Account
from oms.core.actors import Actor
from oms.core.allowed import Allowed, not_your_role
from oms.core.db.reading import read_rows
from oms.core.errors import NotFound
from oms.core.models import Tenant
from oms.core.tenancy import unit

VERB = "stock.count"
NEWEST = ("-opened_at", "-id")
WALK = ("place", "id")
DUE = ("due_at", "id")
VIEWS = {"tasks": (lifecycle.DRAFT,), "open": lifecycle.GOING, "finished": (lifecycle.FINISHED, lifecycle.CANCELLED)}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a count is."""

    lines: int = 0
    counted: int = 0
    off: int = 0
    recounts: int = 0

    @property
    def left(self) -> int:
        return self.lines - self.counted


def policy() -> CountingPolicy:
    """How this merchant counts."""
    return CountingPolicy.of(Tenant.objects.values_list("settings", flat=True).get(id=unit().tenant_id))


def visible_counts() -> QuerySet[StockCount]:
    """The counts this actor may see, with their locations."""
    rows, limited_to = StockCount.objects.select_related("location"), unit().actor.locations
    return rows if limited_to is None else rows.filter(location_id__in=limited_to)


def counts(*, view: str = "", location_id: UUID | None = None, why: str = "") -> QuerySet[StockCount]:
    """Counts to page through by `NEWEST`; ``view`` is one of `VIEWS`."""
    rows = visible_counts()
    if view:
        rows = rows.filter(state__in=VIEWS[view])
    if location_id is not None:
        rows = rows.filter(location_id=location_id)
    return rows.filter(why=why) if why else rows


def unexplained_tasks() -> QuerySet[StockCount]:
    """Shelves whose units nobody can explain, the oldest first: each until it is counted."""
    rows = visible_counts().filter(why="unexplained", state__in=(lifecycle.DRAFT, *lifecycle.GOING))
    return rows.order_by("opened_at", "id")


def count_by(**named: object) -> StockCount:
    """The count of this id or number; raises `NotFound`."""
    found = visible_counts().filter(**named).first()
    if found is None:
        raise NotFound("There is no such count.")
    return found


def progress_of(count_ids: Collection[UUID]) -> dict[UUID, Progress]:
    """How far each of these counts is; one statement."""
    rows = StockCountLine.objects.filter(stock_count_id__in=count_ids).values("stock_count_id")
    rows = rows.annotate(
        lines=Count("id"), counted=Count("counted"), off=Count("id", filter=~Q(variance=0) & Q(variance__isnull=False)),
        recounts=Count("id", filter=Q(recount_wanted=True)),
    )  # fmt: skip
    found: dict[UUID, Progress] = defaultdict(Progress)
    for row in rows.values_list("stock_count_id", "lines", "counted", "off", "recounts"):
        found[row[0]] = Progress(*row[1:])
    return found


def lines_of(stock_count: StockCount, *, left: bool = False) -> QuerySet[StockCountLine]:
    """A count's lines to page through by `WALK`; ``left``: those that still want somebody to look."""
    rows = StockCountLine.objects.filter(stock_count=stock_count).select_related("item")
    return rows.filter(Q(counted__isnull=True) | Q(recount_wanted=True)) if left else rows


def cost_of(lines: Iterable[StockCountLine]) -> Decimal:
    """What the variances of these lines are worth, either way; an item without a known cost is worth nothing."""
    return sum((abs(each.variance or 0) * (each.item.cost or 0) for each in lines), Decimal(0))


def last_words(lines: Collection[StockCountLine]) -> dict[int, list[StockCountEntry]]:
    """Line → the last entry of each person about it, the newest last; one statement."""
    entries = StockCountEntry.objects.filter(line_id__in=[each.id for each in lines])
    entries = entries.order_by("line_id", "person", "-at", "-id").distinct("line_id", "person")
    found: dict[int, list[StockCountEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: (each.at, each.id)):
        found[entry.line_id].append(entry)
    return found


def worth_of(stock_count: StockCount) -> Decimal:
    """The same for all lines of a count; one statement."""
    worth = Sum(Abs("variance") * Coalesce("item__cost", Decimal(0)), output_field=DecimalField())
    return StockCountLine.objects.filter(stock_count=stock_count).aggregate(worth=worth)["worth"] or Decimal(0)


def being_counted(location_id: UUID, item_ids: Collection[UUID]) -> QuerySet[StockCountLine]:
    """Lines of counts that are not over yet."""
    lines = StockCountLine.objects.filter(counting=True, location_id=location_id, item_id__in=item_ids)
    return lines.select_related("stock_count", "item")


def counts_of_item(item_id: UUID) -> list[StockCount]:
    """The counts under way that look at this item."""
    lines = StockCountLine.objects.filter(stock_count=OuterRef("id"), counting=True, item_id=item_id)
    return list(visible_counts().filter(Exists(lines), state__in=lifecycle.GOING).order_by(*NEWEST)[:10])


def due_items(*, location_id: UUID | None = None) -> QuerySet[CountPlan]:
    """What is due to be counted and is not being counted, to page through by `DUE`: the longest due first."""
    rows, limited_to = CountPlan.objects.select_related("item", "location"), unit().actor.locations
    rows = rows.filter(due_at__lte=unit().now, location__active=True)
    if location_id is not None:
        rows = rows.filter(location_id=location_id)
    if limited_to is not None:
        rows = rows.filter(location_id__in=limited_to)
    under_way = StockCountLine.objects.filter(
        counting=True, location_id=OuterRef("location_id"), item_id=OuterRef("item_id")
    )
    return rows.filter(~Exists(under_way))


_STANDING = """
SELECT k.item_id, k.location_id, k.state, coalesce(b.on_hand, 0), coalesce(last.position, 0)
FROM unnest(%(items)s::uuid[], %(locations)s::uuid[], %(states)s::text[]) AS k(item_id, location_id, state)
LEFT JOIN inventory_balance b ON b.tenant_id = %(tenant)s AND b.item_id = k.item_id
  AND b.location_id = k.location_id AND b.state = k.state
LEFT JOIN LATERAL (
  SELECT max(m.id) AS position FROM inventory_movement m
  WHERE m.tenant_id = %(tenant)s AND m.item_id = k.item_id
    AND ((m.to_location_id = k.location_id AND m.to_state = k.state)
      OR (m.from_location_id = k.location_id AND m.from_state = k.state))
) last ON true
"""


def standing(accounts: Collection[Account]) -> dict[Account, tuple[int, int]]:
    """Each account's balance and the last movement it is the sum of: one statement, so one moment of the ledger.

    Whoever moves an account holds its lock from before the movement has a number until the commit, so the
    movements up to that number are the ones in the balance, and any later one has a higher number.
    """
    items, locations, states = (list(each) for each in zip(*accounts, strict=True))
    rows = read_rows(_STANDING, {"tenant": unit().tenant_id, "items": items, "locations": locations, "states": states})
    return {(item, location, state): (on_hand, position) for item, location, state, on_hand, position in rows}


def sees_expected(stock_count: StockCount, actor: Actor) -> bool:
    """A blind count shows what the book expects when everybody has counted, or to who decides on it."""
    at_work = stock_count.state in (lifecycle.DRAFT, lifecycle.OPEN)
    return not (stock_count.blind and at_work) or actor.permits("approvals.decide")


def allowed_on(stock_count: StockCount, actor: Actor, progress: Progress) -> list[Allowed]:
    """What this actor may do with it now, with the reason where not."""
    labels = {"record": "Count", "finish": "Finish count", "cancel": "Cancel count"}
    reasons = {verb: _reason(stock_count, actor, progress, verb) for verb in labels}
    return [
        Allowed(verb, label, not reasons[verb], reasons[verb], confirm=verb == "cancel")
        for verb, label in labels.items()
    ]


def _reason(stock_count: StockCount, actor: Actor, progress: Progress, verb: str) -> str:
    if not actor.permits(VERB, location_id=stock_count.location_id):
        return not_your_role(VERB)
    if not lifecycle.is_allowed(stock_count.state, verb):
        return lifecycle.refusal(stock_count.state, verb)
    if verb == "finish" and not progress.counted:
        return "Nothing was counted yet."
    return ""
