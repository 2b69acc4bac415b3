"""Read a call of the API again, from what was kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from channels.actions.effects import draft_for
from channels.actions.noting import API_BATCH, API_ORDER
from channels.actions.results import Result
from channels.models import ChannelMessage
from channels.payloads import parsed, sentence_of
from oms.core.errors import Invalid, OmsError
from orders.actions.place import Placed, place_orders
from orders.errors import DuplicateOrder
from orders.placing.drafts import OrderDraft
from orders.placing.reading import renamed

SOURCE = "api"
REFUSALS_TOLD = 5


def place_again(message: ChannelMessage) -> Result:
    """Place what was refused; what is here already stays as it is. Every order must name the channel's own number."""
    sent = parsed(message.body)
    if message.kind == API_BATCH:
        sent = sent.get("orders") if isinstance(sent, Mapping) else None
        if not isinstance(sent, list) or not sent:
            raise Invalid.field("orders", 'This is no batch: {"orders": […]}.', "required")
    else:
        sent = [sent]
    answers = _answers(message, sent)
    placed = [each for each in answers if isinstance(each, Placed)]
    here = [each for each in answers if isinstance(each, DuplicateOrder)]
    refused = [(at, each) for at, each in enumerate(answers) if isinstance(each, OmsError) and each not in here]
    told = f"{len(placed):,} placed, {len(here):,} here already, {len(refused):,} refused."
    if refused:
        reasons = " ".join(f"Order {at + 1}: {sentence_of(renamed(error))}" for at, error in refused[:REFUSALS_TOLD])
        return Result(ChannelMessage.FAILED, f"{told} {reasons}")
    return Result(ChannelMessage.DONE, told, placed[0].order_id if placed and message.kind == API_ORDER else None)


def _answers(message: ChannelMessage, sent: Sequence[object]) -> list[Placed | OmsError]:
    drafts = [_draft(message, each) for each in sent]
    placed = iter(place_orders(drafts=[each for each in drafts if isinstance(each, OrderDraft)]))
    return [next(placed) if isinstance(each, OrderDraft) else each for each in drafts]


def _draft(message: ChannelMessage, data: object) -> OrderDraft | OmsError:
    try:
        return replace(draft_for(message.connection.channel, data), source=SOURCE)
    except OmsError as error:
        return error
