"""The page that every problem's ``type`` points at: each code the API can answer with, and what it means."""

import inspect
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oms.core.api.problems import CODES
from oms.core.errors import OmsError


@dataclass(frozen=True)
class Code:
    code: str
    status: int
    title: str
    about: str


def problem_codes() -> list[Code]:
    """Ours, found by their classes, and the framework's; sorted by code."""
    found = {code: Code(code, error.status_code, title, "") for error, (code, title) in CODES.items()}
    waiting = [OmsError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        about = inspect.cleandoc(error.__dict__.get("__doc__") or "").replace("``", "").replace("`", "")
        found[error.code] = Code(error.code, error.status, error.title, about)
    return [found[code] for code in sorted(found)]


def problem_reference(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/reference.html", {"codes": problem_codes()})
