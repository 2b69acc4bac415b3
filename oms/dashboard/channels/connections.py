"""Is every channel flowing? Connections with their health, one of them with its log, and connecting another."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels.actions.connections import (
    NAME_MAX,
    connect_hook,
    pause_connection,
    rename_connection,
    resume_connection,
    rotate_secret,
)
from channels.models import ChannelMessage, Connection
from channels.queries import connections as queries
from oms.accounts.queries import sales_channels
from oms.core.actors import Actor, require
from oms.dashboard.channels.rows import log_rows
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.lists import list_page
from oms.dashboard.settings import once
from oms.dashboard.settings.confirming import Question, confirmed

WAYS = {
    Connection.FILE: gettext_lazy("Files"),
    Connection.API: gettext_lazy("API"),
    Connection.HOOK: gettext_lazy("Signed hook"),
}


class NameForm(PlainForm):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=NAME_MAX, help_text=gettext_lazy("What sends here, like “Shop system”.")
    )


class ConnectForm(NameForm):
    channel_id = forms.TypedChoiceField(
        label=gettext_lazy("Sales channel"), coerce=UUID, help_text=gettext_lazy("Its orders come in by this hook.")
    )
    field_order = ("channel_id", "name")

    def __init__(self, *args, channels: list[tuple[UUID, str]], **options) -> None:
        super().__init__(*args, **options)
        self.fields["channel_id"].choices = channels


@require_safe
def connection_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every way in, with its health."""
    require(request.actor, "channels.view")
    page = list_page(request, queries.visible_connections(), order=("created_at", "id"))
    health = queries.health_of(page.rows)
    context = {
        "page": page,
        "rows": [{"connection": each, "way": WAYS[each.kind], "health": health[each.id]} for each in page.rows],
        "counted": queries.COUNTED,
        "may_edit": request.actor.permits("channels.edit"),
        "may_name": request.actor.permits("settings.edit"),
        "may_import": request.actor.permits("orders.import"),
        "may_key": request.actor.permits("keys.edit"),
    }
    return render(request, "dashboard/channels/list.html", context)


@require_safe
def connection_page(request: HttpRequest, slug: str, connection_id: UUID) -> HttpResponse:
    """One connection: what came in, and what became of it."""
    require(request.actor, "channels.view")
    found = queries.connection_by_id(connection_id)
    state = request.GET.get("state", "")
    state = state if state in ChannelMessage.STATES else ""
    rows = queries.visible_messages(connection_id=found.id, state=state)
    page = list_page(request, rows, order=("-received_at", "-id"))
    context = {
        "connection": found,
        "way": WAYS[found.kind],
        "health": queries.health_of([found])[found.id],
        "counted": queries.COUNTED,
        "hook_url": queries.hook_urls([found]).get(found.id, ""),
        "secret": once.take(request, _kept(found.id)),
        "page": page,
        "rows": log_rows(page.rows),
        "state": state,
        "views": _views(state),
        "may_edit": found.kind == Connection.HOOK and request.actor.permits("channels.edit"),
    }
    return render(request, "dashboard/channels/connection.html", context)


@require_http_methods(["GET", "POST"])
def connect(request: HttpRequest, slug: str) -> HttpResponse:
    """Connect a channel by a signed hook; its secret is shown on the next page, once."""
    require(request.actor, "channels.edit")
    channels = _channels_of(request.actor)
    form = ConnectForm(posted(request), channels=channels)
    if request.method == "POST" and (done := attempt(form, lambda: connect_hook(**form.cleaned_data))):
        made, secret = done.value
        once.show_next(request, _kept(made.id), secret)
        return settled(request, _url(slug, made.id), _("Connected. Give the sender the address and the secret."))
    return page_of_form(request, "dashboard/channels/connect.html", {"form": form, "channels": channels})


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, slug: str, connection_id: UUID) -> HttpResponse:
    """Give a hook another name."""
    require(request.actor, "channels.edit")
    found = queries.connection_by_id(connection_id)
    form = NameForm(posted(request), initial={"name": found.name})
    act = lambda: rename_connection(connection_id=connection_id, **form.cleaned_data)  # noqa: E731
    if request.method == "POST" and attempt(form, act):
        return settled(request, _url(slug, connection_id), _("Connection renamed."))
    context = {"form": form, "connection": found, "back": _url(slug, connection_id)}
    return page_of_form(request, "dashboard/channels/rename.html", context)


@require_POST
def pause(request: HttpRequest, slug: str, connection_id: UUID) -> HttpResponse:
    """Keep what comes, and read nothing."""
    require(request.actor, "channels.edit")
    pause_connection(connection_id=connection_id)
    return settled(request, _url(slug, connection_id), _("Paused. What comes in is kept, and read when you resume."))


@require_POST
def resume(request: HttpRequest, slug: str, connection_id: UUID) -> HttpResponse:
    """Read what waited."""
    require(request.actor, "channels.edit")
    resume_connection(connection_id=connection_id)
    return settled(request, _url(slug, connection_id), _("Resumed. What waited is read now."))


@require_http_methods(["GET", "POST"])
def rotate(request: HttpRequest, slug: str, connection_id: UUID) -> HttpResponse:
    """Give the hook a new secret, after asking."""
    require(request.actor, "channels.edit")
    found = queries.connection_by_id(connection_id)
    question = Question(
        title=_("Rotate the signing secret?"),
        consequence=_(
            "You are shown a new secret once. For 24 hours both are accepted, so that “%s” can change over without "
            "losing a message."
        )
        % found.name,
        act=_("Rotate secret"),
        keep=_("Keep secret"),
        keep_url=_url(slug, connection_id),
        back_label=found.name,
    )

    def act() -> None:
        _connection, secret = rotate_secret(connection_id=connection_id)
        once.show_next(request, _kept(connection_id), secret)

    return confirmed(request, question, act, _("Secret rotated."))


def _channels_of(actor: Actor) -> list[tuple[UUID, str]]:
    rows = sales_channels().values_list("id", "name")
    return [(key, name) for key, name in rows if actor.permits("channels.edit", channel_id=key)]


def _views(state: str) -> list[dict[str, object]]:
    words = {"": _("All"), ChannelMessage.DUE: _("Waiting"), ChannelMessage.FAILED: _("Failed")}
    return [{"url": f"?state={code}#log", "name": name, "current": code == state} for code, name in words.items()]


def _kept(connection_id: UUID) -> str:
    return f"connection:{connection_id}"


def _url(slug: str, connection_id: UUID) -> str:
    return reverse("dashboard:connection", args=[slug, connection_id])
