"""What were customers told, and what did not reach them?"""

from uuid import UUID

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from oms.accounts.models import SalesChannel
from oms.core.actors import require
from oms.dashboard.forms import settled
from oms.dashboard.lists import list_page
from oms.dashboard.vocabulary import MESSAGE
from oms.notifications import queries
from oms.notifications.actions.write import resend, why_not_again
from oms.notifications.adapters.smtp import as_html
from oms.notifications.letters import WORDS, Letter, as_text
from oms.notifications.models import KINDS

# A mail carries its own style; its sandbox runs no script and sends no form, and nobody but us frames it.
MAIL_POLICY = {
    "default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "sandbox": ["allow-popups"],
    "frame-ancestors": ["'self'"],
}  # fmt: skip


@require_safe
def message_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest first; ``state`` and ``kind`` narrow it."""
    require(request.actor, "messages.view")
    state = request.GET.get("state", "") if request.GET.get("state", "") in MESSAGE else ""
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in KINDS else ""
    page = list_page(request, queries.messages(state=state, kind=kind), order=("-created_at", "-id"))
    context = {
        "page": page,
        "rows": [{"message": each, "word": WORDS[each.kind]} for each in page.rows],
        "views": _views(state),
        "kinds": [(code, WORDS[code], code == kind) for code in KINDS],
        "state": state,
        "filtered": bool(state or kind),
        "personal": request.actor.permits("customers.view"),
        "nobody": SalesChannel.objects.filter(told_by="nobody", active=True, kind="shop").exists(),
    }
    return render(request, "dashboard/messages/list.html", context)


@require_safe
def message_page(request: HttpRequest, slug: str, customer_message_id: UUID) -> HttpResponse:
    """One mail, as it was or will be sent."""
    require(request.actor, "messages.view")
    message = queries.message(customer_message_id)
    context = {
        "message": message,
        "word": WORDS[message.kind],
        "text": as_text(Letter.from_json(message.shown_letter), merchant=request.merchant.name),
        "personal": request.actor.permits("customers.view"),
        "may_resend": request.actor.permits("messages.resend"),
        "refusal": why_not_again(message, message.order.email),
    }
    return render(request, "dashboard/messages/message.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)
def message_preview(request: HttpRequest, slug: str, customer_message_id: UUID) -> HttpResponse:
    """The mail as its customer sees it, for the frame on its page."""
    require(request.actor, "messages.view")
    require(request.actor, "customers.view")
    message = queries.message(customer_message_id)
    return HttpResponse(as_html(Letter.from_json(message.shown_letter), merchant=request.merchant.name))


@require_POST
def resend_message(request: HttpRequest, slug: str, customer_message_id: UUID) -> HttpResponse:
    """Send it again; a refusal is shown as the page says it."""
    require(request.actor, "messages.resend")
    queries.message(customer_message_id)
    resend(message_id=customer_message_id)
    return settled(
        request, reverse("dashboard:message", args=[slug, customer_message_id]), _("The mail is being sent again.")
    )


def _views(current: str) -> list[dict]:
    words = [("", _("All")), *((code, status.word) for code, status in MESSAGE.items())]
    return [{"url": f"?state={code}", "name": word, "current": code == current} for code, word in words]
