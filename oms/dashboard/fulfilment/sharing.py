"""Kept policies for scarce stock: who comes first, and which one is used when stock arrives."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.actions.repromise import VERB
from fulfillment.actions.sharing import NAME_MAX, remove_sharing_policy, save_sharing_policy
from fulfillment.models import SharingPolicy
from fulfillment.queries import sharing_policies, sharing_policy_by_id
from fulfillment.sourcing.repromising import (
    DAYS_MAX,
    DUE,
    FILL,
    GAIN,
    HOURS_MAX,
    IMPROVE,
    LOSE,
    OLDEST,
    REDISTRIBUTE,
    WIN,
    Policy,
    Segment,
)
from oms.accounts.queries import sales_channels
from oms.core.actors import require
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.lists import list_page

CLASS_CHOICES = [
    (WIN, gettext_lazy("Win: served first, also from what others hold")),
    (GAIN, gettext_lazy("Gain: served next, also from what others hold")),
    (IMPROVE, gettext_lazy("Improve: keeps what it has, may get more of what nobody holds")),
    (REDISTRIBUTE, gettext_lazy("Redistribute: by turn, may lose")),
    (FILL, gettext_lazy("Fill: never gets more, may lose")),
    (LOSE, gettext_lazy("Lose: gets what all others leave")),
]
SORT_CHOICES = [(OLDEST, gettext_lazy("the oldest order")), (DUE, gettext_lazy("what is due first"))]
SPARE_SEGMENTS = 3


class PolicyForm(PlainForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_MAX)
    otherwise = forms.ChoiceField(
        label=gettext_lazy("Orders that no segment matches"), choices=CLASS_CHOICES, initial=REDISTRIBUTE
    )
    sort = forms.ChoiceField(label=gettext_lazy("Within a class comes first"), choices=SORT_CHOICES)
    ageing_days = forms.IntegerField(
        label=gettext_lazy("Orders this many days old lose nothing"), required=False, min_value=0, max_value=DAYS_MAX,
        initial=30, help_text=gettext_lazy("Empty: age does not matter."),
    )  # fmt: skip
    frozen_hours = forms.IntegerField(
        label=gettext_lazy("Leave alone what must leave within so many hours"), min_value=0, max_value=HOURS_MAX,
        initial=0,
    )  # fmt: skip
    on_arrival = forms.BooleanField(
        label=gettext_lazy("Use it when stock arrives"), required=False,
        help_text=gettext_lazy("In place of the oldest order first. One policy can be used so."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SegmentForm(PlainForm):
    """Orders of these channels, with one of these tags, due so soon, placed so long ago; empty fields match all."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Class"), choices=[("", gettext_lazy("No segment")), *CLASS_CHOICES], required=False
    )
    channels = forms.TypedMultipleChoiceField(label=gettext_lazy("Channels"), coerce=UUID, required=False)
    tags = forms.CharField(
        label=gettext_lazy("Tags"), required=False, max_length=1_000,
        help_text=gettext_lazy("With commas between them."),
    )  # fmt: skip
    due_within_days = forms.IntegerField(
        label=gettext_lazy("Due within days"), required=False, min_value=0, max_value=DAYS_MAX
    )
    older_than_days = forms.IntegerField(
        label=gettext_lazy("Older than days"), required=False, min_value=0, max_value=DAYS_MAX
    )

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.fields["channels"].choices = [(each.id, each.name) for each in sales_channels()]

    def segment(self) -> Segment | None:
        given = self.cleaned_data
        if not given["kind"]:
            return None
        tags = frozenset(tag.strip() for tag in given["tags"].split(",") if tag.strip())
        return Segment(
            given["kind"], frozenset(given["channels"]), tags, given["due_within_days"], given["older_than_days"]
        )  # fmt: skip


Segments = forms.formset_factory(SegmentForm, extra=0, max_num=20, absolute_max=20)


@require_safe
def policy_list(request: HttpRequest, slug: str) -> HttpResponse:
    """By their names; the one that is used when stock arrives says so."""
    require(request.actor, VERB)
    context = {"page": list_page(request, sharing_policies(), order=("name", "id"))}
    return render(request, "dashboard/fulfilment/sharing_policies.html", context)


@require_http_methods(["GET", "POST"])
def policy_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _edit(request, slug, None)


@require_http_methods(["GET", "POST"])
def policy_edit(request: HttpRequest, slug: str, sharingpolicy_id: UUID) -> HttpResponse:
    """Change one; refused when somebody else changed it meanwhile."""
    require(request.actor, VERB)
    return _edit(request, slug, sharing_policy_by_id(sharingpolicy_id))


@require_POST
def policy_remove(request: HttpRequest, slug: str, sharingpolicy_id: UUID) -> HttpResponse:
    require(request.actor, VERB)
    remove_sharing_policy(policy_id=sharingpolicy_id)
    return settled(request, reverse("dashboard:sharing_policies", args=[slug]), _("Policy removed."))


def _edit(request: HttpRequest, slug: str, found: SharingPolicy | None) -> HttpResponse:
    require(request.actor, VERB)
    form = PolicyForm(posted(request), initial=_values(found))
    segments = Segments(posted(request), initial=_segments(found))
    if (
        form.is_bound
        and form.is_valid()
        and segments.is_valid()
        and attempt(form, lambda: _save(found, form, segments))
    ):
        return settled(request, reverse("dashboard:sharing_policies", args=[slug]), _("Policy saved."))
    return page_of_form(
        request, "dashboard/fulfilment/sharing_policy.html", {"form": form, "segments": segments, "found": found}
    )  # fmt: skip


def _save(found: SharingPolicy | None, form: PolicyForm, segments: forms.BaseFormSet) -> SharingPolicy:
    given = form.cleaned_data
    parts = tuple(segment for each in segments if (segment := each.segment()) is not None)
    return save_sharing_policy(
        name=given["name"], policy=Policy(parts, given["otherwise"], given["sort"], given["ageing_days"]),
        frozen_hours=given["frozen_hours"], on_arrival=given["on_arrival"], policy_id=found and found.id,
        expected_version=given["version"] if found else None,
    )  # fmt: skip


def _values(found: SharingPolicy | None) -> dict:
    if found is None:
        return {}
    rules = found.rules
    return {
        "name": found.name, "otherwise": rules["otherwise"], "sort": rules["sort"],
        "ageing_days": rules["ageing_days"], "frozen_hours": found.frozen_hours, "on_arrival": found.on_arrival,
        "version": found.version,
    }  # fmt: skip


def _segments(found: SharingPolicy | None) -> list[dict]:
    kept = [{**each, "tags": ", ".join(each["tags"])} for each in found.rules["segments"]] if found else []
    return [*kept, *[{}] * SPARE_SEGMENTS][:20]
