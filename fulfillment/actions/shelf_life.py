"""Set how long goods must still be good when they leave for a channel's orders, or for a customer."""

from uuid import UUID

from fulfillment.floor.shelf_life import shelf_life_rules
from fulfillment.models import ShelfLifeRule
from oms.accounts.models import SalesChannel
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import FieldError, Invalid, NotFound
from oms.core.tenancy import unit
from orders.models import Customer

VERB = "stock.offer"
DAYS_MAX = 3650


def set_shelf_life(*, days: int, channel_id: UUID | None = None, customer_id: UUID | None = None) -> ShelfLifeRule:
    """Set for the same channel and customer again, the later one stands. Raises `Invalid`."""
    require(unit().actor, VERB)
    problems = []
    if not 1 <= days <= DAYS_MAX:
        problems.append(FieldError("days", "out_of_range", f"Give 1 to {DAYS_MAX:,} days."))
    if channel_id and not SalesChannel.objects.filter(id=channel_id).exists():
        problems.append(FieldError("channel_id", "unknown_channel", "There is no such channel."))
    if customer_id and not Customer.objects.filter(id=customer_id).exists():
        problems.append(FieldError("customer_id", "unknown_customer", "There is no such customer."))
    if problems:
        raise Invalid("Nothing was set: some fields need attention.", fields=problems)
    insert_rows(
        ShelfLifeRule,
        [{"id": uuid7(), "channel_id": channel_id, "customer_id": customer_id, "days": days, "created_at": unit().now}],
        on_conflict="ON CONFLICT (tenant_id, channel_id, customer_id) DO UPDATE SET days = excluded.days",
    )
    made = shelf_life_rules().get(channel_id=channel_id, customer_id=customer_id)
    _tell(made, f"What leaves for {_scope(made)} must be good for {days:,} days")
    return made


def lift_shelf_life(*, rule_id: UUID) -> None:
    """Raises `NotFound`."""
    require(unit().actor, VERB)
    found = shelf_life_rules().filter(id=rule_id).first()
    if found is None:
        raise NotFound("There is no such rule.")
    _tell(found, f"How long goods for {_scope(found)} must be good is left open")
    found.delete()


def _scope(rule: ShelfLifeRule) -> str:
    return " and ".join(
        [
            f"channel {rule.channel.name}" if rule.channel else "every channel",
            "one customer" if rule.customer else "every customer",
        ]
    )


def _tell(rule: ShelfLifeRule, sentence: str) -> None:
    kinds = (("channel", rule.channel_id), ("customer", rule.customer_id))
    record([Change(VERB, sentence, tuple((kind, key) for kind, key in kinds if key))])
