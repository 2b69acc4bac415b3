"""The door carriers knock at: ``POST /hooks/carriers/<merchant's public id>/<account id>``.

A message must be signed as the Standard Webhooks specification says. It is stored as it came, and answered at
once; a task reads it. Whatever is not signed gets the same answer, whether or not there is such an account.
"""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from shipping.actions.listen import keep_message
from shipping.models import CarrierAccount
from shipping.secrets import is_signed

BODY_MAX = 512 * 1024
ID_MAX = 200
NOT_SIGNED = (
    "This is not signed with the account's secret, or more than five minutes old. "
    "Sign webhook-id.webhook-timestamp.body as the Standard Webhooks specification says, with the present time."
)


@csrf_exempt
@require_POST
def carrier_hook(request: HttpRequest, tenant: UUID, account_id: UUID) -> JsonResponse:
    """Store a carrier's message. 200 for what is new and for a copy, 401 for what is not signed."""
    if int(request.headers.get("content-length") or 0) > BODY_MAX:
        return _answer(413, "too_large", f"Send at most {BODY_MAX // 1024} KB at once.")
    merchant = Tenant.objects.filter(public_id=tenant).first()
    if merchant is None:
        return _answer(401, "not_signed", NOT_SIGNED)
    headers = {name.lower(): value for name, value in request.headers.items()}
    with unit_of_work(merchant.id, system("carrier hook")) as opened:
        account = CarrierAccount.objects.filter(id=account_id).first()
        if account is None or not is_signed(account, request.body, headers, opened.now):
            transaction.set_rollback(True)
            return _answer(401, "not_signed", NOT_SIGNED)
        if len(headers["webhook-id"]) > ID_MAX or b"\x00" in request.body:
            transaction.set_rollback(True)
            return _answer(400, "unreadable", f"Send text without NUL, and an id of at most {ID_MAX} characters.")
        new = keep_message(account=account, body=request.body.decode(), headers=headers)
    return JsonResponse({"status": "accepted" if new else "known"})


def _answer(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"status": status, "code": code, "detail": detail}, status=status)
