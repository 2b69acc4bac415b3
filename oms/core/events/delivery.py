"""Bring a tenant's due facts to their subscribers: in order per aggregate, effects and "done" in one commit."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

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

BATCH = 500
MAX_ATTEMPTS = 8
BACKOFF_SECONDS_MAX = 3600
# The relay's advisory locks live in a key space of their own.
LOCK_SPACE = 7_100_000


@dataclass(frozen=True)
class _Owed:
    """A delivery with the columns of its fact, not yet read."""

    id: int
    subscriber: str
    aggregate_id: UUID
    fact: tuple

    def envelope(self, tenant_id: int) -> Envelope:
        fact_id, sequence, at, actor, cause, name, payload = self.fact
        fact = kind_of(name).from_payload(_json(payload))
        return Envelope(fact_id, tenant_id, sequence, at, _json(actor), cause, fact)


def deliver(tenant_id: int, shard: int) -> int:
    """Deliver up to one batch of one shard; returns how many deliveries were settled, one way or the other.

    Returns 0 at once when another worker holds the shard.
    """
    with unit_of_work(tenant_id, system("relay")):
        if not _take_shard(tenant_id, shard):
            return 0
        by_subscriber = defaultdict(list)
        for owed in _due(shard):
            by_subscriber[owed.subscriber].append(owed)
        for name, owed in by_subscriber.items():
            _hand_over(name, _readable(owed))
        _hold_back(shard)
        return sum(len(owed) for owed in by_subscriber.values())


def drain(tenant_id: int) -> int:
    """Deliver all that is due, and what that causes, in this process; returns how many deliveries were settled."""
    settled, round_settled = 0, 1
    while round_settled:
        round_settled = sum(deliver(tenant_id, shard) for shard in range(SHARDS))
        settled += round_settled
    return settled


def _take_shard(tenant_id: int, shard: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE + shard, tenant_id % 2_147_483_647])
        return cursor.fetchone()[0]


def _due(shard: int) -> list[_Owed]:
    """Due deliveries in order, without those behind a failed one of the same aggregate and subscriber."""
    opened = unit()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.id, d.subscriber, d.aggregate_id,
                   f.id, f.sequence, f.occurred_at, f.actor, f.cause, f.name, f.payload
            FROM (
              SELECT * FROM core_delivery d
              WHERE tenant_id = %(tenant)s AND shard = %(shard)s AND state = 'due' AND due_at <= %(now)s
                AND NOT EXISTS (
                  SELECT 1 FROM core_delivery held
                  WHERE held.tenant_id = %(tenant)s AND held.aggregate_id = d.aggregate_id
                    AND held.subscriber = d.subscriber AND held.id < d.id AND held.attempts > 0
                    AND (held.state = 'parked' OR held.due_at > %(now)s))
              ORDER BY id LIMIT %(limit)s
            ) d
            JOIN core_fact f ON f.id = d.fact_id AND f.tenant_id = d.tenant_id AND f.occurred_at = d.fact_at
            ORDER BY d.id
            """,
            {"tenant": opened.tenant_id, "shard": shard, "now": opened.now, "limit": BATCH},
        )
        return [_Owed(*row[:3], row[3:]) for row in cursor.fetchall()]


def _hold_back(shard: int) -> None:
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
              WHERE tenant_id = %(tenant)s AND shard = %(shard)s AND attempts > 0
                AND (state = 'parked' OR due_at > %(now)s)
              GROUP BY aggregate_id, subscriber
            ) held
            WHERE d.tenant_id = %(tenant)s AND d.aggregate_id = held.aggregate_id
              AND d.subscriber = held.subscriber AND d.id > held.id AND d.state = 'due' AND d.due_at <= %(now)s
            """,
            {
                "tenant": opened.tenant_id, "shard": shard, "now": opened.now,
                "later": opened.now + timedelta(seconds=BACKOFF_SECONDS_MAX),
            },
        )  # fmt: skip


def _json(value: object) -> dict:
    return json.loads(value) if isinstance(value, str) else value


def _readable(owed: Sequence[_Owed]) -> list[tuple[int, Envelope]]:
    """Parks facts of a kind or shape this version does not know, and leaves what is behind them."""
    envelopes, held = [], set()
    for each in owed:
        if each.aggregate_id in held:
            continue
        try:
            envelopes.append((each.id, each.envelope(unit().tenant_id)))
        except (LookupError, TypeError, ValueError) as error:
            log.warning("fact cannot be read", subscriber=each.subscriber, error=repr(error))
            _postpone([each.id], f"This version cannot read the fact: {error!r}", park=True)
            held.add(each.aggregate_id)
    return envelopes


def _hand_over(name: str, owed: Sequence[tuple[int, Envelope]]) -> None:
    """The whole batch at once; if that fails, one by one, so that one bad fact holds back only its own aggregate."""
    if not owed:
        return
    listener = subscriber(name)
    if listener is None:
        _postpone([delivery_id for delivery_id, _ in owed], f"No subscriber is called {name} any more.", park=True)
        return
    try:
        _effects(listener, [envelope for _, envelope in owed])
        _forget([delivery_id for delivery_id, _ in owed])
    except Exception as error:
        if len(owed) == 1:
            log.warning("delivery failed", subscriber=name, fact=str(owed[0][1].id), error=repr(error))
            _postpone([owed[0][0]], f"{type(error).__name__}: {error}")
            return
        held = set()
        for delivery_id, envelope in owed:
            key = envelope.fact.aggregate_id
            if key not in held and not _settle_one(listener, delivery_id, envelope):
                held.add(key)


def _settle_one(listener: Subscriber, delivery_id: int, envelope: Envelope) -> bool:
    try:
        _effects(listener, [envelope])
    except Exception as error:
        log.warning("delivery failed", subscriber=listener.name, fact=str(envelope.id), error=repr(error))
        _postpone([delivery_id], f"{type(error).__name__}: {error}")
        return False
    _forget([delivery_id])
    return True


def _effects(listener: Subscriber, envelopes: list[Envelope]) -> None:
    """Run the subscriber under its own name; a single fact is named as the cause."""
    cause = f"fact:{envelopes[0].id}" if len(envelopes) == 1 else ""
    with unit_of_work(unit().tenant_id, system(listener.label), cause=cause, now=unit().now):
        listener.handle(envelopes)


def _forget(ids: list[int]) -> None:
    Delivery.objects.filter(id__in=ids).delete()


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
