"""A page between a dangerous button and its effect: it says what will happen, and offers the way back."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django import forms
from django.http import HttpRequest, HttpResponse

from oms.dashboard.forms import attempt, page_of_form, posted, settled


@dataclass(frozen=True)
class Question:
    """``act`` and ``keep`` are the two buttons; "no" leads to ``keep_url``, and so does "done" without ``done_url``."""

    title: str
    consequence: str
    act: str
    keep: str
    keep_url: str
    back_label: str
    done_url: str = ""


def confirmed(request: HttpRequest, question: Question, do: Callable[[], object], done: str) -> HttpResponse:
    """Ask on GET, do on POST; a refusal is said on the same page."""
    form = forms.Form(posted(request))
    if request.method == "POST" and attempt(form, do):
        return settled(request, question.done_url or question.keep_url, done)
    return page_of_form(request, "dashboard/settings/confirm.html", {**asdict(question), "form": form})
