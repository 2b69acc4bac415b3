"""Scarce stock shared out anew: choose, look at each order before and after, apply just that."""

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from fulfillment.actions.repromise import ITEMS_MAX, VERB, Repromise, repromise
from fulfillment.models import SharingPolicy
from fulfillment.queries import sharing_policies
from fulfillment.sourcing.repromising import FILL, GAIN, IMPROVE, LOSE, PRESETS, REDISTRIBUTE, WIN, Policy
from inventory.queries import resolve_skus
from oms.core.actors import require
from oms.core.errors import Invalid
from oms.dashboard.forms import PlainForm, attempt, page_of_form, settled

PRESET_CHOICES = [
    ("oldest_first", gettext_lazy("Oldest order first")), ("due_first", gettext_lazy("Due first")),
    ("vip_first", gettext_lazy("Orders tagged “vip” first, then the oldest")),
]  # fmt: skip
KINDS = {
    WIN: gettext_lazy("wins"), GAIN: gettext_lazy("gains"), IMPROVE: gettext_lazy("improves"),
    REDISTRIBUTE: gettext_lazy("by turn"), FILL: gettext_lazy("fills"), LOSE: gettext_lazy("loses"),
}  # fmt: skip


class RepromiseForm(PlainForm):
    skus = forms.CharField(
        label=gettext_lazy("Items"), help_text=gettext_lazy("SKUs or barcodes, with blanks between them."),
        max_length=4_000, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    preset = forms.ChoiceField(label=gettext_lazy("Who comes first"), choices=PRESET_CHOICES)
    frozen_hours = forms.IntegerField(
        label=gettext_lazy("Leave alone what must leave within"), min_value=0, max_value=8_760, initial=0,
        required=False, help_text=gettext_lazy("Hours. What the floor has begun on is always left alone."),
    )  # fmt: skip

    def __init__(self, *args, kept: Iterable[SharingPolicy], **options) -> None:
        super().__init__(*args, **options)
        self.kept = {str(each.id): each for each in kept}
        self.fields["preset"].choices = [*PRESET_CHOICES, *((key, each.name) for key, each in self.kept.items())]

    def policy(self) -> tuple[Policy, int]:
        """With the hours that are frozen: a kept policy brings its own, and more may be asked for."""
        chosen, hours = self.cleaned_data["preset"], self.cleaned_data["frozen_hours"] or 0
        if chosen in self.kept:
            return self.kept[chosen].policy, max(hours, self.kept[chosen].frozen_hours)
        return PRESETS[chosen], hours

    def item_ids(self) -> set[UUID]:
        """Raises `Invalid` naming the codes that name nothing."""
        codes = self.cleaned_data["skus"].replace(",", " ").split()[:ITEMS_MAX]
        found = resolve_skus(codes)
        if unknown := [code for code in codes if code not in found]:
            raise Invalid.field("skus", _("No item is called: %s.") % ", ".join(unknown), "unknown_item")
        return {item.id for item in found.values()}


@require_http_methods(["GET", "POST"])
def repromise_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A question in the address, so that it can be asked again; only the apply is a form that changes something."""
    require(request.actor, VERB)
    given = request.POST if request.method == "POST" else request.GET
    form = RepromiseForm(
        given if "skus" in given else None, initial={"preset": "oldest_first"}, kept=sharing_policies()
    )
    apply, found = request.method == "POST", None
    if form.is_bound and (done := attempt(form, lambda: _shared(form, apply, given.get("seen", "")), names=NAMES)):
        found = done.value
        if apply:
            return settled(request, _again(slug, form), _told(found))
    context = {"form": form, "found": found, "effects": _in_words(found)}
    return page_of_form(request, "dashboard/fulfilment/repromise.html", context)


NAMES = {"item_ids": "skus"}


def _shared(form: RepromiseForm, apply: bool, seen: str) -> Repromise:
    policy, hours = form.policy()
    return repromise(item_ids=form.item_ids(), policy=policy, frozen_hours=hours, apply=apply, seen=seen)


def _again(slug: str, form: RepromiseForm) -> str:
    return f"{reverse('dashboard:repromise', args=[slug])}?{form.data.urlencode()}"


def _told(found: Repromise) -> str:
    count = len(found.changed)
    return ngettext("%d promise changed.", "%d promises changed.", count) % count


def _in_words(found: Repromise | None) -> list[tuple]:
    return [(each, KINDS[each.kind]) for each in found.effects] if found else []
