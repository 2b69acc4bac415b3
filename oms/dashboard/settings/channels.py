"""Sales channels: the places orders come from."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from oms.accounts.actions.channels import KINDS, NAME_LENGTH_MAX, TOLD_BY, create_channel, update_channel
from oms.accounts.models import SalesChannel
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled

SHOWN = 200


class NameForm(PlainForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH_MAX,
        help_text=gettext_lazy("As your colleagues call it, like “Web shop UK”."),
    )


class ChannelForm(NameForm):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("What programs and files call it, like web-uk. It cannot be changed later."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(KINDS.items()), initial="shop")
    told_by = forms.ChoiceField(
        label=gettext_lazy("Who tells the customer?"),
        choices=[("", gettext_lazy("Choose later")), *TOLD_BY.items()],
        required=False,
        help_text=gettext_lazy("Mail about orders, parcels and refunds. A marketplace tells its customers itself."),
    )


class ChannelChangeForm(NameForm):
    active = forms.BooleanField(
        label=gettext_lazy("Takes new orders"),
        required=False,
        help_text=gettext_lazy("Without this nothing new comes in; what came in stays."),
    )
    told_by = forms.ChoiceField(label=gettext_lazy("Who tells the customer?"), choices=list(TOLD_BY.items()))


@require_http_methods(["GET", "POST"])
def channel_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The channels, and a form for another."""
    require(request.actor, "settings.edit" if request.method == "POST" else "settings.view")
    form = ChannelForm(posted(request))
    if request.method == "POST" and (done := attempt(form, lambda: create_channel(**form.cleaned_data))):
        message = _("Sales channel “%s” added.") % done.value.name
        return settled(request, reverse("dashboard:channels", args=[slug]), message)
    rows = SalesChannel.objects.order_by("-active", "name", "id")[:SHOWN]
    words = [(channel, KINDS.get(channel.kind, channel.kind)) for channel in rows]
    context = {"form": form, "channels": words, "may_edit": request.actor.permits("settings.edit")}
    return page_of_form(request, "dashboard/settings/channels.html", context)


@require_http_methods(["GET", "POST"])
def channel_edit(request: HttpRequest, slug: str, channel_id: UUID) -> HttpResponse:
    """Rename a channel, or switch it off and on."""
    require(request.actor, "settings.edit")
    channel = SalesChannel.objects.filter(id=channel_id).first()
    if channel is None:
        raise NotFound("There is no such sales channel here.")
    form = ChannelChangeForm(posted(request), initial=_values(channel))
    if request.method == "POST" and attempt(form, lambda: update_channel(channel_id=channel_id, **form.cleaned_data)):
        return settled(request, reverse("dashboard:channels", args=[slug]), _("Sales channel saved."))
    return page_of_form(request, "dashboard/settings/channel.html", {"form": form, "channel": channel})


def _values(channel: SalesChannel) -> dict:
    return {"name": channel.name, "active": channel.active, "told_by": channel.told_by}
