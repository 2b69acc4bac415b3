"""Domain fixtures: tenants, people, clients and stock that tests of several rooms share.

All of them stand on `database`, which is a transaction that is rolled back, or real commits when the
test also asks for `committed_db` or `served`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import Client
from rest_framework.test import APIClient

from inventory.actions.items import ItemDraft, create_items
from inventory.actions.locations import create_location
from inventory.actions.receive import Receipt, set_opening_stock
from inventory.models import Item, Location
from oms.accounts import roles
from oms.accounts.actions.channels import create_channel
from oms.accounts.actions.keys import create_key
from oms.accounts.models import Membership, SalesChannel
from oms.accounts.queries import actor_of_membership
from oms.core.actors import system
from oms.core.events import delivery
from oms.core.models import Tenant
from oms.core.tenancy import UnitOfWork, unit_of_work
from tests.factories import MembershipFactory, TenantFactory

REAL_COMMITS = {"committed_db", "served"}
PASSWORD = "a long password"
ADDRESSES = {
    "LEEDS": {"line1": "14 Foundry Street", "city": "Leeds", "postcode": "LS11 5QP", "country": "GB"},
    "LONDON": {"line1": "3 Lamb's Passage", "city": "London", "postcode": "EC1Y 8LE", "country": "GB"},
}
# SKU, name, price, cost, weight in grams
ARTICLES = (
    ("MUG-BLU", "Stoneware mug, blue", "12.50", "4.10", 380),
    ("MUG-RED", "Stoneware mug, red", "12.50", "4.10", 380),
    ("TEA", "Loose leaf tea", "9.80", "3.30", 130),
)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> None:
    """The database, in the way the test asked for."""
    real = REAL_COMMITS & set(request.fixturenames)
    request.getfixturevalue("committed_db" if real else "db")


@pytest.fixture
def tenant(database: None) -> Tenant:
    """The merchant most tests are about: Acme, in euros."""
    return TenantFactory(slug="acme", name="Acme")


@pytest.fixture
def other_tenant(database: None) -> Tenant:
    """A stranger."""
    return TenantFactory(slug="rival", name="Rival")


@pytest.fixture
def membership(tenant: Tenant) -> Callable[..., Membership]:
    """Make people: ``membership(role="support", tenant=…, limits=…, locations=…, user__email=…)``; Acme by default."""

    def make(role: str = roles.OWNER, **fields: object) -> Membership:
        return MembershipFactory(**{"tenant": tenant, "role": role, **fields})

    return make


@pytest.fixture
def owner(membership: Callable[..., Membership]) -> Membership:
    """Acme's owner; ``owner.user`` signs in with `PASSWORD`."""
    return membership(user__email="owner@acme.example", user__name="Olive Owner")


@pytest.fixture
def uow(tenant: Tenant, owner: Membership) -> Iterator[UnitOfWork]:
    """An open unit of work of Acme's owner."""
    with unit_of_work(tenant.id, actor_of_membership(owner)) as opened:
        yield opened


@pytest.fixture
def api_of(database: None) -> Callable[..., APIClient]:
    """Make API clients: ``api_of(tenant, scopes=["orders.view"], locations=…, channels=…)``; all scopes by default."""

    def make(tenant: Tenant, *, scopes: list[str] | None = None, **scope: object) -> APIClient:
        with unit_of_work(tenant.id, system("tests")):
            _, secret = create_key(name="Test key", scopes=scopes or list(roles.VERBS), **scope)
        return APIClient(headers={"authorization": f"Bearer {secret}"})

    return make


@pytest.fixture
def api(tenant: Tenant, api_of: Callable[..., APIClient]) -> APIClient:
    """A program with a key of Acme that may do everything."""
    return api_of(tenant)


@pytest.fixture
def browser_client(owner: Membership) -> Client:
    """Acme's owner, signed in to the dashboard (Django's test client, without a browser)."""
    client = Client()
    client.force_login(owner.user)
    return client


@dataclass(frozen=True)
class Catalog:
    """What Acme sells and where it lies: 10 of each item in Leeds, 5 in London."""

    channel: SalesChannel
    leeds: Location
    london: Location
    items: tuple[Item, ...]

    def item(self, sku: str) -> Item:
        return next(item for item in self.items if item.sku == sku)

    def id(self, sku: str) -> UUID:
        return self.item(sku).id


@pytest.fixture
def catalog(tenant: Tenant) -> Catalog:
    """Items MUG-BLU, MUG-RED and TEA, with stock in Leeds (first choice) and London, and the channel "web"."""
    return make_catalog(tenant)


def make_catalog(tenant: Tenant) -> Catalog:
    """The stock of `catalog` for any tenant."""
    with unit_of_work(tenant.id, system("tests")):
        channel = create_channel(code="web", name="Web shop", kind="shop")
        leeds = create_location(code="LEEDS", name="Leeds", priority=1, address=ADDRESSES["LEEDS"])
        london = create_location(code="LONDON", name="London", priority=2, address=ADDRESSES["LONDON"])
        drafts = [
            ItemDraft(sku=sku, name=name, price=Decimal(price), cost=Decimal(cost), weight_g=weight)
            for sku, name, price, cost, weight in ARTICLES
        ]
        items = tuple(create_items(items=drafts))
        receipts = [
            Receipt(item_id=item.id, location_id=place.id, quantity=quantity)
            for item in items
            for place, quantity in ((leeds, 10), (london, 5))
        ]
        set_opening_stock(receipts=receipts)
    return Catalog(channel, leeds, london, items)


@pytest.fixture
def drain(tenant: Tenant) -> Callable[..., int]:
    """Deliver all due facts of Acme (or of another tenant) until nothing is due; returns how many deliveries."""

    def deliver(of: Tenant | None = None) -> int:
        return delivery.drain((of or tenant).id)

    return deliver
