"""Every error of the API as ``application/problem+json`` (RFC 9457): a stable code, the fields, and what to do."""

import math
from collections.abc import Iterator
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from oms.core.errors import FieldError, OmsError

log = structlog.get_logger()

CODES = {
    exceptions.NotAuthenticated: ("not_authenticated", "Sign in or send an API key"),
    exceptions.AuthenticationFailed: ("authentication_failed", "The credentials were not accepted"),
    exceptions.PermissionDenied: ("forbidden", "Not permitted"),
    exceptions.ParseError: ("malformed_body", "The request body could not be read"),
    exceptions.MethodNotAllowed: ("method_not_allowed", "This address does not answer that method"),
    exceptions.UnsupportedMediaType: ("unsupported_media_type", "Send application/json"),
    exceptions.Throttled: ("too_many_requests", "Too many requests"),
    exceptions.NotFound: ("not_found", "Not found"),
}


def problem(status: int, code: str, title: str, detail: str, errors: list[FieldError] = (), **data: Any) -> dict:
    body = {"type": f"/api/problems/#{code}", "title": title, "status": status, "code": code, "detail": detail}
    if errors:
        body["errors"] = [{"field": each.field, "code": each.code, "message": each.message} for each in errors]
    return {**body, **data}


def from_error(error: OmsError) -> dict:
    """The problem body of one of our own refusals; also used per item in batch answers."""
    return problem(error.status, error.code, error.title, error.message, list(error.fields), **error.data)


def handle(error: Exception, context: dict) -> Response | None:
    """DRF's exception handler: ours, DRF's and Django's refusals; anything else stays an exception."""
    headers = {}
    if isinstance(error, OmsError):
        body = from_error(error)
    elif isinstance(error, exceptions.ValidationError):
        fields = list(_field_errors(error.detail))
        detail = fields[0].message if len(fields) == 1 else f"{len(fields)} fields need attention."
        body = problem(422, "invalid", "Some fields need attention", detail, fields)
    elif isinstance(error, RequestDataTooBig):
        body = problem(
            413, "body_too_large", "The request is too large",
            "Send at most 5 MB at once. Split a batch, or import a file instead.",
        )  # fmt: skip
    elif isinstance(error, DataError):
        log.warning("a value could not be stored", error=str(error))
        body = problem(
            422, "unstorable", "A value cannot be stored",
            "A number is out of range, or a text holds characters that cannot be kept, like NUL. Nothing was changed.",
        )  # fmt: skip
    elif isinstance(error, Http404):
        body = problem(404, "not_found", "Not found", "There is no such record.")
    elif isinstance(error, PermissionDenied):
        body = problem(403, "forbidden", "Not permitted", str(error) or "This is not permitted.")
    elif isinstance(error, exceptions.APIException):
        code, title = CODES.get(type(error), (error.default_code, "The request was refused"))
        body = problem(error.status_code, code, title, _sentence(error.detail))
        headers = _headers(error)
    else:
        return None
    response = Response(body, status=body["status"], headers=headers, content_type="application/problem+json")
    response["Cache-Control"] = "no-store"
    return response


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(error.wait))
    return headers


def _sentence(detail: Any) -> str:
    return detail if isinstance(detail, str) else "; ".join(map(str, detail))


def _field_errors(detail: Any, path: str = "") -> Iterator[FieldError]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else str(name)
            yield from _field_errors(inner, ".".join(part for part in (path, step) if part))
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            if nested and not inner:
                continue
            yield from _field_errors(inner, f"{path}.{position}".lstrip(".") if nested else path)
    else:
        yield FieldError(path, getattr(detail, "code", "invalid"), str(detail))


def no_such_address(request: HttpRequest, rest: str = "") -> JsonResponse:
    """The last address of the API's: a wrong one is a problem too, not a page."""
    body = problem(
        404, "no_such_address", "There is no such address",
        f"Nothing answers at {request.path}. The reference at /api/docs/ lists every address; none ends in a slash.",
    )  # fmt: skip
    return JsonResponse(body, status=404, content_type="application/problem+json")
