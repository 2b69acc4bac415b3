"""How replenishing is done here: tolerances of deliveries, and how sure stock must last."""

from dataclasses import asdict

from inventory.actions.purchasing import EDIT
from inventory.queries.purchasing import KEY, Replenishing
from oms.accounts.locks import lock_tenant
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import FieldError, Invalid
from oms.core.tenancy import unit

LIMITS = {
    "over_percent": (0, 100), "under_percent": (0, 100), "service_percent": (50, 99), "cover_days": (1, 365),
}  # fmt: skip


def set_replenishing(*, over_percent: int, under_percent: int, service_percent: int, cover_days: int) -> Replenishing:
    """Raises `Invalid` naming every bad field."""
    require(unit().actor, EDIT)
    wanted = Replenishing(over_percent, under_percent, service_percent, cover_days)
    given = asdict(wanted)
    problems = [
        FieldError(name, "out_of_range", f"Give {least} to {most}.")
        for name, (least, most) in LIMITS.items()
        if not least <= given[name] <= most
    ]
    if problems:
        raise Invalid("The settings were not changed.", fields=problems)
    tenant = lock_tenant()
    before = tenant.settings.get(KEY)
    tenant.settings = {**tenant.settings, KEY: given}
    tenant.save(update_fields=["settings"])
    record([Change(EDIT, "Settings of replenishing changed", (("business", tenant.public_id),), before, given)])
    return wanted
