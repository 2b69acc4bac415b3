"""Fixtures of this room. What they need of the product is imported late: Django is set up after this is read."""

from collections.abc import Callable, Iterator

import pytest

from tests.webhooks.receiver import Receiver, receiver


@pytest.fixture
def integrator() -> Iterator[Receiver]:
    with receiver() as receiving:
        yield receiving


@pytest.fixture
def endpoint(tenant, integrator: Receiver):
    """An endpoint of Acme at the receiver, for every event."""
    from oms.core.tenancy import unit_of_work
    from oms.webhooks.actions.endpoints import create_endpoint
    from oms.webhooks.tasks import SENDER

    with unit_of_work(tenant.id, SENDER):
        made, integrator.secret = create_endpoint(url=integrator.url)
    return made


@pytest.fixture
def owe(tenant) -> Callable:
    """Owe an endpoint a message."""
    from oms.core.tenancy import unit_of_work
    from oms.webhooks.actions.messages import send_test
    from oms.webhooks.tasks import SENDER

    def make(endpoint):
        with unit_of_work(tenant.id, SENDER):
            return send_test(endpoint_id=endpoint.id)

    return make


@pytest.fixture
def send(tenant) -> Callable[[], None]:
    """One turn of the sending task."""
    from oms.webhooks.tasks import send_messages

    return lambda: send_messages(tenant_id=tenant.id)
