"""Boxes and addresses to ship, and a carrier that answers as a test tells it to."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from standardwebhooks import Webhook

from oms.core.actors import system
from oms.core.addresses import Address
from shipping.adapters.own_delivery.carrier import OwnDelivery
from shipping.adapters.port import Box, Label
from shipping.adapters.registry import CARRIERS

PROCESS = system("tests")
LEEDS = Address(company="Acme", line1="14 Foundry Street", city="Leeds", postcode="LS11 5QP", country="GB")
NEAR = Address(name="Nora Near", line1="2 Mill Lane", city="Leeds", postcode="LS6 2AB", country="GB")
LONDON = Address(name="Lena London", line1="3 Lamb's Passage", city="London", postcode="EC1Y 8LE", country="GB")
BERLIN = Address(name="Bernd Berlin", line1="Torstraße 1", city="Berlin", postcode="10119", country="DE")
SYDNEY = Address(
    name="Sid Sydney", line1="1 George St", city="Sydney", region="NSW", postcode="2000", country="AU"
)  # fmt: skip
BOX = Box(1_500, 300, 200, 150)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


class Obedient(OwnDelivery):
    """Does what the list says, one entry an answer: an exception is raised, anything else is what it does itself."""

    name = "obedient"
    label = "Obedient"
    script: list = []
    asked: list = []
    when_asked: Callable[[], None] | None = None

    def buy(self, request, key) -> Label:
        self._note("buy", key)
        return Label("OB" + key.hex[:10].upper(), Decimal("4.90"), "EUR", None, b"%PDF-1.7", "^XA^XZ")

    def void(self, tracking_number, key) -> bool:
        answer = self._note("void", key)
        return True if answer is None else answer

    def _note(self, verb, key):
        self.asked.append((verb, key))
        if self.when_asked is not None:
            type(self).when_asked()
        answer = self.script.pop(0) if self.script else None
        if isinstance(answer, Exception):
            raise answer
        return answer


def obedient() -> type[Obedient]:
    """A fresh one, known under its name."""
    made = type("Fresh", (Obedient,), {"script": [], "asked": [], "when_asked": None})
    CARRIERS["obedient"] = made
    return made


def scan(number: str, code: str, *, hour: int = 10, source: str = "", **more: str) -> dict:
    """One scan as own delivery posts it, at this hour of 23 November 2026."""
    at = MONDAY.replace(hour=0) + timedelta(hours=hour)
    source = source or f"{code}-{hour}"
    return {"id": source, "tracking_number": number, "code": code, "occurred_at": at.isoformat(), **more}


def signed(secret: str, body: str, *, message_id: str = "", at: datetime | None = None) -> dict[str, str]:
    """The headers of a message, signed now or at another moment."""
    at, message_id = at or datetime.now(UTC), message_id or f"msg_{uuid.uuid4().hex}"
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body),
    }


def scans(*rows: dict) -> str:
    return json.dumps({"scans": list(rows)})
