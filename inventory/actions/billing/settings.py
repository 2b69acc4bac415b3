"""How far a bill may be off and still match."""

from dataclasses import asdict
from decimal import Decimal

from inventory.actions.billing import APPROVE
from inventory.actions.billing.checking import is_amount
from inventory.billing.matching import Tolerances
from inventory.queries.billing import KEY
from inventory.stock.values import QUANTITY_MAX
from oms.accounts.locks import lock_tenant
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import FieldError, Invalid
from oms.core.tenancy import unit


def set_billing_tolerances(*, price_percent: Decimal, price_absolute: Decimal, units: int) -> Tolerances:
    """For who may approve what does not match. Raises `Invalid` naming every bad field."""
    require(unit().actor, APPROVE)
    problems = []
    if not is_amount(price_percent) or price_percent > 100:
        problems.append(FieldError("price_percent", "out_of_range", "Give 0 to 100 percent."))
    if not is_amount(price_absolute):
        problems.append(FieldError("price_absolute", "out_of_range", "Give an amount of 0 or more."))
    if not 0 <= units <= QUANTITY_MAX:
        problems.append(FieldError("units", "out_of_range", "Give 0 units or more."))
    if problems:
        raise Invalid("The settings were not changed.", fields=problems)
    wanted = Tolerances(price_percent, price_absolute, units)
    given = {name: value if name == "units" else str(value) for name, value in asdict(wanted).items()}
    tenant = lock_tenant()
    before = tenant.settings.get(KEY)
    tenant.settings = {**tenant.settings, KEY: given}
    tenant.save(update_fields=["settings"])
    record([Change(APPROVE, "Tolerances of bills changed", (("business", tenant.public_id),), before, given)])
    return wanted
