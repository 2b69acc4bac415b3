"""Four tabs ask to send the same unit back, four guns send the same receipt, four workers the same mail."""

import pytest

from inventory.proof import prove_stock
from oms.accounts.models import SalesChannel
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.events.delivery import drain
from oms.core.tenancy import unit_of_work
from orders.actions.place import place_orders
from returns.actions.request import approve_return
from returns.models import Return, ReturnLine
from tests.concurrency import again
from tests.concurrency.senders import PEOPLE, ask_to_return, race, receive, send_mail
from tests.notifications.conftest import postbox  # noqa: F401  a fixture
from tests.orders.trade import draft, line
from tests.returns.goods import asked, line_of, shipped, the_line

PROCESS = system("tests")


@pytest.fixture
def bought(committed_db, tenant, catalog):
    """One tea that is with its customer."""
    with unit_of_work(tenant.id, PROCESS):
        order = shipped(TEA=1)
        return order, line_of(order).id


@again
def test_one_unit_is_asked_back_once(tenant, bought, round_number):
    order, line_id = bought
    assert race(ask_to_return, tenant.id, order.id, line_id, True) == {"asked": 1, "not_returnable": PEOPLE - 1}
    with unit_of_work(tenant.id, PROCESS):
        assert Return.objects.count() == 1


def test_control_without_the_lock_one_unit_is_asked_back_four_times(tenant, bought):
    order, line_id = bought
    assert race(ask_to_return, tenant.id, order.id, line_id, False) == {"asked": PEOPLE}
    with unit_of_work(tenant.id, PROCESS):
        assert sum(ReturnLine.objects.values_list("quantity", flat=True)) == PEOPLE


@again
def test_one_receipt_is_booked_once_whoever_sends_it(tenant, bought, round_number):
    order, _ = bought
    with unit_of_work(tenant.id, PROCESS):
        found = approve_return(return_id=asked(order).id)
        line_id = the_line(found).id
    assert race(receive, tenant.id, found.id, line_id, uuid7()) == {"booked": PEOPLE}
    with unit_of_work(tenant.id, PROCESS):
        assert the_line(found).received == 1
        assert prove_stock().breaks == []


@pytest.fixture
def owed(committed_db, tenant, catalog) -> None:
    """One mail that is due."""
    with unit_of_work(tenant.id, PROCESS):
        SalesChannel.objects.update(told_by="us")
        place_orders(drafts=[draft(line("TEA"))])
    drain(tenant.id)


@again
def test_one_mail_is_sent_once_by_whoever_takes_it(tenant, owed, postbox, settings, round_number):  # noqa: F811
    assert race(send_mail, tenant.id, settings.EMAIL_PORT, True) == {"sent": PEOPLE}
    assert len(postbox.mails) == 1


def test_control_without_taking_it_the_mail_is_sent_by_everybody(tenant, owed, postbox, settings):  # noqa: F811
    race(send_mail, tenant.id, settings.EMAIL_PORT, False)
    assert len(postbox.mails) == PEOPLE
