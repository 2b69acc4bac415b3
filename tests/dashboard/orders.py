"""Orders as the pages' tests need them: placed, checked and allocated, or stopped on the way."""

from dataclasses import replace
from html.parser import HTMLParser

from django.test import Client

from oms.accounts.models import Membership
from oms.core.actors import system
from oms.core.events.delivery import drain
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from orders.actions.place import place_orders
from orders.models import Order
from orders.placing.drafts import LineDraft
from tests.orders.trade import BERLIN, draft

ORDERS = "/m/acme/orders/"
NOWHERE = replace(BERLIN, postcode="nowhere")
# Statements that move a transaction, and no rows.
TRANSACTION = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL", "BEGIN")


def inside(tenant: Tenant):
    return unit_of_work(tenant.id, system("tests"))


def place(tenant: Tenant, *lines: LineDraft, count: int = 1, settle: bool = True, **fields: object) -> list[Order]:
    """So many orders of these lines; with ``settle`` everything that follows has happened too."""
    with inside(tenant):
        answers = place_orders(drafts=[draft(*lines, **fields) for _ in range(count)])
        ids = [answer.order_id for answer in answers]
    if settle:
        drain(tenant.id)
    return [again(tenant, order_id) for order_id in ids]


def again(tenant: Tenant, order_id: object) -> Order:
    with inside(tenant):
        return Order.objects.get(id=order_id)


def client_of(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def reads_and_writes(captured) -> list[str]:
    """What was asked of the tables, without what only opens and closes transactions."""
    return [each["sql"] for each in captured if not each["sql"].upper().startswith(TRANSACTION)]


class Verbs(HTMLParser):
    """The verbs a page offers (``data-verb``) and refuses (``data-refused``)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.offered: set[str] = set()
        self.refused: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if "data-verb" in known:
            self.offered.add(known["data-verb"])
        if "data-refused" in known:
            self.refused.add(known["data-refused"])
