"""The clock's work on lots: what is past its date goes off sale, what soon will be is told once."""

from datetime import timedelta

from django.db.models import OuterRef, Subquery, Sum

from inventory.actions.tracing.off_sale import BATCH, keep_unfit_off_sale
from inventory.events import LotExpiring
from inventory.models import IN_TRANSIT, SELLABLE, Lot, Quant
from inventory.queries.tracing import KEY, TracingSettings, today, tracing_settings
from oms.accounts.locks import lock_tenant
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.errors import Invalid
from oms.core.events import publish
from oms.core.tenancy import unit

WARN_MAX = 365


def expire_lots(*, limit: int = BATCH) -> int:
    """Take a batch of what is past its date, or blocked and on sale somewhere, off sale; returns how many."""
    return keep_unfit_off_sale(limit=limit)


def warn_of_expiry() -> int:
    """Say of each lot that has units to sell and expires soon that it does; returns of how many it was said now."""
    day = today()
    soon = day + timedelta(days=tracing_settings().warn_days)
    rows = Lot.objects.filter(
        expires_on__gte=day, expires_on__lte=soon, warned_at__isnull=True, blocked_at__isnull=True
    )
    there = Quant.objects.filter(lot_id=OuterRef("id"), state__in=[SELLABLE, IN_TRANSIT]).order_by().values("lot_id")
    rows = rows.annotate(units=Subquery(there.annotate(units=Sum("on_hand")).values("units"))).filter(units__gt=0)
    found = list(rows.order_by("expires_on", "id")[:BATCH])
    update_rows(Lot, [{"id": lot.id, "warned_at": unit().now} for lot in found])
    publish([LotExpiring(lot.item_id, lot.id, lot.code, lot.expires_on, lot.units) for lot in found])
    return len(found)


def set_tracing(*, warn_days: int) -> TracingSettings:
    """Raises `Invalid`."""
    require(unit().actor, "settings.edit")
    if not 1 <= warn_days <= WARN_MAX:
        raise Invalid.field("warn_days", f"Give 1 to {WARN_MAX} days.", "out_of_range")
    tenant = lock_tenant()
    before, given = tenant.settings.get(KEY), {"warn_days": warn_days}
    tenant.settings = {**tenant.settings, KEY: given}
    tenant.save(update_fields=["settings"])
    record([Change("settings.edit", "Settings of lots changed", (("business", tenant.public_id),), before, given)])
    return TracingSettings(**given)
