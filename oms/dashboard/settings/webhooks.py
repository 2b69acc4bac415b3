"""Webhooks: the endpoints that are told about events, what each was sent, and sending it again."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oms.core.actors import require
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.lists import list_page
from oms.dashboard.settings import once
from oms.dashboard.settings.confirming import Question, confirmed
from oms.webhooks import queries
from oms.webhooks.actions.endpoints import (
    create_endpoint,
    delete_endpoint,
    event_types,
    rotate_secret,
    update_endpoint,
)
from oms.webhooks.actions.messages import replay_message, send_test
from oms.webhooks.models import Endpoint, Message

STATES = (Message.DUE, Message.DELIVERED, Message.FAILED)


class EndpointForm(PlainForm):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Where the program listens, like https://example.com/hooks."),
    )
    description = forms.CharField(label=gettext_lazy("What it is for"), required=False, max_length=200)
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen means all of them, new kinds included."),
    )  # fmt: skip

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.fields["events"].choices = [(name, _event(name, words)) for name, words in event_types().items()]


def _event(name: str, words: str) -> str:
    """A kind of event with what it means, without what only programmers read."""
    sentence = words.partition(";")[0].rstrip(".")
    is_signature = sentence.partition("(")[0].isidentifier() and "(" in sentence
    return name if not sentence or is_signature or "``" in sentence else f"{name}: {sentence}"


class EndpointChangeForm(EndpointForm):
    active = forms.BooleanField(
        label=gettext_lazy("Switched on"),
        required=False,
        help_text=gettext_lazy("Switched off, it is told nothing, and what waits for it is given up."),
    )


@require_http_methods(["GET", "POST"])
def endpoint_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The endpoints, and a form for another."""
    require(request.actor, "webhooks.edit")
    form = EndpointForm(posted(request))
    if request.method == "POST" and (done := attempt(form, lambda: create_endpoint(**form.cleaned_data))):
        endpoint, secret = done.value
        once.show_next(request, "webhook", secret)
        return settled(request, _url(slug, endpoint.id), _("Webhook added."))
    endpoints = queries.endpoints().order_by("-created_at", "-id")
    return page_of_form(request, "dashboard/settings/webhooks.html", {"form": form, "endpoints": endpoints})


@require_http_methods(["GET", "POST"])
def endpoint_page(request: HttpRequest, slug: str, endpoint_id: UUID) -> HttpResponse:
    """One endpoint: its settings and the log of what it was sent."""
    require(request.actor, "webhooks.edit")
    endpoint = queries.endpoint(endpoint_id)
    form = EndpointChangeForm(posted(request), initial=_values(endpoint))
    if request.method == "POST":
        if attempt(form, lambda: update_endpoint(endpoint_id=endpoint_id, **form.cleaned_data)):
            return settled(request, _url(slug, endpoint_id), _("Webhook saved."))
        # A refused change is not what the rest of the page speaks of.
        endpoint.refresh_from_db()
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    context = {
        "form": form,
        "endpoint": endpoint,
        "secret": once.take(request, "webhook") if request.method == "GET" else "",
        "page": list_page(
            request, queries.messages(endpoint_id=endpoint_id, state=state), order=("-created_at", "-id")
        ),
        "state": state,
        "views": _views(state),
    }
    return page_of_form(request, "dashboard/settings/webhook.html", context)


def _values(endpoint: Endpoint) -> dict[str, object]:
    return {name: getattr(endpoint, name) for name in ("url", "description", "events", "active")}


def _views(state: str) -> list[dict[str, object]]:
    words = {"": _("All"), Message.DUE: _("Due"), Message.DELIVERED: _("Delivered"), Message.FAILED: _("Failed")}
    return [{"url": f"?state={code}#log", "name": name, "current": code == state} for code, name in words.items()]


def _url(slug: str, endpoint_id: UUID) -> str:
    return reverse("dashboard:webhook", args=[slug, endpoint_id])


@require_POST
def endpoint_test(request: HttpRequest, slug: str, endpoint_id: UUID) -> HttpResponse:
    """Send a message of type ``webhook.test``."""
    require(request.actor, "webhooks.edit")
    send_test(endpoint_id=endpoint_id)
    message = _("A test is on its way. Its answer appears in the log.")
    return settled(request, f"{_url(slug, endpoint_id)}#log", message)


@require_http_methods(["GET", "POST"])
def endpoint_rotate(request: HttpRequest, slug: str, endpoint_id: UUID) -> HttpResponse:
    """Give the endpoint a new signing secret, after asking."""
    require(request.actor, "webhooks.edit")
    endpoint = queries.endpoint(endpoint_id)
    question = Question(
        title=_("Rotate the signing secret?"),
        consequence=_(
            "You are shown a new secret once. For 24 hours messages are signed with both, so the program at %s can "
            "change over without missing one."
        )
        % endpoint.url,
        act=_("Rotate secret"),
        keep=_("Keep secret"),
        keep_url=_url(slug, endpoint_id),
        back_label=_("Webhook"),
    )

    def rotate() -> None:
        _endpoint, secret = rotate_secret(endpoint_id=endpoint_id)
        once.show_next(request, "webhook", secret)

    return confirmed(request, question, rotate, _("Secret rotated."))


@require_http_methods(["GET", "POST"])
def endpoint_delete(request: HttpRequest, slug: str, endpoint_id: UUID) -> HttpResponse:
    """Delete the endpoint with its log, after asking."""
    require(request.actor, "webhooks.edit")
    endpoint = queries.endpoint(endpoint_id)
    question = Question(
        title=_("Delete this webhook?"),
        consequence=_("%s is told nothing any more, and the log of what it was sent is deleted.") % endpoint.url,
        act=_("Delete webhook"),
        keep=_("Keep webhook"),
        keep_url=_url(slug, endpoint_id),
        back_label=_("Webhook"),
        done_url=reverse("dashboard:webhooks", args=[slug]),
    )
    return confirmed(request, question, lambda: delete_endpoint(endpoint_id=endpoint_id), _("Webhook deleted."))


@require_safe
def message_page(request: HttpRequest, slug: str, message_id: UUID) -> HttpResponse:
    """One message: what was sent, and how each try went."""
    require(request.actor, "webhooks.edit")
    message = queries.message(message_id)
    context = {"message": message, "attempts": queries.attempts_of(message_id)}
    return render(request, "dashboard/settings/webhook_message.html", context)


@require_POST
def message_replay(request: HttpRequest, slug: str, message_id: UUID) -> HttpResponse:
    """Send a message again, with the same event id."""
    require(request.actor, "webhooks.edit")
    replay_message(message_id=message_id)
    return settled(request, reverse("dashboard:webhook_message", args=[slug, message_id]), _("It is sent again."))
