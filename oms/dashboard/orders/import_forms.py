"""The forms of an import: the file, what its columns mean, and what is done with its orders."""

from collections.abc import Sequence

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.mapping.fields import FIELDS, Field
from channels.mapping.kinds import KINDS
from channels.mapping.options import options_from
from channels.models import Import
from inventory.models import Location
from oms.accounts.models import SalesChannel
from oms.core.sheets.values import DATE_FORMATS
from oms.dashboard.choices import countries, currencies, timezones, with_current

GROUPS = {
    "order": gettext_lazy("The order"), "line": gettext_lazy("Its lines"), "ship": gettext_lazy("Delivery address"),
    "bill": gettext_lazy("Billing address"),
}  # fmt: skip
ENCODINGS = [
    ("", gettext_lazy("Find out")), ("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16"),
    ("iso-8859-1", "ISO 8859-1"), ("iso-8859-2", "ISO 8859-2"), ("iso-8859-15", "ISO 8859-15"),
    ("cp1250", "Windows-1250"),
]  # fmt: skip
# How each date format looks, in letters that name the parts.
PARTS = {
    "%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "hh", "%M": "mm", "%S": "ss", "%z": "+hhmm", "%b": "Nov",
}  # fmt: skip
READING = ("date_format", "timezone", "decimal_comma", "currency", "country", "cancel_prefix", "adjustment_prefix")
DOING = (
    "create_missing_items", "opening_stock_location", "opening_stock_factor", "on_shortage", "payment_state",
    "zero_price", "negative_price",
)  # fmt: skip
RULES = "kind_rules"


class UploadForm(forms.Form):
    """One file, and which channel its orders came from."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, gzipped or not, or an Excel workbook; up to 512 MB when opened."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.gz,.xlsx,.xls,.ods,text/csv"}),
    )
    channel_id = forms.ChoiceField(label=gettext_lazy("Sales channel"))
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=ENCODINGS, required=False)

    def __init__(self, *args, channels: Sequence[SalesChannel], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel_id"].choices = [(str(each.id), each.name) for each in channels]


class MappingForm(forms.Form):
    """One choice per field of an order, then the options; names are ``column-sku`` and ``option-timezone``."""

    save_as = forms.CharField(
        label=gettext_lazy("Remember as"), required=False, max_length=100,
        help_text=gettext_lazy("A name for files with these columns. Without one, the mapping keeps its name."),
    )  # fmt: skip

    def __init__(self, *args, found: Import, locations: Sequence[Location], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        header = [("", _("Not in the file")), *((column, column) for column in found.header)]
        for each in FIELDS:
            self.fields[f"column-{each.name}"] = forms.ChoiceField(
                label=each.label, choices=header, required=False, initial=found.columns.get(each.name, "")
            )
        for name, field in _options(found, locations).items():
            self.fields[f"option-{name}"] = field

    def columns(self) -> dict[str, str]:
        """Field → column, for those that are in the file."""
        given = {each.name: self.cleaned_data[f"column-{each.name}"] for each in FIELDS}
        return {name: column for name, column in given.items() if column}

    def options(self) -> dict[str, object]:
        names = [name.removeprefix("option-") for name in self.fields if name.startswith("option-")]
        return {name: self.cleaned_data[f"option-{name}"] for name in names}

    def groups(self) -> list[tuple[str | Promise, list[tuple[Field, forms.BoundField]]]]:
        """The fields of an order by what they are about."""
        return [
            (words, [(each, self[f"column-{each.name}"]) for each in FIELDS if each.group == group])
            for group, words in GROUPS.items()
        ]

    def reading(self) -> list[forms.BoundField]:
        return [self[f"option-{name}"] for name in (*READING, RULES)]

    def doing(self) -> list[forms.BoundField]:
        return [self[f"option-{name}"] for name in DOING]

    def names(self) -> dict[str, str]:
        """The action's names of what is wrong → this form's."""
        columns = {f"columns.{each.name}": f"column-{each.name}" for each in FIELDS}
        return columns | {f"options.{name}": f"option-{name}" for name in (*READING, *DOING, RULES)}


class RulesField(forms.CharField):
    """Codes that are no goods, one a line: ``POST = shipping``."""

    widget = forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"})

    def prepare_value(self, value: object) -> object:
        return "\n".join(f"{code} = {kind}" for code, kind in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: object) -> dict[str, str]:
        rules = {}
        for number, line in enumerate(super().to_python(value).splitlines(), start=1):
            code, equals, kind = (part.strip() for part in line.rpartition("="))
            if not line.strip():
                continue
            if not code or not equals or kind not in KINDS:
                raise forms.ValidationError(
                    _("Line %(number)d: write a code, =, and one of: %(kinds)s.")
                    % {"number": number, "kinds": ", ".join(KINDS)}
                )
            rules[code] = kind
        return rules

    def has_changed(self, initial: object, data: object) -> bool:
        return True


def _options(found: Import, locations: Sequence[Location]) -> dict[str, forms.Field]:
    now = options_from(found.options)
    return _reading_options(now) | _doing_options(now, locations)


def _choice(label: str, choices: Sequence[tuple[str, str]], initial: str, hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, initial=initial, required=False, help_text=hint)


def _reading_options(now) -> dict[str, forms.Field]:
    dates = [(each, _in_letters(each)) for each in DATE_FORMATS]
    lands = [("", _("None")), *countries()]
    return {
        "date_format": _choice(_("Dates are written as"), dates, now.date_format),
        "timezone": _choice(_("Times are those of"), with_current(timezones(), now.timezone), now.timezone),
        "decimal_comma": forms.BooleanField(
            label=_("Amounts have a decimal comma (1.234,50)"), required=False, initial=now.decimal_comma
        ),
        "currency": _choice(
            _("Currency, where the file names none"), with_current(currencies(), now.currency), now.currency
        ),
        "country": _choice(_("Country, where the file names none"), with_current(lands, now.country), now.country),
        "cancel_prefix": forms.CharField(
            label=_("Order numbers of cancellations begin with"), required=False, max_length=10,
            initial=now.cancel_prefix,
        ),
        "adjustment_prefix": forms.CharField(
            label=_("Order numbers of adjustments begin with"), required=False, max_length=10,
            initial=now.adjustment_prefix,
        ),
        RULES: RulesField(
            label=_("Codes that are no goods"), required=False, initial=dict(now.kind_rules),
            help_text=_("One a line, like POST = shipping. They never reserve or move stock."),
        ),
    }  # fmt: skip


def _doing_options(now, locations: Sequence[Location]) -> dict[str, forms.Field]:
    places = [("", _("Do not generate any")), *((str(each.id), each.name) for each in locations)]
    return {
        "create_missing_items": forms.BooleanField(
            label=_("Create items for codes that none has, from the file’s code and name"), required=False,
            initial=now.create_missing_items, help_text=_("Without this, their orders wait on a hold."),
        ),
        "opening_stock_location": _choice(
            _("Opening stock at"), places, now.opening_stock_location,
            _("Makes up stock of what the file’s orders ask for, and labels it as generated in the ledger."),
        ),
        "opening_stock_factor": forms.CharField(
            label=_("Times what is asked for"), initial=now.opening_stock_factor, max_length=8,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "amount"}),
        ),
        "on_shortage": _choice(
            _("When stock is short"),
            [("backorder", _("Take the order; the rest waits for stock")), ("refuse", _("Refuse the order"))],
            now.on_shortage,
        ),
        "payment_state": _choice(
            _("Payment, where the file says nothing"), [("unpaid", _("Not paid yet")), ("paid", _("Paid"))],
            now.payment_state,
        ),
        "zero_price": _choice(
            _("Only free lines and no customer"),
            [("keep", _("is an order")), ("note", _("is a stock note, no order"))],
            now.zero_price,
        ),
        "negative_price": _choice(
            _("A line with a negative price"),
            [("refuse", _("refuses its order")), ("adjustment", _("is an adjustment"))], now.negative_price,
        ),
    }  # fmt: skip


def _in_letters(date_format: str) -> str:
    if not date_format:
        return _("2026-11-21 14:02 (ISO 8601)")
    for code, letters in PARTS.items():
        date_format = date_format.replace(code, letters)
    return date_format
