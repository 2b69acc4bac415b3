"""Find an order by what its customer knows. Every mismatch costs and says the same."""

import hmac
import re
from dataclasses import dataclass

from orders.models import Order
from orders.queries import visible_orders

NUMBER_MAX = 10**15


@dataclass(frozen=True)
class Found:
    """``proves_contact``: the e-mail address or phone was given, and not only where it goes."""

    order: Order
    proves_contact: bool


def find_order(*, number: str, contact: str) -> Found | None:
    """The order with this number, ours or the channel's, if ``contact`` is its e-mail, phone or postcode."""
    found = _by_number(number.strip().lstrip("#").strip())
    # A row that matches nothing, so that an unknown number is compared as well.
    order = found or Order(email="", phone="", ship_to={})
    given = contact.strip()
    same_email = _same(given.lower(), order.email.lower())
    same_phone = _same(_digits(given)[-9:], _digits(order.phone or order.ship_to.get("phone", ""))[-9:], least=7)
    same_postcode = _same(_plain(given), _plain(order.ship_to.get("postcode", "")), least=3)
    if found is None or not (same_email or same_phone or same_postcode):
        return None
    return Found(order, same_email or same_phone)


def any_spelling(text: str) -> str:
    """What is left of a number or contact however it is written: the same for "#1042" and " 1042"."""
    return re.sub(r"[\W_]", "", text).lower()


def _by_number(text: str) -> Order | None:
    orders = visible_orders().exclude(state="draft").select_related("channel")
    if text.isdecimal() and int(text) < NUMBER_MAX and (found := orders.filter(number=int(text)).first()):
        return found
    return orders.filter(external_id=text).order_by("-placed_at", "-id").first() if text else None


def _same(given: str, known: str, *, least: int = 1) -> bool:
    return hmac.compare_digest(given.encode(), known.encode()) and len(known) >= least


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _plain(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()
