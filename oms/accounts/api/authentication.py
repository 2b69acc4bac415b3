"""How a program or a signed-in browser shows who it is to the API."""

from dataclasses import dataclass

from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from oms.accounts.actions.keys import find_key, note_use
from oms.accounts.models import ApiKey
from oms.accounts.queries import actor_of_key, actor_of_membership, membership_at
from oms.core.actors import Actor


@dataclass(frozen=True)
class Credential:
    """What ``request.auth`` carries into the unit of work."""

    tenant_id: int
    actor: Actor


class KeyUser:
    """Stands where DRF expects a user."""

    is_authenticated = True

    def __init__(self, key: ApiKey) -> None:
        self.pk = key.id


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer tl_…``; the key names its tenant."""

    def authenticate(self, request):
        scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = find_key(presented.strip())
        if key is None:
            raise AuthenticationFailed(
                "This API key is not known. Copy it again, or create one under Settings, API keys."
            )
        if key.revoked_at is not None:
            raise AuthenticationFailed("This API key was revoked. Create a new one under Settings, API keys.")
        if key.expires_at is not None and key.expires_at <= timezone.now():
            raise AuthenticationFailed("This API key has expired. Create a new one under Settings, API keys.")
        note_use(key)
        return KeyUser(key), Credential(key.tenant_id, actor_of_key(key))

    def authenticate_header(self, request) -> str:
        return 'Bearer realm="Throughline"'


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request, reason):
        return reason


class SessionAuthentication(BaseAuthentication):
    """A signed-in browser: names the merchant in ``Throughline-Merchant`` and sends the CSRF token."""

    def authenticate(self, request):
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated or not user.is_active:
            return None
        slug = request.headers.get("Throughline-Merchant", "")
        membership = membership_at(user_id=user.id, slug=slug)
        if membership is None:
            raise AuthenticationFailed("Name a merchant you belong to in the Throughline-Merchant header.")
        self._check_csrf(request)
        return user, Credential(membership.tenant_id, actor_of_membership(membership))

    def _check_csrf(self, request) -> None:
        check = _CsrfCheck(lambda _: None)
        check.process_request(request._request)
        reason = check.process_view(request._request, None, (), {})
        if reason:
            raise PermissionDenied(f"CSRF check failed: {reason}")


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "An API key from Settings, API keys."}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema):
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
