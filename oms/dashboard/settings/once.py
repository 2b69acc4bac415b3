"""A secret that is shown on the next page and never again: in the session until then, encrypted."""

from django.http import HttpRequest

from oms.core.secrets import decrypt, encrypt

FIELD = "dashboard.shown_once"


def show_next(request: HttpRequest, name: str, secret: str) -> None:
    """Keep ``secret`` for the next page that asks for ``name``. Answers are stored, so it never travels in one."""
    request.session[f"once:{name}"] = encrypt(secret, tenant_id=request.merchant.id, field=FIELD)


def take(request: HttpRequest, name: str) -> str:
    """The secret kept for ``name``, which is then forgotten; empty when there is none."""
    stored = request.session.pop(f"once:{name}", "")
    return decrypt(stored, tenant_id=request.merchant.id, field=FIELD) if stored else ""
