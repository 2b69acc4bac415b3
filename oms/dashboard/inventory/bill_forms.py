"""The form of a supplier's bill, and how it is read."""

import re
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.actions.billing.drafts import BillDraft, ChargeLine, GoodsLine
from inventory.billing.sharing import CHARGES
from inventory.models import PurchaseOrder, PurchaseOrderLine, Supplier
from inventory.queries.billing import orders_by_number
from oms.dashboard.forms import PlainForm
from oms.dashboard.inventory.forms import LineForm, day_field
from oms.dashboard.inventory.lines import filled_lines, items_of

SHARED_BY_WORDS = [("value", _("What goods cost")), ("weight", _("What they weigh")), ("quantity", _("Units"))]


def _amount(label: str, **options: object) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label,
        required=False,
        widget=widget,
        error_messages={"invalid": _("Enter an amount like 12.50.")},
        **options,
    )


class BillForm(PlainForm):
    """The head of a bill, and what it asks beside the goods."""

    supplier = forms.TypedChoiceField(label=_("Supplier"), coerce=UUID)
    number = forms.CharField(label=_("Their number"), help_text=_("As it stands on the bill."))
    billed_on = day_field(_("Date of the bill"), required=True)
    currency = forms.CharField(label=_("Currency"), help_text=_("Like EUR."))
    rate = _amount(
        _("Rate"), help_text=_("Only for another currency than yours: what one unit of it is worth in yours.")
    )
    orders = forms.CharField(
        label=_("Purchase orders"), required=False, help_text=_("Like PO1001, PO1002: what the bill is for.")
    )
    freight = _amount(_("Freight"))
    duty = _amount(_("Duty"))
    insurance = _amount(_("Insurance"))
    other = _amount(_("Other charges"))
    shared_by = forms.ChoiceField(label=_("Share charges out by"), choices=SHARED_BY_WORDS)
    tax = _amount(_("Tax"), help_text=_("What you get back from the state; no cost of goods."))
    total = _amount(_("Total"), help_text=_("As the bill says. Empty: not compared."))
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(self, *args, sellers: Sequence[Supplier], **options) -> None:
        super().__init__(*args, **options)
        self.fields["supplier"].choices = [(each.id, each.name) for each in sellers]

    def clean_orders(self) -> list[PurchaseOrder]:
        """In the order in which they were typed."""
        numbers = [int(each) for each in re.findall(r"\d{1,12}", self.cleaned_data["orders"])]
        found = orders_by_number(numbers)
        if missing := [number for number in numbers if number not in found]:
            raise forms.ValidationError(_("There is no order PO%s.") % missing[0])
        return [found[number] for number in dict.fromkeys(numbers)]


class BillLineForm(LineForm):
    """Units at a price."""

    unit_price = _amount(_("Price of one"))

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if cleaned.get("code") and cleaned.get("unit_price") is None and "unit_price" not in self.errors:
            self.add_error("unit_price", _("Say what one costs."))
        return cleaned


def draft_of(form: BillForm, lines: forms.BaseFormSet) -> BillDraft:
    """Each line is for the first order named that has its item, charges for all of them."""
    given, items = form.cleaned_data, items_of(lines)
    orders = given["orders"]
    rows = [(items[each["code"]].id, each) for each in (line.cleaned_data for line in filled_lines(lines))]
    of_item = _orders_of_items(orders)
    return BillDraft(
        supplier_id=given["supplier"], number=given["number"], billed_on=given["billed_on"],
        currency=given["currency"].strip().upper(), rate=given["rate"], tax=given["tax"] or Decimal(0),
        total=given["total"], note=given["note"],
        goods=[GoodsLine(item, each["quantity"], each["unit_price"], of_item.get(item)) for item, each in rows],
        charges=[
            ChargeLine(charge, given[charge], tuple(each.id for each in orders), given["shared_by"])
            for charge in CHARGES
            if given[charge]
        ],
    )  # fmt: skip


def _orders_of_items(orders: Sequence[PurchaseOrder]) -> dict[UUID, UUID]:
    """Item → the first of these orders that has it."""
    place = {each.id: number for number, each in enumerate(orders)}
    rows = PurchaseOrderLine.objects.filter(purchase_order__in=place).values_list("item_id", "purchase_order_id")
    return dict(sorted(rows, key=lambda row: -place[row[1]]))
