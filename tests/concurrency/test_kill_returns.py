"""kill -9 while a mail is sent and while a return is received: nothing is lost, and nothing counts twice."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from inventory.models import Balance
from inventory.proof import prove_stock
from oms.accounts.actions.keys import create_key
from oms.accounts.models import SalesChannel
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.events.delivery import drain
from oms.core.tenancy import unit_of_work
from oms.notifications.actions.sending import LEASE
from oms.notifications.models import CustomerMessage
from oms.notifications.tasks import send_due_mail
from orders.actions.place import place_orders
from returns.actions.request import approve_return
from returns.models import Receipt
from tests.concurrency.victims import in_the_middle_of
from tests.notifications.conftest import postbox  # noqa: F401  a fixture
from tests.orders.trade import draft, line
from tests.returns.goods import asked, line_of, shipped, the_line

PROCESS = system("tests")


def test_a_worker_killed_with_a_mail_in_its_hand(committed_db, tenant, catalog, postbox, settings, time_machine):  # noqa: F811
    """The server may have it or not: it is sent again under the same Message-ID, which any mail program shows once."""
    with unit_of_work(tenant.id, PROCESS):
        SalesChannel.objects.update(told_by="us")
        place_orders(drafts=[draft(line("TEA"))])
    drain(tenant.id)
    with in_the_middle_of("mail", tenant.id, settings.EMAIL_PORT):
        assert len(postbox.mails) == 1
    send_due_mail(tenant_id=tenant.id)
    assert len(postbox.mails) == 1, "the lease of the dead worker still holds"
    time_machine.move_to(datetime.now(UTC) + LEASE + timedelta(seconds=5))
    deadline = time.monotonic() + 20
    # PostgreSQL needs a moment to notice who died with a lock.
    while len(postbox.mails) < 2 and time.monotonic() < deadline:
        send_due_mail(tenant_id=tenant.id)
        time.sleep(0.05)
    send_due_mail(tenant_id=tenant.id)
    assert len(postbox.mails) == 2
    assert len({mail["Message-ID"] for mail in postbox.mails}) == 1
    with unit_of_work(tenant.id, PROCESS):
        assert CustomerMessage.objects.get().state == "sent"


@pytest.fixture
def expected(committed_db, tenant, catalog):
    """A return of two teas that may come."""
    with unit_of_work(tenant.id, PROCESS):
        found = approve_return(return_id=asked(shipped(TEA=2), 2).id)
        return found, the_line(found).id


def test_a_request_killed_with_a_return_in_its_hand(tenant, expected):
    """Nothing of it is booked; the device sends it again, and then again, and it counts once."""
    found, line_id = expected
    with unit_of_work(tenant.id, PROCESS):
        _, secret = create_key(name="Gun", scopes=["returns.work", "returns.view"])
    path = f"/api/v1/returns/{found.id}/receive"
    body = json.dumps({"receipts": [{"id": str(uuid7()), "return_line_id": str(line_id), "quantity": 2}]})
    with in_the_middle_of("return_receipt", path, secret, "key-1", body):
        pass
    from django.test import Client

    client = Client()
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": "key-1"}
    deadline = time.monotonic() + 20
    answer = client.post(path, body, content_type="application/json", headers=headers)
    while answer.status_code != 200 and time.monotonic() < deadline:
        time.sleep(0.05)
        answer = client.post(path, body, content_type="application/json", headers=headers)
    again = client.post(path, body, content_type="application/json", headers={**headers, "idempotency-key": "key-2"})
    assert (answer.status_code, again.status_code) == (200, 200)
    with unit_of_work(tenant.id, PROCESS):
        waiting = Balance.objects.get(item__sku="TEA", state="quality_hold").on_hand
        assert (Receipt.objects.count(), the_line(found).received, waiting) == (1, 2, 2)
        assert line_of(found.order).returned == 2
        assert prove_stock().breaks == []
