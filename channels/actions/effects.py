"""What each kind of message does to an order. A refusal is an `OmsError`; what must wait raises `Waiting`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from channels.actions.results import Result, Waiting
from channels.actions.taking_back import take_back
from channels.models import ChannelMessage
from channels.payloads import CANCELLED, PLACED, REFUNDED, RETURNED, Correction, read_correction
from oms.accounts.models import SalesChannel
from oms.core.errors import FieldError, Invalid, OmsError
from orders.actions.place import place_order
from orders.errors import DuplicateOrder
from orders.models import Order
from orders.placing.drafts import OrderDraft
from orders.placing.reading import read_order, renamed

SOURCE = "hook"


def place(message: ChannelMessage, data: object) -> Result:
    """An order in the API's own shape, for the channel of this connection."""
    draft = draft_for(message.connection.channel, data)
    try:
        placed = place_order(draft=draft)
    except DuplicateOrder as duplicate:
        order_id = duplicate.data.get("order_id")
        return Result(ChannelMessage.SKIPPED, duplicate.message, UUID(order_id) if order_id else None)
    except OmsError as refusal:
        raise renamed(refusal) from None
    waits = "unit waits" if placed.short == 1 else "units wait"
    short = f" {placed.short:,} {waits} for stock." if placed.short else ""
    return Result(ChannelMessage.DONE, f"Order #{placed.number} placed.{short}", placed.order_id)


def correct(kind: str) -> Callable[[ChannelMessage, object], Result]:
    """Units that are not wanted any more, or have come back, or were paid back."""

    def carry_out(message: ChannelMessage, data: object) -> Result:
        correction = read_correction(data, kind)
        order = _order_of(message.connection.channel, correction)
        done = take_back(order=order, correction=correction, kind=kind)
        if not done:
            nothing = f"Nothing of order #{order.number} is left to take back."
            return Result(ChannelMessage.SKIPPED, nothing, order.id)
        return Result(ChannelMessage.DONE, " ".join(done), order.id)

    return carry_out


def draft_for(channel: SalesChannel, data: object) -> OrderDraft:
    """The order's draft, on this channel and under the channel's own number. Raises `Invalid`."""
    if not isinstance(data, Mapping):
        raise Invalid.field("data", "Send the order as a JSON object, in the shape of POST /api/v1/orders.", "required")
    draft = read_order(data)
    problems = []
    if draft.channel_id not in (None, channel.id) or draft.channel not in ("", channel.code):
        message = f"This connection belongs to {channel.name} ({channel.code}). Leave the channel out."
        problems.append(FieldError("channel", "another_channel", message))
    if not draft.external_id.strip():
        message = "Name the order by your own number, so that it is not placed twice."
        problems.append(FieldError("external_id", "required", message))
    if problems:
        raise Invalid(problems[0].message, fields=problems)
    return replace(draft, channel_id=channel.id, channel="", source=SOURCE)


def _order_of(channel: SalesChannel, correction: Correction) -> Order:
    found = Order.objects.filter(channel_id=channel.id, external_id=correction.external_id).first()
    if found is None:
        missing = f"{channel.name} has no order “{correction.external_id}” here"
        raise Waiting(
            f"{missing} yet. This waits for it, and is tried again.",
            f"{missing}, and none came in a day. Send the order first, then replay this.",
        )
    return found


EFFECTS: dict[str, Callable[[ChannelMessage, object], Result]] = {
    PLACED: place,
    **{kind: correct(kind) for kind in (CANCELLED, REFUNDED, RETURNED)},
}
