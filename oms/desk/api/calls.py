"""What programs asked to place is kept in the channel's log, also when it was refused."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from channels.actions.noting import API_BATCH, API_ORDER, channel_named, note_call
from channels.payloads import sentence_of, storable
from oms.accounts.models import Approval
from oms.core.api.views import TenantView
from oms.core.errors import OmsError
from oms.core.tenancy import unit_of_work
from orders.actions.place import Placed
from orders.placing.drafts import OrderDraft

REFUSALS_TOLD = 5


class LoggedCalls(TenantView):
    """A call that was refused leaves its row too, in a unit of its own: the call's was rolled back."""

    def handle_exception(self, error: Exception) -> Response:
        if self.request.method == "POST" and isinstance(error, OmsError | ParseError):
            _note_refused(self.request, error)
        return super().handle_exception(error)


def note_order(request: Request, draft: OrderDraft, outcome: Placed | Approval) -> None:
    """An order that was placed, or waits for a second person."""
    if isinstance(outcome, Placed):
        accepted = outcome.accepted
        _note(
            request, API_ORDER, channel_id=accepted.candidate.channel_id, subject=draft.external_id,
            order_id=outcome.order_id, outcome=f"Order #{outcome.number} placed.",
        )  # fmt: skip
    else:
        channel_id = draft.channel_id or channel_named(draft.channel)
        _note(
            request, API_ORDER, channel_id=channel_id, subject=draft.external_id,
            outcome=f"Waits for approval: {outcome.sentence}",
        )  # fmt: skip


def note_batch(request: Request, answers: Sequence[Placed | OmsError]) -> None:
    """One row for the whole batch, on the channel of the first order that was placed."""
    placed = [each for each in answers if isinstance(each, Placed)]
    refused = [(at, each) for at, each in enumerate(answers) if isinstance(each, OmsError)]
    told = " ".join(f"orders.{at}: {sentence_of(error)}" for at, error in refused[:REFUSALS_TOLD])
    _note(
        request, API_BATCH,
        channel_id=placed[0].accepted.candidate.channel_id if placed else _wanted(request),
        outcome=f"{len(placed):,} placed, {len(refused):,} refused." if placed else "", refusals=told,
    )  # fmt: skip


def _note_refused(request: Request, error: OmsError | ParseError) -> None:
    caller = request.auth
    if caller is None or not caller.actor.permits("orders.place"):
        return
    sentence = sentence_of(error) if isinstance(error, OmsError) else str(error.detail)
    kind = API_BATCH if request.path.endswith("/batch") else API_ORDER
    with unit_of_work(caller.tenant_id, caller.actor):
        readable = isinstance(error, OmsError)
        _note(
            request, kind, channel_id=_wanted(request) if readable else None, outcome="", refusals=sentence,
            subject=_text(request.data, "external_id") if readable else "",
        )  # fmt: skip


def _note(request: Request, kind: str, **told: object) -> None:
    note_call(kind=kind, body=request._request.body, headers=request.headers, **told)


def _wanted(request: Request) -> UUID | None:
    """The channel that the order, or the first of a batch, names."""
    data = request.data
    orders = data.get("orders") if isinstance(data, Mapping) else None
    first = orders[0] if isinstance(orders, list) and orders else data
    return channel_named(_text(first, "channel"))


def _text(data: object, name: str) -> str:
    text = data.get(name) if isinstance(data, Mapping) else ""
    return storable(text.strip()) if isinstance(text, str) else ""
