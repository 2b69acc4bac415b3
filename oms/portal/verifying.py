"""A code by mail: who can read the order's mail may change the order."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings

from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, Invalid
from oms.core.tenancy import unit
from oms.notifications.actions.write import write_message
from oms.portal.locks import lock_newest_code
from oms.portal.models import Verification
from orders.models import Order

GOOD_FOR, TRIES = timedelta(minutes=15), 5


class NoAddress(Conflict):
    """There is no e-mail address to send a code to."""

    code = "no_address"
    title = "We cannot send you a code"


def send_code(*, order: Order) -> None:
    """Mail a fresh code to the order's own address; those before it are worthless. Raises `NoAddress`."""
    if not order.email:
        raise NoAddress("This order has no e-mail address. Please write to us, and we help you.")
    code, now = f"{secrets.randbelow(1_000_000):06}", unit().now
    Verification.objects.filter(order_id=order.id, used_at=None).update(used_at=now)
    made = Verification.objects.create(
        id=uuid7(), order_id=order.id, code_hash=_hash(order, code), expires_at=now + GOOD_FOR, created_at=now
    )
    write_message(kind="portal_code", order_id=order.id, key=str(made.id), details={"code": code})


def check_code(*, order: Order, code: str) -> bool:
    """Whether it is the code that was mailed last. A wrong one is counted, and the fifth ends it.

    Raises `Invalid` when there is no code that could still be right.
    """
    newest = lock_newest_code(order.id)
    if newest is None or newest.used_at or newest.expires_at <= unit().now or newest.attempts >= TRIES:
        raise Invalid.field("code", "This code has ended. Send yourself a new one.", "code_ended")
    if hmac.compare_digest(newest.code_hash, _hash(order, code.strip().replace(" ", ""))):
        newest.used_at = unit().now
        newest.save(update_fields=["used_at"])
        return True
    newest.attempts += 1
    newest.save(update_fields=["attempts"])
    return False


def masked(email: str) -> str:
    """As much of an address as tells its owner which it is: j•••@g•••.com."""
    name, _, domain = email.partition("@")
    host, _, ending = domain.rpartition(".")
    return f"{name[:1]}•••@{host[:1]}•••.{ending}"


def _hash(order: Order, code: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:{order.id}:{code}".encode()).hexdigest()
