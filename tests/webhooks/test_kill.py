"""kill -9 between a webhook's answer and what is written down of it."""

from datetime import UTC, datetime, timedelta

import pytest

from oms.core.tenancy import unit_of_work
from oms.webhooks.models import Attempt, Message
from oms.webhooks.tasks import SENDER
from tests.concurrency.victims import in_the_middle_of


@pytest.mark.usefixtures("committed_db")
def test_what_was_sent_is_sent_again_under_the_same_id(tenant, integrator, endpoint, owe, send, time_machine):
    """The receiver cannot be asked whether it had committed: it gets a copy, and drops it by its id."""
    message = owe(endpoint)
    with in_the_middle_of("webhook", tenant.id):
        assert integrator.ids == [str(message.event_id)]
    send()
    assert len(integrator.ids) == 1
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=4))
    send()
    assert integrator.ids == [str(message.event_id)] * 2
    with unit_of_work(tenant.id, SENDER):
        assert Message.objects.get().state == "delivered"
        assert Attempt.objects.count() == 1
