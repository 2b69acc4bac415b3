"""Notice what is wrong with an item's stock, and that it is so no more, and say each once."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from inventory import queries
from inventory.events import StockAlertEnded, StockAlertRaised
from inventory.models import ItemPace, ReorderRule, SellBuffer, StockAlert
from inventory.queries.tracing import expiring_units
from inventory.stock.alerting import (
    DEAD,
    EXPIRING,
    OF_BALANCES,
    SETTING,
    AlertPolicy,
    Signals,
    alerts_of,
    policy_problems,
)
from oms.accounts.actions.business import keep_setting
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.db.reading import read_rows
from oms.core.errors import Invalid
from oms.core.events import publish
from oms.core.tenancy import unit

# Alerts of so many minutes go out in one mail.
MAIL_AFTER = timedelta(minutes=10)
PACE_DAYS = 28


class Raised(NamedTuple):
    """One thing wrong with one item."""

    item_id: UUID
    kind: str


def note_alerts(*, item_ids: Collection[UUID]) -> int:
    """Compare these items' stock with what is noted, and note and tell the difference; returns how many changed.

    A dozen statements however many there are.
    """
    if not item_ids:
        return 0
    available, minimum = queries.orderable(item_ids=item_ids), _minimum(item_ids)
    pace, buffered = _pace(item_ids), _buffered(item_ids)
    found = {
        Raised(item_id, kind): units
        for item_id, units in available.items()
        for kind in alerts_of(Signals(units, minimum.get(item_id), pace.get(item_id, 0.0), item_id in buffered))
    }
    return settle_alerts(kinds=OF_BALANCES, found=found, item_ids=item_ids, units=available)


def note_low_stock() -> int:
    """Look at every item that has a reorder point or sells daily: sales tell of what ran out, not of what runs low."""
    selling = ItemPace.objects.filter(daily_units__gt=0).values_list("item_id", flat=True)
    return note_alerts(item_ids={*ReorderRule.objects.values_list("item_id", flat=True), *selling})


_PACE = """
INSERT INTO inventory_itempace AS kept (tenant_id, item_id, daily_units, sold_at)
SELECT %(tenant)s, m.item_id,
       coalesce(sum(m.quantity) FILTER (WHERE m.recorded_at >= %(since)s), 0)::float / %(days)s, max(m.recorded_at)
FROM inventory_movement m
WHERE m.tenant_id = %(tenant)s AND m.to_state = 'customer' AND m.to_location_id IS NULL AND m.recorded_at >= %(back)s
GROUP BY m.item_id
ON CONFLICT (tenant_id, item_id) DO UPDATE SET daily_units = excluded.daily_units, sold_at = excluded.sold_at
WHERE (kept.daily_units, kept.sold_at) IS DISTINCT FROM (excluded.daily_units, excluded.sold_at)
"""

_DEAD = """
SELECT b.item_id, sum(b.on_hand)::bigint FROM inventory_balance b
JOIN inventory_item i ON i.id = b.item_id AND i.tenant_id = b.tenant_id
LEFT JOIN inventory_itempace p ON p.item_id = b.item_id AND p.tenant_id = b.tenant_id
WHERE b.tenant_id = %(tenant)s AND b.state = 'sellable' AND b.on_hand > 0
  AND i.created_at < %(since)s AND coalesce(p.sold_at, '-infinity') < %(since)s
GROUP BY b.item_id
"""


def note_pace() -> int:
    """Once a night: how fast everything sells, and what lies there without selling at all."""
    opened, policy = unit(), queries.alert_policy()
    quiet_since = opened.now - timedelta(days=policy.dead_days)
    given = {
        "tenant": opened.tenant_id, "days": PACE_DAYS, "since": opened.now - timedelta(days=PACE_DAYS),
        "back": opened.now - timedelta(days=max(policy.dead_days, PACE_DAYS)),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PACE, given)
    ItemPace.objects.filter(sold_at__lt=given["back"]).delete()
    dead = read_rows(_DEAD, {"tenant": opened.tenant_id, "since": quiet_since})
    return settle_alerts(kinds=[DEAD], found={Raised(item_id, DEAD): units for item_id, units in dead})


def note_expiring() -> int:
    """What will soon be past its date, lots of an item together; returns how many changed."""
    found = {Raised(item_id, EXPIRING): units for item_id, units in expiring_units().items()}
    return settle_alerts(kinds=[EXPIRING], found=found)


def settle_alerts(
    *,
    kinds: Collection[str],
    found: Mapping[Raised, int],
    item_ids: Collection[UUID] | None = None,
    units: Mapping[UUID, int] | None = None,
) -> int:
    """From now on, of these ``kinds`` (and items, where named), all there is is what was ``found``, with its units.

    What is new is told, and so is what is over, with the ``units`` of then; returns how many changed.
    """
    rows = StockAlert.objects.filter(kind__in=kinds)
    known = {Raised(*key) for key in (rows if item_ids is None else rows.filter(item_id__in=item_ids)).values_list(
        "item_id", "kind"
    )}  # fmt: skip
    new, over = found.keys() - known, known - found.keys()
    _write(new, found)
    for kind in {each.kind for each in over}:
        StockAlert.objects.filter(kind=kind, item_id__in=[each.item_id for each in over if each.kind == kind]).delete()
    left = units or {}
    publish(
        [StockAlertRaised(each.item_id, each.kind, found[each]) for each in sorted(new)]
        + [StockAlertEnded(each.item_id, each.kind, left.get(each.item_id, 0)) for each in sorted(over)]
    )
    return len(new) + len(over)


def set_alert_policy(*, policy: AlertPolicy) -> None:
    """Who is mailed of what, and when stock is dead. Raises `Invalid` naming every bad setting."""
    if problems := policy_problems(policy):
        raise Invalid("The settings of alerts were not changed.", fields=problems)
    keep_setting(name=SETTING, value=policy.to_json())


def _write(new: Collection[Raised], units: Mapping[Raised, int]) -> None:
    now, policy = unit().now, queries.alert_policy() if new else AlertPolicy()
    insert_rows(
        StockAlert,
        [
            {
                "id": uuid7(), "item_id": each.item_id, "kind": each.kind, "units": units[each], "since": now,
                "mail_due_at": now + MAIL_AFTER if policy.mails(each.kind) else None, "mail_attempts": 0,
            }
            for each in sorted(new)
        ],
        on_conflict="ON CONFLICT (tenant_id, item_id, kind) DO NOTHING",
    )  # fmt: skip


def _minimum(item_ids: Collection[UUID]) -> dict[UUID, int]:
    rules = ReorderRule.objects.filter(item_id__in=item_ids).values("item_id")
    return dict(rules.annotate(units=Sum("minimum")).values_list("item_id", "units"))


def _pace(item_ids: Collection[UUID]) -> dict[UUID, float]:
    return dict(ItemPace.objects.filter(item_id__in=item_ids).values_list("item_id", "daily_units"))


def _buffered(item_ids: Collection[UUID]) -> set[UUID]:
    """Items of which something is kept back from channels; a buffer without an item is for all of them."""
    rows = set(SellBuffer.objects.filter(units__gt=0).values_list("item_id", flat=True).distinct())
    return set(item_ids) if None in rows else rows & set(item_ids)
