"""Open a return for a customer who calls: which lines, how many, why."""

from collections.abc import Sequence

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from oms.core.actors import require
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.returns.steps import return_url
from oms.dashboard.returns.words import OUTCOME_WORDS, REASON_WORDS
from orders.queries import order_by_number
from returns.actions.request import ReturnLineDraft, request_return
from returns.allowed import EDIT
from returns.queries import ReturnableLine, returnable


class AskForm(PlainForm):
    """One row of fields per line that has units with the customer."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What do they want?"),
        choices=[(code, OUTCOME_WORDS[code]) for code in ("refund", "none")],
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: QueryDict | None, *, lines: Sequence[ReturnableLine]) -> None:
        super().__init__(data)
        self.lines = lines
        for each in lines:
            self.fields[f"units_{each.line.id}"] = forms.IntegerField(
                label=_("Units of {sku}").format(sku=each.line.sku), required=False, min_value=0, max_value=each.left,
                initial=0,
            )  # fmt: skip
            self.fields[f"reason_{each.line.id}"] = forms.ChoiceField(
                label=_("Why {sku}?").format(sku=each.line.sku), choices=list(REASON_WORDS.items()), required=False,
                initial="changed_mind",
            )  # fmt: skip

    def rows(self) -> list[tuple[ReturnableLine, forms.BoundField, forms.BoundField]]:
        return [(each, self[f"units_{each.line.id}"], self[f"reason_{each.line.id}"]) for each in self.lines]

    def drafts(self) -> list[ReturnLineDraft]:
        given = self.cleaned_data
        return [
            ReturnLineDraft(each.line.id, units, given[f"reason_{each.line.id}"] or "other")
            for each in self.lines
            if (units := given[f"units_{each.line.id}"])
        ]


@require_http_methods(["GET", "POST"])
def new_return(request: HttpRequest, slug: str) -> HttpResponse:
    """For the order in ``?order=``."""
    require(request.actor, EDIT)
    number = request.GET.get("order", "")
    if not number.isdecimal() or len(number) > 18:
        raise Http404(_("Open a return from its order."))
    order = order_by_number(int(number))
    can = returnable(order)
    form = AskForm(posted(request), lines=[each for each in can.lines if each.left])

    def act() -> object:
        given = form.cleaned_data
        return request_return(order_id=order.id, lines=form.drafts(), outcome=given["outcome"], note=given["note"])

    if request.method == "POST" and (done := attempt(form, act)):
        return settled(request, return_url(request, done.value.number), _("Return opened."))
    return page_of_form(request, "dashboard/returns/new.html", {"form": form, "order": order, "can": can})
