"""Decide about value: what goods cost that came without a price, by which method stock is valued, and since when.

A decision is only noted here; it counts where the ledger has been followed to (`inventory.actions.valuing.follow`).
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from inventory.actions.valuing import EDIT
from inventory.actions.valuing.rebuild import start_rebuild
from inventory.checkpoints import last_drawn
from inventory.locks import lock_closings, lock_valuation
from inventory.models import ValueEvent, ValueLayer
from inventory.queries.periods import open_from
from inventory.valuing.accounts import AVERAGE, ITEM, UNPRICED
from inventory.valuing.deciding import METHODS, POLICY, PRICE
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from oms.core.models import Tenant
from oms.core.money import AMOUNT_MAX
from oms.core.tenancy import unit

REASON_MAX = 500
# What nobody has put on a purchase order a person may say.
PRICEABLE = (UNPRICED, ITEM, AVERAGE)


class NotPriceable(Conflict):
    """Another document says what these goods cost."""

    code = "not_priceable"
    title = "These goods have a price of their own"


def require_whole(verb: str) -> None:
    """For what concerns all stock of the merchant: not for who sees only some locations. Raises `Forbidden`."""
    require(unit().actor, verb)
    if unit().actor.locations is not None:
        raise Forbidden("This is about all locations, and you see only some of them. Ask somebody who sees all.")


def note_decision(
    kind: str, payload: Mapping, *, reason: str = "", day: date | None = None, due_at: datetime | None = None
) -> ValueEvent:
    """It counts as soon as the ledger has been followed to what is entered by now."""
    opened = unit()
    return ValueEvent.objects.create(
        kind=kind, payload=dict(payload), reason=reason, day=day or today(), due_at=due_at or opened.now,
        actor_label=opened.actor.label, decided_at=opened.now, drawn=last_drawn(),
    )  # fmt: skip


def today() -> date:
    """In the merchant's zone."""
    return unit().now.astimezone(_zone()).date()


def price_goods(*, movement_id: int, unit_cost: Decimal, reason: str = "") -> ValueEvent:
    """Say what one unit costs of what an entry brought. What has been sold of it since goes to cost of sales.

    Raises `NotFound`, `Invalid`, and `NotPriceable` where a purchase order or the goods' own past say it.
    """
    require_whole(EDIT)
    if not unit_cost.is_finite() or not 0 <= unit_cost <= AMOUNT_MAX or unit_cost.as_tuple().exponent < -6:
        message = "Give an amount of 0 or more, with at most 6 digits after the point."
        raise Invalid.field("unit_cost", message, "invalid")
    reason = _checked_reason(reason, needed=False)
    layer = ValueLayer.objects.select_related("item").filter(movement_id=movement_id).first()
    if layer is None:
        raise NotFound("There is no such receipt, or it has not been valued yet. Try again in a minute.")
    if layer.source not in PRICEABLE:
        raise NotPriceable("What these goods cost stands on their purchase order, or is what they had left with.")
    event = note_decision(PRICE, {"movement_id": movement_id, "unit_cost": str(unit_cost)}, reason=reason)
    sentence = f"{layer.item.sku}: {layer.units:,} units of entry {movement_id} cost {unit_cost:f} each"
    record([Change(EDIT, sentence + (f": {reason}" if reason else ""), (("item", layer.item_id),))])
    return event


def set_value_policy(
    *, method: str | None = None, damaged_percent: int | None = None, from_day: date | None, reason: str
) -> ValueEvent:
    """Value by this method, and write damaged returns down by so much, from a day to come on.

    Without ``from_day`` it counts from the first entry, and all is worked out anew: only as long as no days are
    closed and no such decision was made. Raises `Invalid`.
    """
    require_whole(EDIT)
    lock_closings()
    state = lock_valuation()
    wanted = {"method": method, "damaged_percent": damaged_percent}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    problems = _policy_problems(wanted)
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX or "\0" in reason:
        problems.append(FieldError("reason", "required", f"Say why, in up to {REASON_MAX} characters."))
    problems += _day_problems(from_day)
    if problems:
        raise Invalid("Nothing was changed: some fields need attention.", fields=problems)
    if from_day is None:
        event = note_decision(POLICY, wanted, reason=reason)
        event.after_movement, event.position = 0, 0
        event.save(update_fields=["after_movement", "position"])
        start_rebuild()
    else:
        begins = datetime.combine(from_day, time.min, _zone())
        event = note_decision(POLICY, wanted, reason=reason, day=from_day, due_at=begins)
    words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in wanted.items())
    since = f"from {from_day}" if from_day else "from the first entry"
    record([Change(EDIT, f"Stock is valued by: {words}, {since}: {reason}", (("valuation", state.id),), after=wanted)])
    return event


def _policy_problems(wanted: Mapping) -> list[FieldError]:
    problems = []
    if not wanted:
        problems.append(FieldError("method", "required", "Choose a method, or a rate for damaged returns."))
    if wanted.get("method", METHODS[0]) not in METHODS:
        problems.append(FieldError("method", "unknown_method", f"Choose one of: {', '.join(METHODS)}."))
    if not 0 <= wanted.get("damaged_percent", 0) <= 100:
        problems.append(FieldError("damaged_percent", "out_of_range", "Give 0 to 100 percent."))
    return problems


def _day_problems(from_day: date | None) -> list[FieldError]:
    if from_day is None:
        if open_from() is not None or ValueEvent.objects.filter(kind=POLICY).exists():
            message = "Days are closed, or such a decision was made before: say from which day on it counts."
            return [FieldError("from_day", "required", message)]
        return []
    if not 0 < (from_day - today()).days <= 3650:
        return [FieldError("from_day", "not_to_come", "Choose a day to come: tomorrow is the first.")]
    return []


def _checked_reason(reason: str, *, needed: bool = True) -> str:
    reason = reason.strip()
    if (needed and not reason) or len(reason) > REASON_MAX or "\0" in reason:
        raise Invalid.field("reason", f"Say why, in up to {REASON_MAX} characters.", "invalid")
    return reason


def _zone() -> ZoneInfo:
    return ZoneInfo(Tenant.objects.values_list("timezone", flat=True).get(id=unit().tenant_id))
