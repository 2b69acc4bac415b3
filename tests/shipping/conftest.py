"""Fixtures of this room. What they need of the product is imported late: Django is set up after this is read."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest


@pytest.fixture
def account(tenant) -> SimpleNamespace:
    """Acme's own-delivery account: ``id``, the ``secret`` of its hook and where that is (``path``)."""
    from oms.core.tenancy import unit_of_work
    from shipping.actions.accounts import create_account
    from tests.shipping.parcels import PROCESS

    with unit_of_work(tenant.id, PROCESS):
        made, secret = create_account(name="Our vans")
    return SimpleNamespace(id=made.id, secret=secret, path=f"/hooks/carriers/{tenant.public_id}/{made.id}")


@pytest.fixture
def carrier(tenant) -> Iterator[SimpleNamespace]:
    """An account with a carrier that answers as told: ``script`` the answers, ``asked`` notes the questions."""
    from oms.core.tenancy import unit_of_work
    from shipping.actions.accounts import create_account
    from shipping.adapters.registry import CARRIERS
    from tests.shipping.parcels import PROCESS, obedient

    kind = obedient()
    with unit_of_work(tenant.id, PROCESS):
        made, _ = create_account(name="Obedient", carrier="obedient")
    yield SimpleNamespace(id=made.id, kind=kind, script=kind.script, asked=kind.asked)
    del CARRIERS["obedient"]


@pytest.fixture
def ship(tenant) -> Callable:
    """Make a shipment: ``ship(account, ship_to=…, subject_id=…)``."""
    from oms.core.tenancy import unit_of_work
    from shipping.actions.create import ShipmentDraft, create_shipment
    from tests.shipping.parcels import BOX, LEEDS, LONDON, PROCESS

    def make(account, **fields):
        draft = {"origin": LEEDS, "ship_to": LONDON, "box": BOX, "service": "standard", "account_id": account.id}
        with unit_of_work(tenant.id, PROCESS):
            return create_shipment(draft=ShipmentDraft(**{**draft, **fields}))

    return make


@pytest.fixture
def ask(tenant) -> Callable:
    """Request labels, without a worker: ``ask(shipment, …)``; returns the purchases."""
    from oms.core.tenancy import unit_of_work
    from shipping.actions.label import request_labels
    from tests.shipping.parcels import PROCESS

    def request(*shipments):
        with unit_of_work(tenant.id, PROCESS):
            return request_labels(shipment_ids=[each.id for each in shipments])

    return request


@pytest.fixture
def work(tenant) -> Callable[[], None]:
    """One turn of the worker that buys labels."""
    from shipping.tasks import buy_due_labels

    return lambda: buy_due_labels(tenant_id=tenant.id)


@pytest.fixture
def labelled(ship, ask, work, reread) -> Callable:
    """A shipment with its label: ``labelled(account, …)``."""

    def make(account, **fields):
        shipment = ship(account, **fields)
        ask(shipment)
        work()
        return reread(shipment)

    return make


@pytest.fixture
def reread(tenant) -> Callable:
    """A record as it is now."""
    from oms.core.tenancy import unit_of_work
    from tests.shipping.parcels import PROCESS

    def read(row):
        with unit_of_work(tenant.id, PROCESS):
            return type(row).objects.get(id=row.id)

    return read


@pytest.fixture
def facts(tenant) -> Callable:
    """What happened to a shipment, oldest first: (name without its prefix, payload)."""
    from oms.core.models import Fact
    from oms.core.tenancy import unit_of_work
    from tests.shipping.parcels import PROCESS

    def told(shipment) -> list[tuple[str, dict]]:
        with unit_of_work(tenant.id, PROCESS):
            rows = Fact.objects.filter(tenant_id=tenant.id, aggregate_id=shipment.id).order_by("sequence")
            return [(each.name.removeprefix("shipment."), each.payload) for each in rows]

    return told
