"""Several boxes for one piece of work: which units are in which, a table of lines and boxes."""

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fulfillment.actions.pack import ParcelDraft, pack
from fulfillment.floor.queries import work_by_number
from fulfillment.floor.views import WORK, allowed_on, view_of
from fulfillment.models import FulfillmentLine
from oms.core.actors import require
from oms.dashboard.forms import PlainForm, attempt, posted, settled

BOXES_MAX = 12


class BoxesForm(PlainForm):
    """For each box a name, a weight and the units of each picked line; the first box starts with everything."""

    confirm_weight = forms.BooleanField(label=_("I checked what is inside, and the weights are right"), required=False)

    def __init__(self, data: QueryDict | None, *, lines: Sequence[FulfillmentLine], boxes: int) -> None:
        super().__init__(data)
        self.lines, self.boxes = lines, range(boxes)
        for box in self.boxes:
            number = box + 1
            self.fields[f"box_{box}"] = forms.CharField(
                label=_("Name of box {number}").format(number=number), required=False, max_length=80
            )
            self.fields[f"weight_{box}"] = forms.IntegerField(
                label=_("Weight of box {number} in grams").format(number=number), min_value=1, max_value=1_000_000
            )
            for line in lines:
                self.fields[units_name(box, line.id)] = forms.IntegerField(
                    label=_("{sku} in box {number}").format(sku=line.item.sku, number=number),
                    required=False, min_value=0, initial=line.picked if box == 0 else 0,
                )  # fmt: skip

    def rows(self) -> list[tuple[FulfillmentLine, list[forms.BoundField]]]:
        return [(line, [self[units_name(box, line.id)] for box in self.boxes]) for line in self.lines]

    def heads(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        return [(box + 1, self[f"box_{box}"], self[f"weight_{box}"]) for box in self.boxes]

    def drafts(self) -> list[ParcelDraft]:
        given = self.cleaned_data
        return [
            ParcelDraft(
                given[f"weight_{box}"],
                given[f"box_{box}"],
                {line.id: units for line in self.lines if (units := given[units_name(box, line.id)])},
            )
            for box in self.boxes
        ]


def units_name(box: int, line_id: UUID) -> str:
    return f"units_{box}_{line_id}"


@require_http_methods(["GET", "POST"])
def boxes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say what is in each box, and close them all at once. Units that are not scanned yet are refused as ever."""
    require(request.actor, WORK)
    view = view_of(work_by_number(number))
    url = reverse("dashboard:work", args=[slug, number])
    may_pack = next(each for each in allowed_on(view.work, request.actor) if each.verb == "pack")
    if not may_pack.permitted:
        return redirect(url)
    lines = [line for line in view.lines if line.picked]
    count = _count(request)
    form = BoxesForm(posted(request), lines=lines, boxes=count)

    def act() -> object:
        confirmed = form.cleaned_data["confirm_weight"]
        return pack(fulfillment_order_id=view.work.id, parcels=form.drafts(), confirm_weight=confirmed)

    names = {f"parcels.{box}.{each}": f"{field}_{box}" for box in form.boxes for each, field in FIELDS.items()}
    if request.method == "POST" and attempt(form, act, names=names):
        return settled(request, url, _("Packed."))
    context = {
        "form": form, "work": view.work, "url": url, "count": count, "fewer": max(count - 1, 2),
        "more": min(count + 1, BOXES_MAX), "weighed_wrong": form.is_bound and bool(form.errors),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "dashboard/fulfilment/boxes.html", context, status=status)


# What packing speaks of → what the form calls it.
FIELDS = {"weight_g": "weight", "box": "box", "contents": "box"}


def _count(request: HttpRequest) -> int:
    text = request.GET.get("boxes", "2")
    return min(max(int(text), 2), BOXES_MAX) if text.isdecimal() and len(text) < 4 else 2
