"""Keyset pages in the API: ``?cursor=…&page_size=…``, answered with ``results``, ``next`` and ``previous``."""

from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request

from oms.core.errors import Invalid
from oms.core.paging import Page, keyset_page

SIZE_DEFAULT, SIZE_MAX = 50, 250


def requested_page(queryset: QuerySet, request: Request, *, order: Sequence[str]) -> Page:
    """The page the query string asks for; raises `Invalid` naming ``page_size`` or ``cursor``."""
    return keyset_page(queryset, order=order, size=page_size(request), cursor=request.query_params.get("cursor", ""))


def page_body(page: Page, results: list, request: Request) -> dict:
    return {"results": results, "next": _link(request, page.next), "previous": _link(request, page.previous)}


def uuid_of(text: str, field: str) -> UUID:
    """A filter's id; raises `Invalid` naming ``field``."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid.field(
            field, f"“{text[:40]}” is not an id. Use one from an answer of this API.", "bad_id"
        ) from None


def page_size(request: Request) -> int:
    """How many the query string asks for; raises `Invalid` naming ``page_size``."""
    given = request.query_params.get("page_size", str(SIZE_DEFAULT))
    if not given.isdecimal() or len(given) > 3 or not 1 <= int(given) <= SIZE_MAX:
        raise Invalid.field("page_size", f"Ask for 1 to {SIZE_MAX} per page.", "out_of_range")
    return int(given)


def _link(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    return request.build_absolute_uri(f"{request.path}?{urlencode({**request.query_params.dict(), 'cursor': cursor})}")
