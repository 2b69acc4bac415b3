"""Make a merchant with a year of trade behind it: company, people, key, channels, locations, items, and its orders."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection
from django.utils import timezone

from inventory.actions.items import create_items
from inventory.actions.locations import create_location
from inventory.actions.receive import Receipt, set_opening_stock
from oms.accounts import roles
from oms.accounts.actions.channels import create_channel
from oms.accounts.actions.keys import create_key
from oms.accounts.models import Membership, User
from oms.accounts.queries import actor_of_membership
from oms.core.actors import Actor, system
from oms.core.events.delivery import drain
from oms.core.jobs import start_job
from oms.core.jobs.running import run_chunk
from oms.core.links import order_links
from oms.core.models import Job, Tenant
from oms.core.tenancy import unit, unit_of_work
from oms.demo.catalogue import CHANNELS, FINAL_SALE, LOCATIONS, articles
from oms.demo.days import targets
from oms.demo.dressing import drafts_of, dress
from oms.demo.seasons import DAYS
from oms.demo.trade import CURRENCY
from orders.models import Order

SLUG = "harbour-pine"
SEED = 20261
SIZES = {"small": 300, "medium": 20_000, "large": 1_000_000}
ORDERS = SIZES["small"]
KIND = "demo.year"
PEOPLE = {
    "owner": ("owner@example.com", "Olive Owner", roles.OWNER),
    "picker": ("picker@example.com", "Pat Picker", roles.WAREHOUSE),
    "support": ("support@example.com", "Sam Support", roles.SUPPORT),
}


@dataclass(frozen=True)
class Demo:
    """What somebody needs to try it; ``logins`` are role → e-mail and password, ``links`` what customers open."""

    tenant: str
    logins: dict[str, dict[str, str]]
    api_key: str
    job: UUID
    links: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict:
        return {**asdict(self), "job": str(self.job)}


def make_demo(*, password: str, orders: int = ORDERS, now: datetime | None = None, days: int = DAYS) -> Demo:
    """The merchant and all its trade up to ``now``. The caller has checked that it does not exist yet."""
    demo = begin_demo(password=password, orders=orders, now=now, days=days)
    tenant = Tenant.objects.get(slug=demo.tenant)
    finish(tenant.id, demo.job)
    return with_links(demo)


def begin_demo(*, password: str, orders: int, now: datetime | None = None, days: int = DAYS) -> Demo:
    """The merchant, without trade, and the job that makes it."""
    now = now or timezone.now()
    tenant = Tenant.objects.create(
        slug=SLUG, name="Harbour & Pine", currency=CURRENCY, timezone="Europe/London", country="GB", locale="en_GB",
        created_at=now - timedelta(days=days),
    )  # fmt: skip
    logins = {role: _person(tenant, password, *person) for role, person in PEOPLE.items()}
    actor = system("demo data")
    with unit_of_work(tenant.id, actor):
        _, secret = create_key(name="Demo key", scopes=list(roles.VERBS))
        picker = actor_of_membership(Membership.objects.get(tenant=tenant, user__email=PEOPLE["picker"][0]))
        job = begin_year(orders=orders, now=now, days=days, floor=picker)
    return Demo(tenant.slug, logins, secret, job.id)


def begin_year(*, orders: int, now: datetime, days: int = DAYS, floor: Actor | None = None, prefix: str = "") -> Job:
    """Channels, shelves with opening stock, and the job that trades with them, in the open unit of work."""
    began = now - timedelta(days=days)
    with unit_of_work(unit().tenant_id, unit().actor, now=began):
        channels = [create_channel(**{**each, "code": prefix + each["code"]}).id for each in CHANNELS]
        _stock(orders / (days / 7))
    drain(unit().tenant_id, now=began)
    params = {
        "orders": orders, "days": days, "ends_at": now.isoformat(), "channels": [str(each) for each in channels],
        "seed": SEED, "floor": (floor or unit().actor).to_json(),
    }  # fmt: skip
    return start_job(kind=KIND, title=f"Sample trade of {orders:,} orders", params=params, total=orders)


def finish(tenant_id: int, job_id: UUID, tell: Callable[[Job], None] = lambda job: None) -> Job:
    """Do what is left of the job here and now, a day at a time."""
    more = True
    while more:
        more = run_chunk(tenant_id, job_id)
        with unit_of_work(tenant_id, system("demo data")):
            job = Job.objects.get(id=job_id)
        tell(job)
    drain(tenant_id)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return job


def with_links(demo: Demo) -> Demo:
    """The pages of a customer whose order has arrived, and of one whose order is under way; paths, no addresses."""
    tenant, links = Tenant.objects.get(slug=demo.tenant), {}
    with unit_of_work(tenant.id, system("demo data")):
        for name, state in (("delivered", "delivered"), ("under way", "shipped")):
            rows = Order.objects.filter(fulfillment_state=state, channel__told_by="us", return_state="")
            order = rows.order_by("-placed_at", "-id").first()
            if order is not None:
                links[name] = urlsplit(order_links(tenant, [order.id])[order.id]).path
    return Demo(demo.tenant, demo.logins, demo.api_key, demo.job, links)


def _person(tenant: Tenant, password: str, email: str, name: str, role: str) -> dict[str, str]:
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email=email, name=name, password=password
    )
    Membership.objects.get_or_create(user=user, tenant=tenant, defaults={"role": role})
    return {"email": email, "password": password}


def _stock(orders_a_week: float) -> None:
    assortment, wanted = articles(), targets(orders_a_week)
    items = create_items(items=drafts_of(assortment, FINAL_SALE))
    dress(items)
    receipts = []
    for place in LOCATIONS:
        location = create_location(**{key: value for key, value in place.items() if key != "share"})
        receipts += [Receipt(item.id, location.id, wanted[item.sku, place["code"]]) for item in items]
    set_opening_stock(receipts=receipts, reason="Generated opening stock of the demo")
