"""What the order list offers beside its search box: filters to add, chips to remove, and the syntax by example."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from inventory.queries import visible_locations
from oms.accounts.models import SalesChannel
from oms.dashboard.vocabulary import FULFILLMENT, HOLD, PAYMENT
from orders.filtering import read_terms


@dataclass(frozen=True)
class Chip:
    """One term of the search, and the address of the list without it."""

    label: str
    remove: str


def chips(text: str, view: str) -> list[Chip]:
    """Raises `Invalid` for a text that cannot be read."""
    raw = [term.raw for term in read_terms(text)]
    return [Chip(each, address(view, [*raw[:at], *raw[at + 1 :]])) for at, each in enumerate(raw)]


def address(view: str, terms: Sequence[str]) -> str:
    """The list's own parameters: a view, and what is searched in it."""
    return "?" + urlencode({"view": view} | ({"q": " ".join(terms)} if terms else {}))


def offered(channels: Sequence[SalesChannel]) -> list[tuple[str, list[tuple[str, str | Promise]]]]:
    """Groups of filters, each as the term it adds and its words."""
    locations = visible_locations().order_by("priority", "code").values_list("code", "name")
    groups = [
        (_("Stock"), [(f"fulfillment:{code}", each.word) for code, each in FULFILLMENT.items()]),
        (_("Ship by"), [("is:late", _("Late")), ("shipby:today", _("Today")), ("shipby:tomorrow", _("Tomorrow"))]),
        (_("Hold"), [(f"hold:{code}", each.word) for code, each in HOLD.items()]),
        (
            _("Payment"),
            [
                *((f"payment:{code}", each.word) for code, each in PAYMENT.items()),
                ("is:refund_failed", _("Refund failed")),
            ],
        ),
        (_("Location"), [(f"location:{_quoted(code)}", name) for code, name in locations]),
        (_("Channel"), [(f"channel:{_quoted(each.code)}", each.name) for each in channels]),
    ]
    return [(name, terms) for name, terms in groups if terms]


def _quoted(text: str) -> str:
    """In quotation marks where the language would cut it in two."""
    return text if all(letter.isalnum() or letter in "-_." for letter in text) else f'"{text}"'


def examples(view: str) -> list[tuple[str, str, str]]:
    """Address, what to type, and what it finds: the syntax is learnt by clicking it."""
    known = [
        ("is:late", _("past ship-by")),
        ("hold:address", _("held for one reason")),
        ("sku:MUG*", _("with an item that begins so")),
        ("tag:gift", _("with a tag")),
        ("placed:>=today-7", _("placed in the last week")),
        ("shipby:<today+1", _("to ship today or before")),
        ("total:>=100", _("from an amount on")),
        ("country:DE,FR", _("going to one of these countries")),
        ("-is:held", _("not on hold")),
    ]
    return [(address(view, [text]), text, words) for text, words in known]
