"""The forms of the order pages. They check shape only; what is permitted and possible is the actions' to say."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.accounts.models import SalesChannel

REASON_MAX = 500
CANCEL_REASONS = [
    ("customer", _("Customer changed their mind")),
    ("stock", _("Out of stock")),
    ("fraud", _("Looks fraudulent")),
    ("duplicate", _("Ordered twice")),
    ("other", _("Another reason")),
]
HOLD_KINDS = [
    ("manual", _("Look at it first")),
    ("customer", _("Customer asked us to wait")),
    ("address", _("Address needs checking")),
    ("payment", _("Payment needs checking")),
    ("risk", _("Looks risky")),
]


class CancelForm(forms.Form):
    """Reason, and one quantity per line; lines left at nought stay."""

    reason = forms.ChoiceField(label=_("Why?"), choices=CANCEL_REASONS)
    note = forms.CharField(label=_("Anything to add?"), required=False, max_length=REASON_MAX)

    def __init__(self, *args, lines, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.quantity > line.cancelled]
        for line in self.lines:
            most = line.quantity - line.cancelled
            self.fields[f"line-{line.id}"] = forms.IntegerField(
                label=line.title or line.sku, min_value=0, max_value=most, initial=most, required=False,
                error_messages={"max_value": _("At most %(limit_value)s can be canceled.")},
            )  # fmt: skip

    def wanted(self) -> dict:
        """Line id → units, for the lines of which any are to be cancelled."""
        return {line.id: units for line in self.lines if (units := self.cleaned_data.get(f"line-{line.id}") or 0)}

    def sentence(self) -> str:
        words = str(dict(CANCEL_REASONS)[self.cleaned_data["reason"]])
        note = self.cleaned_data["note"].strip()
        return f"{words}: {note}" if note else words

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.wanted():
            raise forms.ValidationError(_("Say how many units to cancel on at least one line."))
        return cleaned


class HoldForm(forms.Form):
    kind = forms.ChoiceField(label=_("What kind of hold?"), choices=HOLD_KINDS)
    reason = forms.CharField(label=_("What must happen before it may go on?"), max_length=REASON_MAX)
    until = forms.DateTimeField(
        label=_("Release by itself at"), required=False,
        help_text=_("Leave empty to hold it until somebody releases it."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )  # fmt: skip


class EditForm(forms.Form):
    """Delivery address, the customer's note and tags."""

    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    company = forms.CharField(label=_("Company"), required=False, max_length=200)
    line1 = forms.CharField(label=_("Street"), required=False, max_length=200)
    line2 = forms.CharField(label=_("Street, second line"), required=False, max_length=200)
    city = forms.CharField(label=_("City"), required=False, max_length=200)
    region = forms.CharField(label=_("State or region"), required=False, max_length=200)
    postcode = forms.CharField(label=_("Postcode"), required=False, max_length=40)
    country = forms.CharField(label=_("Country code"), required=False, max_length=2, help_text=_("Two letters, like GB."))
    customer_note = forms.CharField(
        label=_("Note from the customer"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )
    tags = forms.CharField(label=_("Tags"), required=False, max_length=1000, help_text=_("Separated by commas."))
    version = forms.IntegerField(widget=forms.HiddenInput)

    ADDRESS = ("name", "company", "line1", "line2", "city", "region", "postcode", "country")

    def tag_list(self) -> list[str]:
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]


class MoveForm(forms.Form):
    location = forms.ChoiceField(label=_("Move to"))
    reason = forms.CharField(label=_("Why?"), max_length=REASON_MAX)

    def __init__(self, *args, locations, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].choices = [(str(each.id), each.name) for each in locations]


class BulkForm(forms.Form):
    """One check page for every bulk verb: what it needs to know, and nothing else."""

    reason = forms.CharField(label=_("Why?"), max_length=REASON_MAX)

    def __init__(self, *args, verb: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if verb == "tag":
            self.fields = {"tag": forms.CharField(label=_("Tag"), max_length=60)}
        elif verb == "allocate":
            self.fields = {}


class NewOrderForm(forms.Form):
    """The head of a new order; its lines are beside it."""

    channel = forms.ChoiceField(label=_("Channel"))
    customer_name = forms.CharField(label=_("Customer"), required=False, max_length=200)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"}))
    line1 = forms.CharField(label=_("Street"), required=False, max_length=200)
    line2 = forms.CharField(label=_("Street, second line"), required=False, max_length=200)
    city = forms.CharField(label=_("City"), required=False, max_length=200)
    region = forms.CharField(label=_("State or region"), required=False, max_length=200)
    postcode = forms.CharField(label=_("Postcode"), required=False, max_length=40)
    country = forms.CharField(label=_("Country code"), required=False, max_length=2, help_text=_("Two letters, like GB."))
    shipping = forms.DecimalField(label=_("Shipping"), required=False, min_value=Decimal(0), decimal_places=4)
    discount = forms.DecimalField(label=_("Discount"), required=False, min_value=Decimal(0), decimal_places=4)
    payment_state = forms.ChoiceField(
        label=_("Payment"), choices=[("unpaid", _("Not paid yet")), ("authorised", _("Authorized")), ("paid", _("Paid"))]
    )
    on_shortage = forms.ChoiceField(
        label=_("When stock is short"),
        choices=[("backorder", _("Take the order and backorder the rest")), ("refuse", _("Do not take the order"))],
    )
    customer_note = forms.CharField(
        label=_("Note from the customer"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )
    tags = forms.CharField(label=_("Tags"), required=False, max_length=1000, help_text=_("Separated by commas."))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        channels = SalesChannel.objects.filter(active=True).order_by("name")
        self.fields["channel"].choices = [(str(each.id), each.name) for each in channels]


class LineForm(forms.Form):
    """One line; without a price it takes the item's own. An empty line is left out."""

    sku = forms.CharField(label=_("SKU or barcode"), required=False, max_length=200)
    quantity = forms.IntegerField(label=_("Quantity"), required=False, min_value=1, max_value=10_000_000)
    unit_price = forms.DecimalField(label=_("Price each"), required=False, decimal_places=4, max_digits=18)
    discount = forms.DecimalField(label=_("Discount"), required=False, min_value=Decimal(0), decimal_places=4, max_digits=18)
    tax = forms.DecimalField(label=_("Tax"), required=False, min_value=Decimal(0), decimal_places=4, max_digits=18)

    @property
    def is_empty(self) -> bool:
        return not (self.cleaned_data.get("sku") or "").strip()


LineForms = forms.formset_factory(LineForm, extra=3, max_num=500, validate_max=True)
