"""The forms about money. Limits are shown beside each field; the rules decide again under the order's lock."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.core.formatting import Formats, money_text
from oms.core.money import ZERO, exponent, rounded
from oms.dashboard.forms import PlainForm
from oms.dashboard.orders.forms import reason_field, tell_field
from oms.dashboard.vocabulary import METHODS
from orders.models import Order, OrderLine, Payment
from orders.placing.drafts import PaymentDraft
from orders.placing.payments import REFERENCE_MAX
from orders.queries.money import LineMoney, OrderMoney
from orders.refunding import RefundDraft

LAST, SHARE, NONE = "last", "share", "none"
SHIPPING: dict[str, bool | None] = {LAST: None, SHARE: True, NONE: False}
EXCHANGED = "exchange"


def money_field(label, currency: str, **options) -> forms.DecimalField:
    digits = exponent(currency)
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": Decimal(1).scaleb(-digits)})
    return forms.DecimalField(
        label=label, min_value=ZERO, max_digits=18, decimal_places=digits, widget=widget, **options
    )


class RefundForm(PlainForm):
    """Units of each line, their part of the shipping, a sum besides; and the sum the button said."""

    amount_said = forms.DecimalField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args, order: Order, money: OrderMoney, lines: Sequence[OrderLine], formats: Formats, tells: bool, **more
    ) -> None:
        super().__init__(*args, **more)
        self.order, self.money = order, money
        self.named = {line.id: line for line in lines}
        self.left = {f"line-{each.line_id}": each for each in money.lines if each.units_left}
        for name, each in self.left.items():
            line = self.named[each.line_id]
            self.fields[name] = forms.IntegerField(
                label=line.title or line.sku or line.kind, min_value=0, max_value=each.units_left, initial=0,
                required=False, error_messages={"max_value": _("Only %(limit_value)s are left to refund.")},
            )  # fmt: skip
        shipping = sum((each.shipping_left for each in money.lines), ZERO)
        if shipping:
            self.fields["shipping"] = forms.ChoiceField(
                label=_("Shipping"), choices=[
                    (LAST, _("Give it back with the last units")), (SHARE, _("Give back these units’ share")),
                    (NONE, _("Keep it")),
                ],
                help_text=_("%(sum)s are left.") % {"sum": money_text(shipping, order.currency, formats)},
            )  # fmt: skip
        most = money_text(money.left, order.currency, formats)
        self.fields["goodwill"] = money_field(
            _("Other amount"), order.currency, required=False,
            help_text=_("Up to %(sum)s, for no unit: a gesture, or what is owed.") % {"sum": most},
        )  # fmt: skip
        self.fields["reason"] = reason_field(_("Why?"), required=False, help_text=_("For colleagues."))
        if tells:
            mail = _("Once the money has gone back: “… refunded for order #%(number)s”.") % {"number": order.number}
            self.fields["tell_customer"] = tell_field(mail)

    def rows(self) -> list[tuple[OrderLine, LineMoney, forms.BoundField]]:
        """Each line of which something is left, with its limit and its field."""
        return [(self.named[each.line_id], each, self[name]) for name, each in self.left.items()]

    def names(self) -> dict[str, str]:
        """How the rules name the fields → how the form does."""
        return {f"lines.{each.line_id}": name for name, each in self.left.items()}

    def says_anything(self) -> bool:
        return bool(self.cleaned_data.get("goodwill")) or any(self.cleaned_data.get(name) for name in self.left)

    def expected(self) -> Decimal | None:
        return self.cleaned_data["amount_said"]

    def draft(self) -> RefundDraft:
        given = self.cleaned_data
        return RefundDraft(
            self.order.id,
            {each.line_id: units for name, each in self.left.items() if (units := given.get(name))},
            shipping=SHIPPING[given.get("shipping", LAST)],
            goodwill=given.get("goodwill") or ZERO,
            reason=given["reason"],
            tell_customer=given.get("tell_customer", True),
        )


class PaymentForm(PlainForm):
    """What came in, and how; where something is authorized, whether it is that money."""

    def __init__(self, *args, order: Order, money: OrderMoney, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        authorised = [each for each in money.payments if each.state == Payment.AUTHORISED]
        if authorised:
            self.fields["authorisation"] = forms.ChoiceField(
                label=_("What came in?"),
                choices=[*((str(each.id), _named(each)) for each in authorised), ("", _("Another payment"))],
                required=False,
            )
        owed = rounded(money.owed_by_customer, order.currency)
        self.fields["amount"] = money_field(
            _("Amount"), order.currency, initial=owed or None, error_messages={"required": _("Fill this in.")}
        )
        self.fields["method"] = forms.ChoiceField(
            label=_("How was it paid?"),
            choices=[(code, words) for code, words in METHODS.items() if code != EXCHANGED],
            help_text=_("The money of an authorized payment keeps its own.") if authorised else "",
        )
        self.fields["reference"] = forms.CharField(
            label=_("Reference"), required=False, max_length=REFERENCE_MAX,
            help_text=_("Like the bank’s or the terminal’s number for it."),
        )  # fmt: skip

    def draft(self) -> PaymentDraft:
        given = self.cleaned_data
        return PaymentDraft(given["amount"], given["method"], reference=given["reference"].strip())

    def authorisation_id(self) -> UUID | None:
        chosen = self.cleaned_data.get("authorisation")
        return UUID(chosen) if chosen else None


def _named(payment: Payment) -> str:
    amount = f"{rounded(payment.amount, payment.currency)} {payment.currency}"
    words = f"{METHODS[payment.method]}, {amount}"
    return f"{words}, {payment.reference}" if payment.reference else words
