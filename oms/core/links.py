"""The link a customer gets by mail: it names one order of one merchant, and nobody can make one up.

It carries the merchant's public id, so that row-level security is on before the first row is read, and it
ends by itself. Signed, not stored: there is nothing to leak and nothing to clean up.
"""

from uuid import UUID

from django.conf import settings
from django.core import signing

from oms.core.errors import OmsError
from oms.core.models import Tenant
from oms.core.tenancy import current_tenant_id

SALT = "oms.order-link"
DAYS = 180


class LinkRefused(OmsError):
    """Not a link of ours, or not of this merchant. Says nothing about which orders exist."""

    status = 404
    code = "link_refused"
    title = "This link does not work"


class LinkExpired(OmsError):
    status = 410
    code = "link_expired"
    title = "This link has ended"


def order_link(order_id: UUID) -> str:
    """The whole address of an order's page in the customer portal, for the current merchant's customer."""
    tenant = Tenant.objects.get(id=current_tenant_id())
    return order_links(tenant, [order_id])[order_id]


def order_links(tenant: Tenant, order_ids: list[UUID]) -> dict[UUID, str]:
    """The same for many orders of one merchant; no statement."""
    root = f"{settings.BASE_URL}/p/{tenant.slug}/t"
    return {each: f"{root}/{token_of(tenant, each)}/" for each in order_ids}


def token_of(tenant: Tenant, order_id: UUID) -> str:
    return signing.dumps([tenant.public_id.hex, order_id.hex], salt=SALT)


def order_of_token(tenant: Tenant, token: str) -> UUID:
    """The order that a token names. Raises `LinkExpired` and `LinkRefused`."""
    try:
        merchant, order_id = signing.loads(token, salt=SALT, max_age=DAYS * 86_400)
    except signing.SignatureExpired:
        message = f"This link was good for {DAYS} days. Look your order up by its number instead."
        raise LinkExpired(message) from None
    except signing.BadSignature:
        raise _refused() from None
    if merchant != tenant.public_id.hex:
        raise _refused()
    return UUID(order_id)


def _refused() -> LinkRefused:
    return LinkRefused("This link does not work. Copy it whole from the mail, or look your order up by its number.")
