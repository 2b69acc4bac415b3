"""A keyset page of rows with the addresses of its neighbours, every other parameter kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest

from oms.core.paging import Page, keyset_page

SIZE = 50


@dataclass(frozen=True)
class ListPage:
    """``previous`` and ``next`` are addresses, empty at an end."""

    rows: list
    previous: str
    next: str


def list_page(
    request: HttpRequest, rows: QuerySet, *, order: Sequence[str], size: int = SIZE, name: str = "cursor"
) -> ListPage:
    """The page of ``rows`` that the address asks for; ``name`` tells two lists on one page apart.

    An index for ``order`` must exist. Raises `Invalid` for a cursor we did not make.
    """
    return linked(request, keyset_page(rows, order=order, size=size, cursor=request.GET.get(name, "")), name=name)


def linked(request: HttpRequest, page: Page, *, name: str = "cursor") -> ListPage:
    """A page that a room's query made, with addresses instead of cursors."""
    return ListPage(page.items, _link(request, page.previous, name), _link(request, page.next, name))


def _link(request: HttpRequest, cursor: str | None, name: str) -> str:
    if cursor is None:
        return ""
    parameters = request.GET.copy()
    parameters[name] = cursor
    return f"?{parameters.urlencode()}"
