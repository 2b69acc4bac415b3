"""A shop that is connected by the signed hook."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

from django.test import Client
from standardwebhooks import Webhook

from channels.actions.connections import connect_hook
from channels.models import ChannelMessage, Connection
from channels.tasks import read_messages
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from orders.models import Order, OrderLine

PROCESS = system("tests")
BERLIN = {"name": "Ada Byron", "line1": "Torstraße 1", "city": "Berlin", "postcode": "10119", "country": "DE"}


def order(*lines: dict, external_id: str = "WEB-1", **fields: object) -> dict:
    """One order in the API's shape: two blue mugs to Berlin, unless said otherwise; None leaves a field out."""
    good = {
        "external_id": external_id, "currency": "EUR", "customer": {"name": "Ada Byron", "email": "ada@example.com"},
        "ship_to": BERLIN, "lines": list(lines) or [{"sku": "MUG-BLU", "quantity": 2, "unit_price": "12.50"}],
    }  # fmt: skip
    return {name: value for name, value in {**good, **fields}.items() if value is not None}


def told(kind: str, data: object) -> str:
    return json.dumps({"type": kind, "timestamp": datetime.now(UTC).isoformat(), "data": data})


def signed(secret: str, body: str, *, message_id: str = "", at: datetime | None = None) -> dict[str, str]:
    """The headers of a message, signed now or at another moment."""
    at, message_id = at or datetime.now(UTC), message_id or f"msg_{uuid.uuid4().hex}"
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body),
    }


def connected(tenant, channel, name: str = "Our shop") -> SimpleNamespace:
    """A hook: ``id``, ``secret``, ``path``; ``post`` signs and sends, ``say`` sends and has it read."""
    with unit_of_work(tenant.id, PROCESS):
        made, secret = connect_hook(channel_id=channel.id, name=name)
    shop = SimpleNamespace(id=made.id, secret=secret, path=f"/hooks/channels/{tenant.public_id}/{made.id}")
    shop.post = _post(shop)
    shop.read = lambda: read_messages(tenant_id=tenant.id)
    shop.say = lambda kind, data: (shop.post(told(kind, data)), shop.read(), newest(tenant))[-1]
    return shop


def _post(shop: SimpleNamespace) -> Callable:
    def send(body: str | bytes, headers: dict | None = None, path: str = "", content_type: str = "application/json"):
        headers = signed(shop.secret, body) if headers is None else headers
        return Client().post(path or shop.path, body, content_type=content_type, headers=headers)

    return send


def kept(tenant) -> list[ChannelMessage]:
    """All messages, oldest first."""
    with unit_of_work(tenant.id, PROCESS):
        return list(ChannelMessage.objects.order_by("received_at", "id"))


def newest(tenant) -> ChannelMessage:
    return kept(tenant)[-1]


def connection(tenant, shop) -> Connection:
    with unit_of_work(tenant.id, PROCESS):
        return Connection.objects.get(id=shop.id)


def orders(tenant) -> list[Order]:
    with unit_of_work(tenant.id, PROCESS):
        return list(Order.objects.order_by("number"))


def counters(tenant) -> list[tuple[str, int, int, int, int]]:
    """SKU, quantity, cancelled, shipped, returned of every line."""
    with unit_of_work(tenant.id, PROCESS):
        lines = OrderLine.objects.order_by("order__number", "position")
        return list(lines.values_list("sku", "quantity", "cancelled", "shipped", "returned"))
