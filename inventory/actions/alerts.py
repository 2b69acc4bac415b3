"""Notice when an item runs out, runs low or is back, and say so once."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Sum

from inventory import queries
from inventory.events import StockAlertEnded, StockAlertRaised
from inventory.models import ReorderRule, StockAlert
from inventory.stock.alerting import alert_of
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.events import Fact, publish
from oms.core.tenancy import unit


def note_alerts(*, item_ids: Collection[UUID]) -> int:
    """Compare these items' stock with what is noted, and note and tell the difference; returns how many changed.

    Half a dozen statements however many there are.
    """
    if not item_ids:
        return 0
    available, minimum = queries.orderable(item_ids=item_ids), _minimum(item_ids)
    known = {each.item_id: each.kind for each in StockAlert.objects.filter(item_id__in=item_ids)}
    now = {item_id: alert_of(units, minimum.get(item_id)) for item_id, units in available.items()}
    changed = {item_id: kind for item_id, kind in now.items() if kind != known.get(item_id, "")}
    _write(changed)
    facts: list[Fact] = []
    for item_id, kind in changed.items():
        units = available[item_id]
        if kind:
            facts.append(StockAlertRaised(item_id, kind, units))
        else:
            facts.append(StockAlertEnded(item_id, known[item_id], units))
    publish(facts)
    return len(changed)


def note_low_stock() -> int:
    """Look at every item that has a reorder point: sales tell of what ran out, and not of what runs low."""
    return note_alerts(item_ids=set(ReorderRule.objects.values_list("item_id", flat=True)))


def _minimum(item_ids: Collection[UUID]) -> dict[UUID, int]:
    rules = ReorderRule.objects.filter(item_id__in=item_ids).values("item_id")
    return dict(rules.annotate(units=Sum("minimum")).values_list("item_id", "units"))


def _write(changed: dict[UUID, str]) -> None:
    insert_rows(
        StockAlert,
        [
            {"id": uuid7(), "item_id": item_id, "kind": kind, "since": unit().now}
            for item_id, kind in changed.items()
            if kind
        ],
        on_conflict="ON CONFLICT (tenant_id, item_id) DO UPDATE SET kind = excluded.kind, since = excluded.since",
    )
    StockAlert.objects.filter(item_id__in=[item_id for item_id, kind in changed.items() if not kind]).delete()
