"""Owe customers their mail: one row each, decided by who tells the channel's customers. Nothing is sent here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from oms.accounts.models import SalesChannel
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import NotAllowed, NotFound
from oms.core.formatting import Formats
from oms.core.links import order_links
from oms.core.models import Tenant
from oms.core.relays import is_relay_address
from oms.core.tenancy import unit
from oms.notifications import letters
from oms.notifications.letters import About, Letter
from oms.notifications.locks import lock_message
from oms.notifications.models import CustomerMessage
from orders.models import Order
from orders.queries import lines_of

# News is told while it is news: what is older (an import, a year of sample trade) is nobody's mail.
FRESH = timedelta(hours=48)
RELAY, NO_ADDRESS = "a marketplace’s own address is used for the order alone", "the order has no e-mail address"


@dataclass(frozen=True)
class News:
    """Something to tell about an order. ``subject`` tells one such thing from the next (a shipment, a refund)."""

    kind: str
    order_id: UUID
    happened_at: datetime
    subject: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    wait: timedelta = timedelta(0)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject or self.order_id}"


def tell_customers(*, news: Collection[News]) -> int:
    """Owe the mail for what is fresh, in channels whose customers we tell; returns how many are owed.

    Half a dozen statements however many, one when nobody is told by us.
    """
    fresh = [each for each in news if unit().now - each.happened_at < FRESH]
    if not fresh or not SalesChannel.objects.filter(told_by="us").exists():
        return 0
    orders = {
        order.id: order
        for order in Order.objects.filter(id__in={each.order_id for each in fresh}, channel__told_by="us")
    }
    told = [each for each in fresh if each.order_id in orders]
    abouts = about_orders(list(orders.values()))
    rows = [_row(each, orders[each.order_id], _letter(each, abouts[each.order_id])) for each in told]
    written = insert_rows(
        CustomerMessage, rows, on_conflict="ON CONFLICT (tenant_id, key) DO NOTHING", returning=["id"]
    )
    return len(written)


def write_message(
    *, kind: str, order_id: UUID, key: str, details: Mapping[str, object], recipient: str = ""
) -> CustomerMessage:
    """Owe one mail that the customer has just asked for, whoever tells them otherwise. Raises `NotFound`."""
    order = Order.objects.filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    news = News(kind, order_id, unit().now, key, details)
    row = _row(news, order, _letter(news, about_orders([order])[order_id]))
    if recipient:
        row |= {"recipient": recipient, "state": CustomerMessage.DUE, "reason": ""}
    insert_rows(CustomerMessage, [row])
    return CustomerMessage.objects.get(id=row["id"])


def resend(*, message_id: UUID) -> CustomerMessage:
    """Send it again. Raises `NotFound`, and `NotAllowed` while it is on its way or where there is no address."""
    message = lock_message(message_id)
    if message is None:
        raise NotFound("There is no such message.")
    if message.state in (CustomerMessage.DUE, CustomerMessage.SENDING):
        raise NotAllowed(message.state, "resend", "It is on its way already. Nothing was changed.")
    if not message.recipient:
        raise NotAllowed(message.state, "resend", "The order has no e-mail address. Nothing was changed.")
    message.state, message.attempts, message.due_at, message.reason = CustomerMessage.DUE, 0, unit().now, ""
    message.save(update_fields=["state", "attempts", "due_at", "reason"])
    subjects = (("order", message.order_id),)
    record([Change("messages.resend", f"“{message.subject}” sent again to the customer", subjects)])
    return message


def about_orders(orders: Sequence[Order]) -> dict[UUID, About]:
    """What letters need of these orders; two statements."""
    tenant = Tenant.objects.get(id=unit().tenant_id)
    formats, lines = Formats.of(tenant), lines_of([order.id for order in orders])
    links = order_links(tenant, [order.id for order in orders])
    return {
        order.id: About(
            order.number, tenant.name, order.customer_name, order.currency, order.total,
            [(line.title or line.sku, line.quantity, line.total) for line in lines.get(order.id, ())],
            links[order.id], formats, unit().now,
        )
        for order in orders
    }  # fmt: skip


def _letter(news: News, about: About) -> Letter:
    write: Callable[..., Letter] = getattr(letters, news.kind)
    return write(about, **news.details)


def _row(news: News, order: Order, letter: Letter) -> dict:
    reason = _why_not(news, order)
    return {
        "id": uuid7(), "order_id": order.id, "kind": news.kind, "key": news.key, "recipient": order.email,
        "subject": letter.subject, "letter": letter.to_json(),
        "state": CustomerMessage.SKIPPED if reason else CustomerMessage.DUE, "reason": reason, "attempts": 0,
        "due_at": unit().now + news.wait, "sent_at": None, "created_at": unit().now,
    }  # fmt: skip


def _why_not(news: News, order: Order) -> str:
    if not order.email:
        return NO_ADDRESS
    return RELAY if news.kind == "satisfaction" and is_relay_address(order.email) else ""
