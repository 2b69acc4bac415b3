"""Assembly orders: which there are, one with its components, planning it, and booking what is done."""

from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.actions.kits.assembling import VERB, cancel_assembly, finish_assembly, plan_assembly
from inventory.allowed import allowed_on_assembly
from inventory.models import AssemblyOrder, Location
from inventory.queries import assemblies, assembly_by_number, lines_of_assembly, resolve_skus
from inventory.stock.assembling import ASSEMBLE, STATES, TAKE_APART
from oms.core.actors import require
from oms.core.errors import Invalid, OmsError
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.stock import locations_in_order
from oms.dashboard.lists import list_page
from oms.dashboard.orders.timeline import timeline_of
from oms.dashboard.vocabulary import ASSEMBLY

NAMES = {"item_id": "code", "location_id": "location"}
SCANNED = {"autocomplete": "off", "spellcheck": "false", "data-scan": "field"}


class PlanForm(PlainForm):
    """What, how many, and where."""

    code = forms.CharField(
        label=gettext_lazy("SKU or barcode"), max_length=100, widget=forms.TextInput(attrs=SCANNED),
        help_text=gettext_lazy("Goods that are made of others. Its components are reserved when you save."),
    )  # fmt: skip
    quantity = forms.IntegerField(label=gettext_lazy("Units"), min_value=1)
    location = forms.ChoiceField(label=gettext_lazy("Where"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What to do"), widget=forms.RadioSelect, initial=ASSEMBLE,
        choices=[
            (ASSEMBLE, gettext_lazy("Assemble it from its components")),
            (TAKE_APART, gettext_lazy("Take it apart into its components")),
        ],
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)

    def __init__(self, *args, locations: list[Location], **options) -> None:
        super().__init__(*args, **options)
        self.fields["location"].choices = [(str(each.id), each.name) for each in locations if each.active]


class FinishForm(PlainForm):
    """How many are done: a scan of one counts one, and nothing said is all that are left."""

    code = forms.CharField(
        label=gettext_lazy("Scan one that is done"), required=False, max_length=100,
        widget=forms.TextInput(attrs=SCANNED),
    )  # fmt: skip
    quantity = forms.IntegerField(
        label=gettext_lazy("Or say how many"), required=False, min_value=1,
        help_text=gettext_lazy("Leave both empty for all that are left."),
    )  # fmt: skip

    def units(self, found: AssemblyOrder) -> int:
        """Raises `Invalid` for a code that names something else."""
        code, quantity = self.cleaned_data["code"].strip(), self.cleaned_data["quantity"]
        item = resolve_skus([code]).get(code) if code else None
        if code and (item is None or item.id != found.item_id):
            message = _("“%(code)s” is not %(sku)s. Look at what you hold.") % {"code": code, "sku": found.item.sku}
            raise Invalid.field("code", message, "wrong_item")
        return quantity or (1 if code else found.left)


@require_safe
def assembly_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest first, in all or of one state."""
    require(request.actor, "stock.view")
    state = request.GET.get("state", "")
    context = {
        "page": list_page(request, assemblies(state=state), order=("-id",)),
        "views": [
            {"url": "?", "name": _("All"), "current": state not in STATES},
            *({"url": f"?state={code}", "name": ASSEMBLY[code].word, "current": code == state} for code in STATES),
        ],
        "filtered": state in STATES,
        "may_assemble": request.actor.permits(VERB),
    }
    return render(request, "dashboard/inventory/assemblies.html", context)


@require_http_methods(["GET", "POST"])
def assembly_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan one; what it takes is reserved at once."""
    require(request.actor, VERB)
    form = PlanForm(posted(request), initial=request.GET.dict(), locations=locations_in_order())
    if request.method == "POST" and (done := attempt(form, lambda: _plan(form), names=NAMES)):
        url = reverse("dashboard:assembly", args=[slug, done.value.number])
        return settled(request, url, _("Planned. What it takes is reserved."))
    return page_of_form(request, "dashboard/inventory/assembly_form.html", {"form": form})


@require_safe
def assembly_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What it takes, what is done, and what happened."""
    require(request.actor, "stock.view")
    return _page(request, assembly_by_number(number), FinishForm())


@require_POST
def finish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Book so many as done; the page stays, ready for the next scan."""
    require(request.actor, VERB)
    found, form = assembly_by_number(number), FinishForm(request.POST)

    def act() -> AssemblyOrder:
        return finish_assembly(assembly_id=found.id, quantity=form.units(found))

    if done := attempt(form, act):
        left = done.value.left
        said = _("Booked. %d are left.") % left if left else _("Booked. All are done.")
        return settled(request, reverse("dashboard:assembly", args=[slug, number]), said)
    return _page(request, assembly_by_number(number), form, status=422)


@require_POST
def cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give back what is reserved; or the page as it is now with the reason why not."""
    require(request.actor, VERB)
    found = assembly_by_number(number)
    try:
        with transaction.atomic():
            cancel_assembly(assembly_id=found.id)
    except OmsError as refusal:
        return _page(request, assembly_by_number(number), FinishForm(), status=refusal.status, problem=refusal)
    return settled(request, reverse("dashboard:assembly", args=[slug, number]), _("Ended. The rest is free again."))


def _plan(form: PlanForm) -> AssemblyOrder:
    given = form.cleaned_data
    item = resolve_skus([given["code"]]).get(given["code"])
    if item is None:
        raise Invalid.field("code", _("No item has this SKU or barcode. Check it, or add the item first."))
    return plan_assembly(
        item_id=item.id, location_id=UUID(given["location"]), quantity=given["quantity"], kind=given["kind"],
        note=given["note"],
    )  # fmt: skip


def _page(
    request: HttpRequest, found: AssemblyOrder, form: FinishForm, *, status: int = 200, **extra: object
) -> HttpResponse:
    lines = lines_of_assembly(found.id)
    context = {
        "found": found,
        "lines": [(each, each.per_unit * found.quantity, each.per_unit * found.done) for each in lines],
        "form": form,
        "allowed": allowed_on_assembly(found, request.actor),
        "timeline": timeline_of(request, ("assembly", found.id), personal=False),
    }
    return render(request, "dashboard/inventory/assembly.html", context | extra, status=status)
