"""A real mail server on loopback that can be told to fail, and a channel whose customers we tell."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from oms.run.ports import LOOPBACK, free_port


@dataclass
class Postbox:
    """Keeps what it accepted; while ``refusals`` lasts it answers with those instead.

    As often as ``cuts`` says it keeps the mail, and hangs up before it says so.
    """

    mails: list[EmailMessage] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    cuts: int = 0
    visits: int = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses) -> list[str]:
        session.host_name = hostname
        self.visits += 1
        return responses

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        self.mails.append(message_from_bytes(envelope.original_content, policy=policy.default))
        if self.cuts:
            self.cuts -= 1
            server.transport.abort()
        return "250 Kept"


@pytest.fixture
def postbox(settings) -> Iterator[Postbox]:
    kept = Postbox()
    controller = Controller(kept, hostname=LOOPBACK, port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, controller.port
    yield kept
    controller.stop()


@pytest.fixture
def told(tenant, catalog):
    """The customers of the channel "web" are told by us."""
    from oms.accounts.models import SalesChannel

    with unit_of_work(tenant.id, system("tests")):
        SalesChannel.objects.update(told_by="us")


@pytest.fixture
def inside(tenant):
    return lambda **more: unit_of_work(tenant.id, system("tests"), **more)


@pytest.fixture
def place(inside, tenant):
    """One paid order of two teas, with all that follows from it."""
    from oms.core.events.delivery import drain
    from orders.actions.place import place_orders
    from tests.orders.trade import draft, line

    def one(**fields):
        with inside():
            (placed,) = place_orders(drafts=[draft(line("TEA", 2), **{"payment_state": "paid"} | fields)])
        drain(tenant.id)
        return placed.order_id

    return one
