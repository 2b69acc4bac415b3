"""The form of a new order: a head and its lines, and the draft they make."""

from decimal import Decimal
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.accounts.models import SalesChannel
from oms.core.money import ZERO
from oms.core.tenancy import unit
from oms.dashboard.orders.forms import (
    ADDRESS,
    address_fields,
    address_of,
    note_field,
    offer_country,
    tag_list,
    tags_field,
)
from orders.placing.drafts import LineDraft, OrderDraft

FIRST_LINES, MORE_LINES, LINES_MAX = 3, 5, 500
PAYMENT = [("unpaid", _("Not paid yet")), ("authorised", _("Authorized")), ("paid", _("Paid"))]
ON_SHORTAGE = [("backorder", _("Take the order; the rest waits for stock")), ("refuse", _("Do not take the order"))]


def money_field(label, **options) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, decimal_places=4, max_digits=18,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "amount", "autocomplete": "off"}), **options,
    )  # fmt: skip


class NewOrderForm(forms.Form):
    """The head of a new order; its lines are beside it."""

    channel = forms.ChoiceField(label=_("Channel"))
    customer_name = forms.CharField(label=_("Customer"), required=False, max_length=200)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput)
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=50, widget=forms.TextInput(attrs={"type": "tel"})
    )
    shipping = money_field(_("Shipping charged"), min_value=Decimal(0))
    discount = money_field(_("Discount on the order"), min_value=Decimal(0))
    payment_state = forms.ChoiceField(label=_("Payment"), choices=PAYMENT)
    on_shortage = forms.ChoiceField(label=_("When stock is short"), choices=ON_SHORTAGE)
    customer_note = note_field(_("Note from the customer"))
    tags = tags_field()
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        channels = SalesChannel.objects.filter(active=True).order_by("name", "id")
        if unit().actor.channels is not None:
            channels = channels.filter(id__in=unit().actor.channels)
        self.fields["channel"].choices = [(str(each.id), each.name) for each in channels]
        self.fields |= address_fields()
        self.fields["name"].help_text = _("If it is not the customer.")
        offer_country(self, str(self.initial.get("country", "")))

    def address_rows(self) -> list[forms.BoundField]:
        return [self[name] for name in ADDRESS]


class LineForm(forms.Form):
    """One line; without a price it takes the item's own. An empty line is left out."""

    sku = forms.CharField(
        label=_("SKU or barcode"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"data-scan": "field", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    quantity = forms.IntegerField(label=_("Units"), required=False, min_value=1, max_value=10_000_000)
    unit_price = money_field(_("Price each"))
    discount = money_field(_("Discount"), min_value=Decimal(0))
    tax = money_field(_("Tax"), min_value=Decimal(0))

    @property
    def is_empty(self) -> bool:
        return not (self.cleaned_data.get("sku") or "").strip()


LineForms = forms.formset_factory(LineForm, extra=0, max_num=LINES_MAX, absolute_max=LINES_MAX, validate_max=True)


def head_of(draft: OrderDraft | None) -> dict:
    """What the form shows of a saved draft."""
    if draft is None:
        return {"on_shortage": "backorder"}
    address = draft.ship_to.to_json()
    return {name: address.get(name, "") for name in ADDRESS} | {
        "name": "" if draft.ship_to.name == draft.customer_name else draft.ship_to.name,
        "channel": str(draft.channel_id or ""), "customer_name": draft.customer_name, "email": draft.email,
        "phone": draft.phone, "shipping": draft.shipping or None, "discount": draft.discount or None,
        "payment_state": draft.payment_state, "on_shortage": draft.on_shortage,
        "customer_note": draft.customer_note, "tags": ", ".join(draft.tags),
    }  # fmt: skip


def lines_of_draft(draft: OrderDraft | None) -> list[dict]:
    """A row per line, and some empty ones below."""
    given = [
        {
            "sku": line.sku, "quantity": line.quantity, "unit_price": line.unit_price,
            "discount": line.discount or None, "tax": line.tax or None,
        }
        for line in (draft.lines if draft else ())
    ]  # fmt: skip
    return [*given, *[{}] * (1 if given else FIRST_LINES)][:LINES_MAX]


def filled(lines: forms.BaseFormSet) -> list[LineForm]:
    return [line for line in lines if not line.is_empty]


def draft_from(form: NewOrderForm, lines: forms.BaseFormSet, *, currency: str, saved_id: UUID | None) -> OrderDraft:
    """The order as typed; who receives it is the customer, unless said otherwise."""
    given = form.cleaned_data
    customer = given["customer_name"].strip()
    return OrderDraft(
        channel_id=UUID(given["channel"]),
        currency=currency,
        email=given["email"].strip(),
        phone=given["phone"].strip(),
        customer_name=customer,
        ship_to=address_of({**given, "name": given["name"].strip() or customer}),
        lines=tuple(_line(each.cleaned_data) for each in filled(lines)),
        shipping=given["shipping"] or ZERO,
        discount=given["discount"] or ZERO,
        payment_state=given["payment_state"],
        tags=tuple(tag_list(given["tags"])),
        customer_note=given["customer_note"],
        on_shortage=given["on_shortage"],
        source="dashboard",
        order_id=saved_id,
    )


def _line(given: dict) -> LineDraft:
    return LineDraft(
        sku=given["sku"].strip(),
        quantity=given["quantity"] or 1,
        unit_price=given["unit_price"],
        discount=given["discount"] or ZERO,
        tax=given["tax"] or ZERO,
    )
