"""Owe customers their mail: one row each, decided by who tells the channel's customers. Nothing is sent here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from oms.accounts.models import SalesChannel
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import NotAllowed, NotFound
from oms.core.events import nudge
from oms.core.formatting import Formats
from oms.core.links import order_links
from oms.core.models import Tenant
from oms.core.relays import is_relay_address
from oms.core.tenancy import unit
from oms.notifications import letters
from oms.notifications.letters import About, Letter
from oms.notifications.locks import lock_message
from oms.notifications.models import CustomerMessage
from orders.kit_lines import Bought, bought
from orders.models import Order, OrderLine
from orders.queries import lines_of

# News is told while it is news.
FRESH = timedelta(hours=48)
RELAY, NO_ADDRESS = "a marketplace’s own address is used for the order alone", "the order has no e-mail address"
TOO_OLD = "it was more than two days old when we came to tell it"
PAID = ("paid", "authorised", "part_refunded", "refunded")


@dataclass(frozen=True)
class News:
    """Something to tell about an order. ``subject`` tells one such thing from the next (a shipment, a refund).

    ``past`` says that whoever entered an old order may have entered this with it.
    """

    kind: str
    order_id: UUID
    happened_at: datetime
    subject: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    wait: timedelta = timedelta(0)
    past: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject or self.order_id}"


def is_anybody_told() -> bool:
    """Whether there is a channel whose customers we tell at all."""
    return SalesChannel.objects.filter(told_by="us").exists()


def tell_customers(*, news: Collection[News]) -> int:
    """Owe the mail for it, in channels whose customers we tell; returns how many are owed.

    Half a dozen statements however many. No row for what others tell, nor for what was past when it was entered.
    """
    if not news:
        return 0
    found = Order.objects.filter(id__in={each.order_id for each in news}, channel__told_by="us")
    orders = {order.id: order for order in found}
    told = [each for each in news if each.order_id in orders and not _is_history(each, orders[each.order_id])]
    if not told:
        return 0
    abouts = about_orders([orders[order_id] for order_id in {each.order_id for each in told}])
    rows = [_row(each, orders[each.order_id], _letter(each, abouts[each.order_id])) for each in told]
    written = insert_rows(
        CustomerMessage, rows, on_conflict="ON CONFLICT (tenant_id, key) DO NOTHING", returning=["state"]
    )
    transaction.on_commit(nudge.relay)
    return sum(state == CustomerMessage.DUE for (state,) in written)


def _is_history(news: News, order: Order) -> bool:
    """An old order that was entered lately brings its past with it: nobody is mailed about that."""
    entered_late = order.created_at - order.placed_at > FRESH
    return news.past and entered_late and news.happened_at - order.created_at < FRESH


def teller_of(order: Order, kind: str) -> str:
    """Who tells the customer if this happens now: ``us``, ``channel`` or ``nobody``.

    Where it would be us, and there is no mail all the same: ``no_address`` or ``history``.
    """
    if order.channel.told_by != "us":
        return order.channel.told_by
    if not order.email:
        return "no_address"
    news = News(kind, order.id, unit().now, past=kind == "refunded")
    return "history" if _is_history(news, order) else "us"


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
    transaction.on_commit(nudge.relay)
    return CustomerMessage.objects.get(id=row["id"])


def resend(*, message_id: UUID) -> CustomerMessage:
    """Send it again, as another mail, to the address the order has now.

    Raises `NotFound`, and `NotAllowed` while it is on its way, where there is no address, and for what is not
    ours to repeat.
    """
    message = lock_message(message_id)
    if message is None:
        raise NotFound("There is no such message.")
    recipient = message.order.email
    if (refusal := why_not_again(message, recipient)) is not None:
        raise NotAllowed(message.state, "resend", refusal)
    message.state, message.attempts, message.due_at, message.reason = CustomerMessage.DUE, 0, unit().now, ""
    # What we know we sent was another mail; what failed or stayed here is still the same one.
    message.resent += message.sent_at is not None
    message.recipient, message.sent_at = recipient, None
    message.save(update_fields=["state", "attempts", "due_at", "reason", "resent", "recipient", "sent_at"])
    subjects = (("order", message.order_id),)
    record([Change("messages.resend", f"“{message.subject}” sent again to the customer", subjects)])
    transaction.on_commit(nudge.relay)
    return message


def why_not_again(message: CustomerMessage, address: str) -> str | None:
    """Why this mail may not be sent again, or None."""
    if message.state in (CustomerMessage.DUE, CustomerMessage.SENDING):
        return _("It is on its way already. Nothing was changed.")
    if message.kind == "portal_code":
        return _("A code is good for one use and 15 minutes. The customer asks for a new one on the order page.")
    if message.kind == "portal_orders":
        return _("It leads to all orders of an address. The customer asks for it again where orders are looked up.")
    if not address:
        return _("The order has no e-mail address. Nothing was changed.")
    if message.kind == "satisfaction" and is_relay_address(address):
        return _("A marketplace’s own address is used for the order alone. Nothing was changed.")
    return None


def about_orders(orders: Sequence[Order]) -> dict[UUID, About]:
    """What letters need of these orders; two statements."""
    tenant = Tenant.objects.get(id=unit().tenant_id)
    formats, lines = Formats.of(tenant), lines_of([order.id for order in orders])
    links = order_links(tenant, [order.id for order in orders])
    return {
        order.id: About(
            order.number, tenant.name, order.customer_name, order.currency, order.total, order.payment_state in PAID,
            [(_name(each), each.line.quantity, each.line.total) for each in bought(lines.get(order.id, ()))],
            _extras(order, lines.get(order.id, ())), links[order.id], formats, unit().now,
        )
        for order in orders
    }  # fmt: skip


def _name(each: Bought) -> str:
    """A kit with what is in it: Gift box: 2 × mug, 4 × tea."""
    return f"{each.name}: {each.contents}" if each.contents else each.name


def _extras(order: Order, lines: Sequence[OrderLine]) -> list[tuple[str, Decimal]]:
    """Shipping, discount and the rest that the lines' own sums leave out of the total."""
    shipping = order.shipping_total - sum(line.total for line in lines if line.kind == "shipping")
    rest = order.total - sum(each.line.total for each in bought(lines)) - shipping
    named = ((_("Shipping"), shipping), (_("Discount") if rest < 0 else _("Tax"), rest))
    return [(name, amount) for name, amount in named if amount]


def _letter(news: News, about: About) -> Letter:
    write: Callable[..., Letter] = getattr(letters, news.kind)
    return write(about, **news.details)


def _row(news: News, order: Order, letter: Letter) -> dict:
    reason = _why_not(news, order)
    return {
        "id": uuid7(), "order_id": order.id, "kind": news.kind, "key": news.key, "recipient": order.email,
        "subject": letter.subject, "letter": letter.to_json(),
        "state": CustomerMessage.SKIPPED if reason else CustomerMessage.DUE, "reason": reason, "attempts": 0,
        "resent": 0, "due_at": max(news.happened_at + news.wait, unit().now), "sent_at": None,
        "created_at": unit().now,
    }  # fmt: skip


def _why_not(news: News, order: Order) -> str:
    if unit().now - news.happened_at > FRESH:
        return TOO_OLD
    if not order.email:
        return NO_ADDRESS
    return RELAY if news.kind == "satisfaction" and is_relay_address(order.email) else ""
