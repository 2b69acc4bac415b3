"""How a page carries out what a form asks: values kept, refusals beside their fields, nothing half done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from oms.core.errors import OmsError

T = TypeVar("T")


class PlainForm(forms.Form):
    """A form whose own messages say what to do."""

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            asked = _("Choose one.") if hasattr(field, "choices") else _("Fill this in.")
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = asked


@dataclass(frozen=True)
class Done(Generic[T]):
    """What an action answered; it exists only when the action succeeded."""

    value: T


class SeeOther(HttpResponseRedirect):
    """After a form: go and read that page."""

    status_code = 303


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is filled from: the fields of a POST, even when there are none, and nothing on a first look."""
    return request.POST if request.method == "POST" else None


def attempt(form: BaseForm, act: Callable[[], T], *, names: Mapping[str, str] | None = None) -> Done[T] | None:
    """Call ``act`` when the form is valid. A refusal is put beside its fields, and its effects are undone.

    ``names`` maps the fields an action speaks of to those of the form, where they differ.
    """
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return Done(act())
    except OmsError as refusal:
        show_refusal(form, refusal, names or {})
        return None


def show_refusal(form: BaseForm, refusal: OmsError, names: Mapping[str, str]) -> None:
    """Every sentence of a refusal, beside the field it is about or else above the form."""
    if not refusal.fields:
        form.add_error(None, refusal.message)
    for each in refusal.fields:
        name = names.get(each.field, each.field)
        form.add_error(name if name in form.fields else None, each.message)


def page_of_form(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    """The page; as 422 when ``context["form"]`` was refused, so that every door and test can tell."""
    form = context.get("form")
    refused = (form is not None and form.is_bound and bool(form.errors)) or bool(context.get("has_errors"))
    return render(request, template, context, status=422 if refused else 200)


def settled(request: HttpRequest, url: str, message: str, *, level: int = messages.SUCCESS) -> HttpResponse:
    """Say what was done, on the page that shows it."""
    messages.add_message(request, level, message)
    return SeeOther(url)
