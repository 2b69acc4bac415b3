"""The door sales channels knock at: ``POST /hooks/channels/<merchant's public id>/<connection id>``.

A message must be signed as the Standard Webhooks specification says. It is stored as it came, and answered at
once; a task reads it. Whatever is not signed gets the same answer, whether or not there is such a connection.
"""

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from channels.actions.connections import note_acceptance, note_refusal
from channels.actions.messages import keep_message
from channels.models import Connection
from channels.secrets import is_signed
from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.signed_hooks import NOT_SIGNED
from oms.core.tenancy import unit_of_work

BODY_MAX = 512 * 1024
ID_MAX = 200
TYPE = "application/json"


@csrf_exempt
@require_POST
def channel_hook(request: HttpRequest, tenant: UUID, connection_id: UUID) -> JsonResponse:
    """Store a channel's message. 200 for what is new and for a copy, 401 for what is not signed."""
    if _announced(request) > BODY_MAX or len(request.body) > BODY_MAX:
        return _answer(413, "too_large", f"Send at most {BODY_MAX // 1024} KB at once.")
    merchant = Tenant.objects.filter(public_id=tenant).first()
    if merchant is None:
        return _answer(401, "not_signed", NOT_SIGNED)
    headers = {name.lower(): value for name, value in request.headers.items()}
    with unit_of_work(merchant.id, system("channel hook")) as opened:
        connection = Connection.objects.filter(id=connection_id, kind=Connection.HOOK).first()
        if connection is None:
            return _answer(401, "not_signed", NOT_SIGNED)
        if not is_signed(connection, request.body, headers, opened.now):
            note_refusal(connection=connection)
            return _answer(401, "not_signed", NOT_SIGNED)
        note_acceptance(connection=connection)
        if refusal := _unreadable(request, headers):
            return refusal
        new = keep_message(connection=connection, body=request.body.decode(), headers=headers)
    return JsonResponse({"status": "accepted" if new else "known"})


def _announced(request: HttpRequest) -> int:
    """Refused by what the sender says, before it is read."""
    given = request.META.get("CONTENT_LENGTH") or "0"
    return int(given) if given.isdecimal() else 0


def _unreadable(request: HttpRequest, headers: dict[str, str]) -> JsonResponse | None:
    """Signed, but nothing that can be kept as text; the sender keeps it and learns why."""
    if request.content_type != TYPE:
        return _answer(415, "unsupported_media_type", f"Send {TYPE}, not {request.content_type or 'nothing'}.")
    if len(headers["webhook-id"]) > ID_MAX or b"\x00" in request.body:
        return _answer(400, "unreadable", f"Send text without NUL, and an id of at most {ID_MAX} characters.")
    return None


def _answer(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"status": status, "code": code, "detail": detail}, status=status)
