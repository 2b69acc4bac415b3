"""Customers, clerks and mail workers in real processes who all do the same thing at the same moment."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from tests.concurrency.forking import forked

PEOPLE = 4
TIMEOUT_SECONDS = 60


def race(what: Callable[..., str], *arguments: object) -> Counter:
    """Everybody does ``what(*arguments, meet)`` in a process of their own; returns how many ended how."""
    context = forked()
    meet, outcomes = context.Barrier(PEOPLE), context.Queue()
    processes = [context.Process(target=_run, args=(what, arguments, meet, outcomes)) for _ in range(PEOPLE)]
    for process in processes:
        process.start()
    found = Counter(outcomes.get(timeout=TIMEOUT_SECONDS) for _ in range(PEOPLE))
    for process in processes:
        process.join(TIMEOUT_SECONDS)
    return found


def ask_to_return(tenant_id: int, order_id: UUID, line_id: UUID, locked: bool, meet) -> str:
    """Ask to send the line's one unit back. ``locked`` false takes the order's lock away."""
    from oms.core.tenancy import unit_of_work
    from orders.models import Order
    from returns.actions import request

    if not locked:
        check = request._check_rules
        request.lock_order = lambda order_id: Order.objects.get(id=order_id)
        # Everybody has looked before anybody writes.
        request._check_rules = lambda *asked: (check(*asked), meet.wait(TIMEOUT_SECONDS))
    else:
        meet.wait(TIMEOUT_SECONDS)
    with unit_of_work(tenant_id, _actor()):
        draft = request.ReturnLineDraft(line_id, 1, "changed_mind")
        request.request_return(order_id=order_id, lines=[draft], asked_by="customer")
    return "asked"


def receive(tenant_id: int, return_id: UUID, line_id: UUID, receipt_id: UUID, meet) -> str:
    """Book one unit under the id that everybody's device sends."""
    from oms.core.tenancy import unit_of_work
    from returns.actions.receive import ReceiptDraft, receive_return

    meet.wait(TIMEOUT_SECONDS)
    with unit_of_work(tenant_id, _actor()):
        receive_return(return_id=return_id, receipts=[ReceiptDraft(receipt_id, line_id)])
    return "booked"


def send_mail(tenant_id: int, port: int, claimed: bool, meet) -> str:
    """Send what is due. ``claimed`` false reads the rows without taking them."""
    from django.conf import settings

    from oms.notifications import tasks
    from oms.notifications.actions import sending
    from oms.notifications.adapters.smtp import PostOffice
    from oms.notifications.models import CustomerMessage

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    if not claimed:
        sending.lock_due_messages = lambda now, limit: list(CustomerMessage.objects.all())
        # Everybody has it in hand before anybody sends it.
        send = PostOffice.send
        PostOffice.send = lambda office, mail: (meet.wait(TIMEOUT_SECONDS), send(office, mail))[1]
    else:
        meet.wait(TIMEOUT_SECONDS)
    tasks.send_due_mail(tenant_id=tenant_id)
    return "sent"


def _actor():
    from oms.core.actors import system

    return system("racer")


def _run(what: Callable[..., str], arguments: tuple, meet, outcomes) -> None:
    import django

    django.setup()
    from django.db import connection

    from oms.core.errors import OmsError

    try:
        connection.ensure_connection()
        outcomes.put(what(*arguments, meet))
    except OmsError as refusal:
        outcomes.put(refusal.code)
    except Exception as error:
        outcomes.put(repr(error)[:200])
    finally:
        connection.close()
