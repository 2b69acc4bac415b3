"""Make the demo merchant: company, people, key, channels, locations, items, opening stock, and its orders."""

import random
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from inventory.actions.items import ItemDraft, create_items
from inventory.actions.locations import create_location
from inventory.actions.receive import Receipt, set_opening_stock
from oms.accounts import roles
from oms.accounts.actions.channels import create_channel
from oms.accounts.actions.keys import create_key
from oms.accounts.models import Membership, User
from oms.core.actors import Actor, system
from oms.core.events.delivery import drain
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from oms.demo.catalogue import CHANNELS, LOCATIONS, Article, articles
from oms.demo.trade import CURRENCY, draw_orders
from orders.actions.place import place_orders

SLUG = "harbour-pine"
SEED = 20261
ORDERS = 400
BATCH = 100
PEOPLE = {
    "owner": ("owner@example.com", "Olive Owner", roles.OWNER),
    "picker": ("picker@example.com", "Pat Picker", roles.WAREHOUSE),
    "support": ("support@example.com", "Sam Support", roles.SUPPORT),
}


@dataclass(frozen=True)
class Demo:
    """What somebody needs to try it; ``logins`` are role → e-mail and password."""

    tenant: str
    logins: dict[str, dict[str, str]]
    api_key: str


def make_demo(*, password: str, orders: int = ORDERS, now: datetime | None = None) -> Demo:
    """Make the merchant and its trade up to ``now``. The caller has checked that it does not exist yet."""
    now = now or timezone.now()
    tenant = Tenant.objects.create(
        slug=SLUG, name="Harbour & Pine", currency=CURRENCY, timezone="Europe/London", country="GB", locale="en_GB"
    )
    logins = {role: _person(tenant, password, *person) for role, person in PEOPLE.items()}
    actor = system("demo data")
    with unit_of_work(tenant.id, actor):
        _, secret = create_key(name="Demo key", scopes=list(roles.VERBS))
        channels = [create_channel(**channel).id for channel in CHANNELS]
        _stock(articles())
    _trade(tenant.id, actor, channels, orders, now)
    return Demo(tenant.slug, logins, secret)


def _person(tenant: Tenant, password: str, email: str, name: str, role: str) -> dict[str, str]:
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email=email, name=name, password=password
    )
    Membership.objects.get_or_create(user=user, tenant=tenant, defaults={"role": role})
    return {"email": email, "password": password}


def _stock(assortment: list[Article]) -> None:
    items = create_items(
        items=[
            ItemDraft(sku=each.sku, name=each.name, price=each.price, cost=each.cost, weight_g=each.weight_g)
            for each in assortment
        ]
    )
    receipts = []
    for place in LOCATIONS:
        share = place["share"]
        location = create_location(**{key: value for key, value in place.items() if key != "share"})
        receipts += [
            Receipt(item_id=item.id, location_id=location.id, quantity=int(each.popularity * 44 * share) + 2)
            for item, each in zip(items, assortment, strict=True)
        ]
    set_opening_stock(receipts=receipts, reason="Generated opening stock of the demo")


def _trade(tenant_id: int, actor: Actor, channels: list, count: int, now: datetime) -> None:
    rng = random.Random(SEED)
    drafts = list(draw_orders(rng, count=count, ends_at=now, articles=articles(), channels=channels))
    for start in range(0, len(drafts), BATCH):
        batch = drafts[start : start + BATCH]
        with unit_of_work(tenant_id, actor):
            place_orders(drafts=batch)
        drain(tenant_id)
