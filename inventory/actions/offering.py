"""Set what channels are offered: units kept back, and shares. Setting again replaces; lifting removes."""

from collections.abc import Mapping
from uuid import UUID

from inventory.events import OfferRuleChanged
from inventory.models import ChannelShare, Item, SellBuffer
from inventory.queries import channel_shares, sell_buffers, visible_locations
from inventory.stock.offering import PERCENT, SHARES
from inventory.stock.values import QUANTITY_MAX
from oms.accounts.models import SalesChannel
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import FieldError, Invalid, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit

VERB = "stock.offer"


def set_sell_buffer(
    *, units: int, item_id: UUID | None = None, location_id: UUID | None = None, channel_id: UUID | None = None
) -> SellBuffer:
    """Keep ``units`` back from what is offered; what is not named means all of its kind.

    Raises `Invalid` naming each bad field, `Forbidden` for a channel or location the actor is limited from.
    """
    require(unit().actor, VERB, location_id=location_id, channel_id=channel_id)
    problems = _unknown(item_id=item_id, location_id=location_id, channel_id=channel_id)
    if not 0 <= units <= QUANTITY_MAX:
        problems.append(FieldError("units", "out_of_range", f"Give a number of units from 0 to {QUANTITY_MAX:,}."))
    if problems:
        raise Invalid("The sell buffer was not set.", fields=problems)
    key = {"item_id": item_id, "location_id": location_id, "channel_id": channel_id}
    _write(SellBuffer, key, {"units": units})
    rule = sell_buffers().get(**key)
    _tell(rule, f"{units:,} units kept back: {_scope(rule)}", {"units": units})
    return rule


def set_channel_share(*, channel_id: UUID, kind: str, amount: int, item_id: UUID | None = None) -> ChannelShare:
    """A channel's share of one item, or of all: a percentage, a number at most, or a number kept for it alone.

    Raises `Invalid` naming each bad field, `Forbidden` for a channel the actor is limited from.
    """
    require(unit().actor, VERB, channel_id=channel_id)
    problems = _unknown(item_id=item_id, channel_id=channel_id)
    most = 100 if kind == PERCENT else QUANTITY_MAX
    if kind not in SHARES:
        problems.append(FieldError("kind", "unknown_kind", f"Choose one of: {', '.join(SHARES)}."))
    elif not 0 <= amount <= most:
        problems.append(FieldError("amount", "out_of_range", f"Give a number from 0 to {most:,}."))
    if problems:
        raise Invalid("The channel's share was not set.", fields=problems)
    key = {"channel_id": channel_id, "item_id": item_id}
    _write(ChannelShare, key, {"kind": kind, "amount": amount})
    rule = channel_shares().get(**key)
    _tell(rule, f"{share_words(rule)}: {_scope(rule)}", {"kind": kind, "amount": amount})
    return rule


def lift_sell_buffer(*, buffer_id: UUID) -> None:
    """Raises `NotFound`."""
    rule = sell_buffers().filter(id=buffer_id).first()
    if rule is None:
        raise NotFound("There is no such sell buffer. It may have been lifted already.")
    require(unit().actor, VERB, location_id=rule.location_id, channel_id=rule.channel_id)
    _lift(rule, f"Nothing kept back any more: {_scope(rule)}")


def lift_channel_share(*, share_id: UUID) -> None:
    """Raises `NotFound`."""
    rule = channel_shares().filter(id=share_id).first()
    if rule is None:
        raise NotFound("There is no such share. It may have been lifted already.")
    require(unit().actor, VERB, channel_id=rule.channel_id)
    _lift(rule, f"No share any more: {_scope(rule)}")


def share_words(rule: ChannelShare) -> str:
    return {"percent": "{:,} % of what is left", "at_most": "{:,} units at most", "kept": "{:,} units of its own"}[
        rule.kind
    ].format(rule.amount)


def _unknown(**named: UUID | None) -> list[FieldError]:
    """Those of the named rows that are not there, or not the actor's to see."""
    known = {"item_id": Item.objects, "location_id": visible_locations(), "channel_id": SalesChannel.objects}
    return [
        FieldError(field, f"unknown_{field[:-3]}", f"There is no such {field[:-3]}.")
        for field, key in named.items()
        if key is not None and not known[field].filter(id=key).exists()
    ]


def _write(model: type, key: Mapping[str, UUID | None], values: Mapping[str, object]) -> None:
    """One statement, so that two who set the same rule at once both succeed and the later one stands."""
    insert_rows(
        model,
        [{"id": uuid7(), **key, **values, "created_at": unit().now}],
        on_conflict=f"ON CONFLICT (tenant_id, {', '.join(key)}) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in values),
    )


def _lift(rule: SellBuffer | ChannelShare, sentence: str) -> None:
    _tell(rule, sentence, {})
    rule.delete()


def _tell(rule: SellBuffer | ChannelShare, sentence: str, after: Mapping[str, object]) -> None:
    subjects = [("item", rule.item_id)] if rule.item_id else [("channel", rule.channel_id)] if rule.channel_id else []
    record([Change(VERB, sentence, tuple(subjects), after=dict(after))])
    publish([OfferRuleChanged(rule.id, rule.item_id, rule.channel_id)])


def _scope(rule: SellBuffer | ChannelShare) -> str:
    location = getattr(rule, "location", None)
    return ", ".join(
        [
            rule.item.sku if rule.item else "every item",
            location.name if location else "all locations",
            rule.channel.name if rule.channel else "every channel",
        ]
    )
