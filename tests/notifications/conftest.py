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
    """Keeps what it accepted; while ``refusals`` lasts it answers with those instead."""

    mails: list[EmailMessage] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        self.mails.append(message_from_bytes(envelope.original_content, policy=policy.default))
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
    return lambda: unit_of_work(tenant.id, system("tests"))
