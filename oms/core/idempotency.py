"""The same request twice has one effect and one answer.

The key is the first row of the transaction and its answer the last: of two at once the second waits
on the first one's row, then finds the stored answer; if the first rolls back, the second does the
work. There is no "in progress" state for a crash to leave behind. (IETF draft
``draft-ietf-httpapi-idempotency-key-header``.)
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from oms.core.actors import system
from oms.core.db.bulk import to_json
from oms.core.errors import Invalid, OmsError
from oms.core.models import IdempotencyKey, Tenant
from oms.core.tenancy import unit, unit_of_work

KEPT_FOR = timedelta(hours=72)
KEY = re.compile(r"[\x20-\x7e]{1,255}")


class KeyReused(OmsError):
    """The same key came with another request."""

    status = 422
    code = "idempotency_key_reused"
    title = "This idempotency key belongs to another request"


@dataclass(frozen=True)
class Answer:
    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def request_hash(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()


def form_digest(request: HttpRequest) -> bytes:
    """A form's own fields: the CSRF token differs on every rendering, and files count by name and size."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, file.name, file.size) for name, file in request.FILES.items())
    return repr((fields, files)).encode()


def answer_once(*, principal: str, key: str, digest: str, produce: Callable[[], Answer]) -> tuple[Answer, bool]:
    """Produce and store the answer, or return the stored one; the flag says whether it was stored before.

    ``principal`` keeps one caller's keys apart from another's. Raises `KeyReused` when the stored
    request differs, `Invalid` when it is no key. An exception from ``produce`` rolls the key back too, and
    so does the door after an error answer, so that it may be tried again.
    """
    if not KEY.fullmatch(key):
        raise Invalid.field("Idempotency-Key", "Send 1 to 255 printable ASCII characters, like a UUID.", "bad_key")
    if not _claim(principal, key, digest):
        return _stored(principal, key, digest), True
    answer = produce()
    if answer.status >= 400:
        return answer, False
    _store(principal, key, answer)
    return answer, False


def _claim(principal: str, key: str, digest: str) -> bool:
    opened = unit()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotencykey (tenant_id, principal, key, request_hash, headers, body, created_at) "
            "VALUES (%s, %s, %s, %s, %s::jsonb, '', %s) ON CONFLICT (key, principal, tenant_id) DO NOTHING",
            [opened.tenant_id, principal, key, digest, to_json({}), opened.now],
        )
        return cursor.rowcount == 1


def _store(principal: str, key: str, answer: Answer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_idempotencykey SET status = %s, headers = %s::jsonb, body = %s "
            "WHERE key = %s AND principal = %s AND tenant_id = %s",
            [answer.status, to_json(dict(answer.headers)), answer.body, key, principal, unit().tenant_id],
        )


def _stored(principal: str, key: str, digest: str) -> Answer:
    row = IdempotencyKey.objects.get(tenant_id=unit().tenant_id, principal=principal, key=key)
    if row.request_hash != digest:
        raise KeyReused(
            "This Idempotency-Key was sent before with a different request. Use a new key for a new request.",
            key=key,
        )
    return Answer(row.status, row.body, row.headers)


def forget_old() -> int:
    """Delete keys older than three days, tenant by tenant; returns how many."""
    before, deleted = timezone.now() - KEPT_FOR, 0
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        with unit_of_work(tenant_id, system("clean-up")):
            count, _ = IdempotencyKey.objects.filter(tenant_id=tenant_id, created_at__lt=before).delete()
            deleted += count
    return deleted
