"""Bring a tenant's due facts to their subscribers: in order per aggregate, effects and "done" in one commit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import structlog
from django.db import connection, transaction

from oms.core.actors import system
from oms.core.audit import Change, record
from oms.core.events import nudge
from oms.core.events.facts import Envelope, kind_of
from oms.core.events.publishing import SHARDS
from oms.core.events.registry import Subscriber, subscriber
from oms.core.models import Delivery
from oms.core.tenancy import unit, unit_of_work

log = structlog.get_logger()

# A subscriber hears at most this many facts at a time; all its locks last until the commit.
BATCH = 500
# Deliveries taken at once, of all subscribers together.
TAKEN = 2_000
MAX_ATTEMPTS = 8
BACKOFF_SECONDS_MAX = 3600
# The relay's advisory locks live in a key space of their own.
LOCK_SPACE = 7_100_000


@dataclass(frozen=True, slots=True)
class _Owed:
    """A due delivery; its fact is read once for all of its subscribers."""

    id: int
    subscriber: str
    aggregate_id: UUID
    fact_id: UUID
    fact_at: datetime


def deliver(tenant_id: int, *shards: int, now: datetime | None = None) -> int:
    """Deliver up to one batch of these shards; returns how many deliveries were settled, one way or the other.

    What one subscriber locks is free again before the next is asked. Stops when another worker holds one of the
    shards. ``now`` is when it all happens, for trade that is made up.
    """
    with unit_of_work(tenant_id, system("relay"), now=now):
        due = _due(taken) if (taken := _take_shards(tenant_id, shards)) else []
        if taken and not due:
            _hold_back(taken)
        facts = _facts(due)
    settled = 0
    for name, owed in _by_subscriber(due).items():
        with unit_of_work(tenant_id, system("relay"), now=now):
            if _take_shards(tenant_id, taken) != taken:
                break
            _hand_over(name, _readable(owed, facts))
        settled += len(owed)
    return settled


def drain(tenant_id: int, *, now: datetime | None = None) -> int:
    """Deliver all that is due, and what that causes, in this process; returns how many deliveries were settled."""
    settled = 0
    while round_settled := deliver(tenant_id, *range(SHARDS), now=now):
        settled += round_settled
    return settled


def _take_shards(tenant_id: int, shards: Sequence[int]) -> list[int]:
    """Those that nobody else works on, always tried in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shard FROM unnest(%s::int[]) shard WHERE pg_try_advisory_xact_lock(%s + shard, %s)",
            [list(shards), LOCK_SPACE, tenant_id % 2_147_483_647],
        )
        return [shard for (shard,) in cursor.fetchall()]


def hold_all_shards() -> None:
    """Wait for whoever delivers this tenant's facts, and keep everybody from it until the transaction ends."""
    tenant_id = unit().tenant_id
    with connection.cursor() as cursor:
        for shard in range(SHARDS):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE + shard, tenant_id % 2_147_483_647])


def _due(shards: Sequence[int]) -> list[_Owed]:
    """Due deliveries in order, without those behind a failed one of the same aggregate and subscriber."""
    opened = unit()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.id, d.subscriber, d.aggregate_id, d.fact_id, d.fact_at FROM core_delivery d
            WHERE d.tenant_id = %(tenant)s AND d.shard = ANY(%(shards)s) AND d.state = 'due' AND d.due_at <= %(now)s
              AND NOT EXISTS (
                SELECT 1 FROM core_delivery held
                WHERE held.tenant_id = %(tenant)s AND held.aggregate_id = d.aggregate_id
                  AND held.subscriber = d.subscriber AND held.id < d.id AND held.attempts > 0
                  AND (held.state = 'parked' OR held.due_at > %(now)s))
            ORDER BY d.id LIMIT %(limit)s
            """,
            {"tenant": opened.tenant_id, "shards": list(shards), "now": opened.now, "limit": TAKEN},
        )
        return [_Owed(*row) for row in cursor.fetchall()]


def _facts(due: Sequence[_Owed]) -> dict[UUID, Envelope | Exception]:
    """The facts of these deliveries, or why one cannot be read. Naming the time spares most partitions."""
    if not due:
        return {}
    moments = [each.fact_at for each in due]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, tenant_id, sequence, occurred_at, actor, cause, name, payload FROM core_fact "
            "WHERE tenant_id = %s AND id = ANY(%s) AND occurred_at BETWEEN %s AND %s",
            [unit().tenant_id, list({each.fact_id for each in due}), min(moments), max(moments)],
        )
        return {row[0]: read_fact(*row) for row in cursor.fetchall()}


def read_fact(fact_id, tenant_id, sequence, at, actor, cause, name, payload) -> Envelope | Exception:
    """The columns of a fact in its envelope, or why this version cannot read it."""
    try:
        fact = kind_of(name).from_payload(_json(payload))
        return Envelope(fact_id, tenant_id, sequence, at, _json(actor), cause, fact)
    except (LookupError, TypeError, ValueError) as error:
        return error


def _by_subscriber(due: Sequence[_Owed]) -> dict[str, list[_Owed]]:
    owed: dict[str, list[_Owed]] = defaultdict(list)
    for each in due:
        owed[each.subscriber].append(each)
    return owed


def _hold_back(shards: Sequence[int]) -> None:
    """What waits behind a failed delivery is not due before it; else the relay would call for it all the time."""
    opened = unit()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE core_delivery d SET due_at = held.until
            FROM (
              SELECT aggregate_id, subscriber, min(id) AS id,
                     max(CASE WHEN state = 'parked' THEN %(later)s ELSE due_at END) AS until
              FROM core_delivery
              WHERE tenant_id = %(tenant)s AND shard = ANY(%(shards)s) AND attempts > 0
                AND (state = 'parked' OR due_at > %(now)s)
              GROUP BY aggregate_id, subscriber
            ) held
            WHERE d.tenant_id = %(tenant)s AND d.aggregate_id = held.aggregate_id
              AND d.subscriber = held.subscriber AND d.id > held.id AND d.state = 'due' AND d.due_at <= %(now)s
            """,
            {
                "tenant": opened.tenant_id, "shards": list(shards), "now": opened.now,
                "later": opened.now + timedelta(seconds=BACKOFF_SECONDS_MAX),
            },
        )  # fmt: skip


def _json(value: object) -> dict:
    return orjson.loads(value) if isinstance(value, str) else value


def _readable(owed: Sequence[_Owed], facts: Mapping[UUID, Envelope | Exception]) -> list[tuple[int, Envelope]]:
    """Parks facts of a kind or shape this version does not know, and leaves what is behind them."""
    envelopes, held = [], set()
    for each in owed:
        if each.aggregate_id in held:
            continue
        found = facts.get(each.fact_id, LookupError("It is not there."))
        if isinstance(found, Envelope):
            envelopes.append((each.id, found))
        else:
            log.warning("fact cannot be read", subscriber=each.subscriber, error=repr(found))
            _postpone([each.id], f"This version cannot read the fact: {found!r}", park=True)
            held.add(each.aggregate_id)
    return envelopes


def _hand_over(name: str, owed: Sequence[tuple[int, Envelope]]) -> None:
    """A batch at a time; if that fails, one by one, so that one bad fact holds back only its own aggregate."""
    listener = subscriber(name)
    if listener is None:
        _postpone([delivery_id for delivery_id, _ in owed], f"No subscriber is called {name} any more.", park=True)
        return
    held: set[UUID] = set()
    for start in range(0, len(owed), BATCH):
        batch = [each for each in owed[start : start + BATCH] if each[1].fact.aggregate_id not in held]
        held |= _settle(listener, batch)


def _settle(listener: Subscriber, owed: Sequence[tuple[int, Envelope]]) -> set[UUID]:
    """Effects and "done" of all of these, or nothing; returns the aggregates of those that failed."""
    if not owed:
        return set()
    try:
        _effects(listener, owed)
    except Exception as error:
        if len(owed) > 1:
            return _one_by_one(listener, owed)
        [(delivery_id, envelope)] = owed
        log.warning("delivery failed", subscriber=listener.name, fact=str(envelope.id), error=repr(error))
        _postpone([delivery_id], f"{type(error).__name__}: {error}")
        return {envelope.fact.aggregate_id}
    return set()


def _one_by_one(listener: Subscriber, owed: Sequence[tuple[int, Envelope]]) -> set[UUID]:
    """What comes after a failure is left alone."""
    held: set[UUID] = set()
    for each in owed:
        if each[1].fact.aggregate_id not in held:
            held |= _settle(listener, [each])
    return held


def _effects(listener: Subscriber, owed: Sequence[tuple[int, Envelope]]) -> None:
    """Run the subscriber under its own name; a single fact is named as the cause."""
    cause = f"fact:{owed[0][1].id}" if len(owed) == 1 else ""
    with unit_of_work(unit().tenant_id, system(listener.label), cause=cause, now=unit().now):
        still_owed = _take([delivery_id for delivery_id, _ in owed])
        envelopes = [envelope for delivery_id, envelope in owed if delivery_id in still_owed]
        if envelopes:
            listener.handle(envelopes)


def _take(ids: list[int]) -> set[int]:
    """Another worker may have been quicker since we looked: only what is still there is ours to carry out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM core_delivery WHERE tenant_id = %s AND id = ANY(%s) RETURNING id", [unit().tenant_id, ids]
        )
        return {row[0] for row in cursor.fetchall()}


def _postpone(ids: list[int], error: str, *, park: bool = False) -> None:
    """Back off exponentially; after the last attempt park it, where a person can see and replay it."""
    now = unit().now
    for owed in Delivery.objects.filter(id__in=ids):
        owed.attempts += 1
        owed.error = error[:2000]
        if park or owed.attempts >= MAX_ATTEMPTS:
            owed.state, owed.parked_at = Delivery.PARKED, now
        else:
            owed.due_at = now + timedelta(seconds=min(2**owed.attempts, BACKOFF_SECONDS_MAX))
        owed.save(update_fields=["attempts", "error", "state", "parked_at", "due_at"])


def replay(*, delivery_ids: Sequence[int]) -> int:
    """Make parked deliveries due again, and what waits behind them; returns how many were parked."""
    parked = list(Delivery.objects.filter(id__in=delivery_ids, state=Delivery.PARKED))
    for each in parked:
        behind = Delivery.objects.filter(
            aggregate_id=each.aggregate_id, subscriber=each.subscriber, id__gt=each.id, state=Delivery.DUE
        )
        behind.update(due_at=unit().now)
    Delivery.objects.filter(id__in=[each.id for each in parked]).update(
        state=Delivery.DUE, due_at=unit().now, attempts=0, error="", parked_at=None
    )
    record([
        Change("events.replay", f"Parked event for {each.subscriber} replayed", (("event", each.aggregate_id),))
        for each in parked
    ])  # fmt: skip
    transaction.on_commit(nudge.relay)
    return len(parked)
