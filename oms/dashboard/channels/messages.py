"""One message as it came, what failed, and reading it again."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channels.actions.messages import replay_message, why_not_replayed
from channels.queries import connections as queries
from oms.core.actors import require
from oms.dashboard.channels.rows import log_rows, order_numbers, words_of
from oms.dashboard.forms import settled
from oms.dashboard.lists import list_page


@require_safe
def failures(request: HttpRequest, slug: str) -> HttpResponse:
    """What failed on every connection, and nobody was told of when it happened."""
    require(request.actor, "channels.view")
    page = list_page(request, queries.failing_messages(), order=("-received_at", "-id"))
    return render(request, "dashboard/channels/failures.html", {"page": page, "rows": log_rows(page.rows)})


@require_safe
def message_page(request: HttpRequest, slug: str, channel_message_id: UUID) -> HttpResponse:
    """A message: what became of it, and what it said."""
    require(request.actor, "channels.view")
    message = queries.message_by_id(channel_message_id)
    context = {
        "message": message,
        "words": words_of(message),
        "number": order_numbers({message.order_id} - {None}).get(message.order_id),
        "personal": request.actor.permits("customers.view"),
        "may_import": request.actor.permits("orders.import"),
        "may_edit": request.actor.permits("channels.edit"),
        "refused": why_not_replayed(message),
        "body": _laid_out(message.body),
    }
    return render(request, "dashboard/channels/message.html", context)


@require_POST
def replay(request: HttpRequest, slug: str, channel_message_id: UUID) -> HttpResponse:
    """Read the message again."""
    require(request.actor, "channels.edit")
    replay_message(message_id=channel_message_id)
    url = reverse("dashboard:channel_message", args=[slug, channel_message_id])
    return settled(request, url, _("It is read again. Its outcome appears here in a moment."))


def _laid_out(body: str) -> str:
    """JSON on many lines, since most came on one; anything else as it came."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
