"""Fields of the merchant's own that every item has."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from inventory.actions.catalogue.custom_fields import (
    VERB,
    add_custom_field,
    change_custom_field,
    give_up_custom_field,
)
from inventory.details import CHOICE, DATE, NUMBER, TEXT
from inventory.queries import catalogue
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import LinesField

KINDS = [
    (TEXT, gettext_lazy("Text")), (NUMBER, gettext_lazy("Number")), (DATE, gettext_lazy("Day")),
    (CHOICE, gettext_lazy("One of several")),
]  # fmt: skip


class CustomFieldForm(PlainForm):
    """A field: new, or as it is. What kind it is stays."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("Like Material."))
    kind = forms.ChoiceField(label=gettext_lazy("Holds"), choices=KINDS)
    choices = LinesField(
        label=gettext_lazy("Choices"), required=False, help_text=gettext_lazy("Of one of several: one per line.")
    )
    required = forms.BooleanField(
        label=gettext_lazy("Needed"), required=False, help_text=gettext_lazy("No item is saved without it.")
    )


@require_http_methods(["GET", "POST"])
def field_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The fields there are, and one to add."""
    require(request.actor, VERB if request.method == "POST" else "stock.view")
    form = CustomFieldForm(posted(request))
    if request.method == "POST" and attempt(form, lambda: add_custom_field(**form.cleaned_data)):
        return settled(request, _list_url(slug), _("Field added. Every item has it now."))
    words = dict(KINDS)
    context = {
        "fields": [(each, words[each.kind]) for each in catalogue.custom_fields()],
        "form": form,
        "may_edit": request.actor.permits(VERB),
    }
    return page_of_form(request, "dashboard/inventory/custom_fields.html", context)


@require_http_methods(["GET", "POST"])
def field_edit(request: HttpRequest, slug: str, customfield_id: UUID) -> HttpResponse:
    """Its name, choices, and whether it is needed."""
    require(request.actor, VERB)
    found = catalogue.custom_fields().filter(id=customfield_id).first()
    if found is None:
        raise NotFound(_("There is no such field. It may have been given up."))
    form = CustomFieldForm(
        posted(request), initial={name: getattr(found, name) for name in ("name", "choices", "required")}
    )
    del form.fields["kind"]
    if request.method == "POST" and attempt(
        form, lambda: change_custom_field(field_id=customfield_id, **form.cleaned_data)
    ):
        return settled(request, _list_url(slug), _("Field saved."))
    return page_of_form(request, "dashboard/inventory/custom_field_form.html", {"form": form, "field": found})


@require_POST
def field_give_up(request: HttpRequest, slug: str, customfield_id: UUID) -> HttpResponse:
    """No item shows it any more."""
    require(request.actor, VERB)
    give_up_custom_field(field_id=customfield_id)
    return settled(request, _list_url(slug), _("Field given up. No item shows it any more."))


def _list_url(slug: str) -> str:
    return reverse("dashboard:custom_fields", args=[slug])
