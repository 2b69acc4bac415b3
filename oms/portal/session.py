"""Which order a browser may look at, and whether it has proved to be the customer's: one signed cookie per shop."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "oms.portal"
HOURS = 12
_port = urlsplit(settings.BASE_URL).port or ""
COOKIE = f"tl_portal{_port}"


@dataclass(frozen=True)
class Visit:
    """``proved`` lets a visitor change things and see where they live.

    Who ``knows`` gave the order's own contact, or came by the link of a mail. A postcode alone is known to
    neighbours: it shows where the order is, and nothing of what is in it.
    """

    order_id: UUID
    proved: bool = False
    knows: bool = True


def visit_of(request: HttpRequest, tenant_public_id: UUID) -> Visit | None:
    """What the cookie says; nothing when it is another shop's, tampered with, or old."""
    try:
        shop, order_id, proved, knows = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=HOURS * 3_600)
    except (signing.BadSignature, ValueError):
        return None
    return Visit(UUID(order_id), bool(proved), bool(knows)) if shop == tenant_public_id.hex else None


def remember(response: HttpResponse, visit: Visit, *, slug: str, tenant_public_id: UUID) -> None:
    value = signing.dumps([tenant_public_id.hex, visit.order_id.hex, visit.proved, visit.knows], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=HOURS * 3_600, path=f"/p/{slug}/", secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def forget(response: HttpResponse, *, slug: str) -> None:
    response.delete_cookie(COOKIE, path=f"/p/{slug}/")
