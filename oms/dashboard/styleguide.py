"""The style guide: every component in every state, on pages made for looking at and for checking.

It exists in development only; its merchant, orders and people are samples that live in this file.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from oms.core.actors import EVERY_VERB, Actor
from oms.core.addresses import Address
from oms.dashboard.vocabulary import AXES, TONES

PAGES = {"index", "list", "detail"}
ADDRESS = Address(
    name="Amélie Brontë-Featherstonehaugh",
    line1="12 Upper Basement Street",
    line2="Flat 3",
    city="Leeds",
    postcode="LS1 4AP",
    country="GB",
)


@dataclass(frozen=True)
class SampleMerchant:
    """A merchant to show pages with; nothing is stored for it."""

    id: int = 0
    slug: str = "demo"
    name: str = "Larkfield & Sons Homewares"
    currency: str = "GBP"
    timezone: str = "Europe/London"
    locale: str = "en-GB"


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Location name", help_text="People see it in lists, so keep it short.")
    email = forms.EmailField(label="Contact email", required=False)
    kind = forms.ChoiceField(label="Type", choices=[("warehouse", "Warehouse"), ("store", "Store")])
    country = forms.CharField(label="Country", disabled=True, initial="United Kingdom")
    notes = forms.CharField(label="Notes", widget=forms.Textarea, required=False)
    active = forms.BooleanField(label="Ships orders", required=False, help_text="Routing may choose this location.")
    reason = forms.ChoiceField(
        label="Reason",
        widget=forms.RadioSelect,
        choices=[("customer", "Customer asked"), ("fraud", "Looks like fraud"), ("other", "Another reason")],
    )


def styleguide(request: HttpRequest, page: str = "index") -> HttpResponse:
    """One page of the guide: all components, or a list or detail page made of them."""
    if not settings.DEVELOPMENT or page not in PAGES:
        raise Http404
    request.merchant = SampleMerchant()
    request.actor = Actor(kind="user", id="0", label="Sam Okafor", verbs=EVERY_VERB)
    refused = SampleForm({"email": "not-an-address", "kind": "store"})
    refused.is_valid()
    now = timezone.now()
    context = {
        "tones": TONES,
        "axes": AXES,
        "sample_form": SampleForm(initial={"name": "Leeds"}),
        "refused": refused,
        "address": ADDRESS,
        "orders": _orders(now),
        "now": now,
        "soon": now + timedelta(hours=2, minutes=10),
        "earlier": now - timedelta(minutes=12),
        "last_year": datetime(now.year - 1, 3, 4, 14, 2, tzinfo=UTC),
        "amounts": [(Decimal("1234.5"), "GBP"), (Decimal("-4"), "GBP"), (Decimal("12.5"), "CAD"), (None, "GBP")],
    }
    return render(request, f"styleguide/{page}.html", context)


def _orders(now: datetime) -> list[dict[str, object]]:
    states = [
        ("open", "allocated", "paid", "Leeds picks 3 units.", ""),
        ("checking", "not_allocated", "authorised", "Address is being checked.", ""),
        ("open", "backordered", "part_paid", "London waits for 1 × MUG-BLU, expected 26 Nov.", "stock"),
        ("open", "part_allocated", "unpaid", "Someone must decide: card country differs from delivery.", "risk"),
        ("cancelled", "not_allocated", "refunded", "Nothing more happens.", ""),
        ("closed", "allocated", "part_refunded", "Nothing more happens.", ""),
    ]
    names = ["Amélie Brontë", "Jürgen Müller-Lüdenscheidt", "محمد الأحمد", "Bo Li", "Ada 🌱 Green", "Siân Hughes"]
    return [
        {
            "number": 10482 - index,
            "placed_at": now - timedelta(hours=5 * index * index, minutes=12),
            "customer": names[index],
            "items": f"{index + 1} × MUG-BLU Stoneware mug, blue, 330 ml",
            "order_state": order,
            "fulfillment_state": fulfillment,
            "payment_state": payment,
            "next_step": step,
            "hold": hold,
            "total": Decimal("24.00") * (index * index * 37 + 1),
            "currency": "CAD" if index == 3 else "GBP",
        }
        for index, (order, fulfillment, payment, step, hold) in enumerate(states)
    ]
