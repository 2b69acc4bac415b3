"""What channels are offered: the rules on one page, and what comes of them on an item's."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from inventory.actions.offering import (
    VERB,
    lift_channel_share,
    lift_sell_buffer,
    set_channel_share,
    set_sell_buffer,
    share_words,
)
from inventory.models import Location
from inventory.queries import channel_shares, offered_to, resolve_skus, sell_buffers
from inventory.stock.offering import AT_MOST, KEPT, PERCENT, Offer
from oms.accounts.models import SalesChannel
from oms.accounts.queries import sales_channels
from oms.core.actors import Actor, require
from oms.core.errors import Invalid
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.stock import locations_in_order

SHOWN = 200
NEWEST = ("-created_at", "-id")
SHARE_CHOICES = [
    (PERCENT, gettext_lazy("percent of what is left")), (AT_MOST, gettext_lazy("units at most")),
    (KEPT, gettext_lazy("units for this channel alone")),
]  # fmt: skip


class _RuleForm(PlainForm):
    """What a rule is about; an empty choice means all."""

    sku = forms.CharField(
        label=gettext_lazy("Item"), required=False, max_length=100,
        help_text=gettext_lazy("SKU or barcode. Empty: every item."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def item_id(self) -> UUID | None:
        """Raises `Invalid` for a code that names nothing."""
        sku = self.cleaned_data["sku"]
        item = resolve_skus([sku]).get(sku) if sku else None
        if sku and item is None:
            raise Invalid.field("sku", _("No item is called “%s”.") % sku, "unknown_item")
        return item and item.id


class BufferForm(_RuleForm):
    units = forms.IntegerField(label=gettext_lazy("Units kept back"), min_value=0)
    location = forms.TypedChoiceField(
        label=gettext_lazy("Location"), coerce=UUID, empty_value=None, required=False,
        help_text=gettext_lazy("With a location, off that shelf; without one, off all together."),
    )  # fmt: skip
    channel = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=UUID, empty_value=None, required=False)

    def __init__(self, *args, locations: list[Location], channels: list[SalesChannel], **options) -> None:
        super().__init__(*args, auto_id="buffer_%s", **options)
        self.fields["location"].choices = [("", _("All together")), *((each.id, each.name) for each in locations)]
        self.fields["channel"].choices = [("", _("Every channel")), *((each.id, each.name) for each in channels)]


class ShareForm(_RuleForm):
    channel = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=UUID)
    amount = forms.IntegerField(label=gettext_lazy("Number"), min_value=0)
    kind = forms.ChoiceField(label=gettext_lazy("Is offered"), choices=SHARE_CHOICES)

    def __init__(self, *args, channels: list[SalesChannel], **options) -> None:
        super().__init__(*args, auto_id="share_%s", **options)
        self.fields["channel"].choices = [(each.id, each.name) for each in channels]


@dataclass(frozen=True)
class ChannelOffer:
    """A row of an item's page."""

    channel: SalesChannel
    offer: Offer


def offers_of(item_id: UUID, actor: Actor) -> list[ChannelOffer]:
    """What each channel the actor may see is offered of an item."""
    channels = channels_of(actor)
    found = offered_to(item_ids=[item_id], channel_ids=[each.id for each in channels])
    return [ChannelOffer(each, found[each.id][item_id]) for each in channels]


def channels_of(actor: Actor) -> list[SalesChannel]:
    rows = sales_channels().filter(active=True)
    return list(rows if actor.channels is None else rows.filter(id__in=actor.channels))


@require_http_methods(["GET", "POST"])
def offer_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules, and a form for each kind; a form that is refused stands open with what is wrong."""
    require(request.actor, VERB if request.method == "POST" else "stock.view")
    channels, sent = channels_of(request.actor), posted(request)
    of_share = sent is not None and "share" in sent
    buffer = BufferForm(None if of_share else sent, locations=locations_in_order(), channels=channels)
    share = ShareForm(sent if of_share else None, channels=channels)
    if sent is not None:
        done = attempt(share, lambda: _share(share)) if of_share else attempt(buffer, lambda: _buffer(buffer), names=ID)
        if done:
            return settled(request, reverse("dashboard:offer_rules", args=[slug]), _("Set."))
    context = {
        "buffers": sell_buffers().order_by(*NEWEST)[:SHOWN],
        "shares": [(each, share_words(each)) for each in channel_shares().order_by(*NEWEST)[:SHOWN]],
        "buffer": buffer,
        "share": share,
        "form": share if of_share else buffer,
        "may_set": request.actor.permits(VERB),
    }
    return page_of_form(request, "dashboard/inventory/offer_rules.html", context)


@require_POST
def buffer_lift(request: HttpRequest, slug: str, sellbuffer_id: UUID) -> HttpResponse:
    lift_sell_buffer(buffer_id=sellbuffer_id)
    return settled(request, reverse("dashboard:offer_rules", args=[slug]), _("Nothing is kept back there any more."))


@require_POST
def share_lift(request: HttpRequest, slug: str, channelshare_id: UUID) -> HttpResponse:
    lift_channel_share(share_id=channelshare_id)
    return settled(request, reverse("dashboard:offer_rules", args=[slug]), _("The share is lifted."))


ID = {"location_id": "location", "channel_id": "channel", "item_id": "sku"}


def _buffer(form: BufferForm) -> object:
    given = form.cleaned_data
    return set_sell_buffer(
        units=given["units"], item_id=form.item_id(), location_id=given["location"], channel_id=given["channel"]
    )


def _share(form: ShareForm) -> object:
    given = form.cleaned_data
    return set_channel_share(
        channel_id=given["channel"], kind=given["kind"], amount=given["amount"], item_id=form.item_id()
    )
