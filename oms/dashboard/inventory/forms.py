"""Forms about items, stock and locations. Limits live in the actions; here are words, widgets and reading."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory import gs1
from inventory.models import DAMAGED, QUALITY_HOLD, QUARANTINE, SELLABLE, Location
from inventory.places import KINDS
from inventory.queries import resolve_skus
from inventory.stock.correcting import REASONS
from inventory.stock.tracing import LOT_MAX
from inventory.stock.values import LotDraft
from oms.dashboard.choices import countries, timezones, with_current
from oms.dashboard.forms import PlainForm

STATES = [
    (SELLABLE, _("Sellable")),
    (DAMAGED, _("Damaged")),
    (QUALITY_HOLD, _("Quality hold")),
    (QUARANTINE, _("Quarantine")),
]
SERIAL_MOMENTS = [
    ("receive", _("it is received")), ("pick", _("it is picked")), ("pack", _("it is packed")),
    ("return", _("it comes back")),
]  # fmt: skip
REASON_CHOICES = [(code, words) for code, (words, _account) in REASONS.items()]
DAY = {"invalid": _("Enter a day like 2026-11-24.")}
WHOLE_NUMBER = {
    "invalid": _("Enter a whole number, like 12."),
    "min_value": _("Enter %(limit_value)s or more."),
}
ADDRESS_FIELDS = ("line1", "line2", "city", "region", "postcode", "country", "latitude", "longitude")


class LinesField(forms.CharField):
    """One value per line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def to_python(self, value: object) -> list[str]:
        return [line.strip() for line in super().to_python(value).splitlines() if line.strip()]

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list | tuple) else value


def whole_field(label: str, **options) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, widget=widget, error_messages=WHOLE_NUMBER, **options)


def amount_field(label: str, **options) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    errors = {"invalid": _("Enter an amount like 12.50.")}
    return forms.DecimalField(label=label, required=False, widget=widget, error_messages=errors, **options)


class MomentField(forms.DateTimeField):
    """A time as the merchant's own clock shows it; the form that has one says in which ``zone``."""

    zone = "UTC"

    def __init__(self, **options) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
        super().__init__(
            required=False,
            widget=widget,
            error_messages={"invalid": _("Enter a time like 2026-11-24 14:30.")},
            **options,
        )

    def to_python(self, value: object) -> datetime | None:
        typed = super().to_python(value)
        return typed and typed.replace(tzinfo=ZoneInfo(self.zone))


# Asked only where something is tracked by lot.
LOT_FIELDS = frozenset({"lot", "made_on", "expires_on"})


SERIAL_FIELDS = frozenset({"serials"})


def serials_field(rows: int = 3) -> LinesField:
    """Takes the scans itself: one number after another."""
    field = LinesField(label=_("Serial numbers"), required=False, help_text=_("One per line, or scan them."))
    field.widget.attrs |= {"rows": rows, "data-scan": "field"}
    return field


def lot_field(**options) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=_("Lot"), required=False, max_length=LOT_MAX, widget=widget, **options)


def day_field(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget, error_messages=DAY)


def lot_draft(given: dict) -> LotDraft | None:
    """The lot that a form names."""
    return LotDraft(given["lot"], given.get("made_on"), given.get("expires_on")) if given.get("lot") else None


class _AtLocation(PlainForm):
    """A change at one of the locations a person may see."""

    location = forms.TypedChoiceField(label=_("Location"), coerce=UUID)

    def __init__(self, *args, locations: list[Location], zone: str = "UTC", **options) -> None:
        super().__init__(*args, **options)
        self.fields["location"].choices = [(each.id, each.name) for each in locations]
        if "happened_at" in self.fields:
            self.fields["happened_at"].zone = zone


class AdjustForm(_AtLocation):
    """What is really there, or by how much it changed."""

    how = forms.ChoiceField(
        label=_("I know"), widget=forms.RadioSelect, initial="counted",
        choices=[("counted", _("how many are there")), ("change", _("how many more, or fewer"))],
    )  # fmt: skip
    lot = lot_field(help_text=_("Counted of this lot alone. Leave empty for all together."))
    quantity = whole_field(_("Units"), help_text=_("With “how many more, or fewer”, write fewer with a minus: -3."))
    state = forms.ChoiceField(label=_("State"), choices=STATES)
    reason = forms.ChoiceField(label=_("Reason"), choices=REASON_CHOICES)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)
    happened_at = MomentField(
        label=_("Happened at"), help_text=_("If it happened before it was found. Leave empty for now.")
    )


class ReceiveForm(_AtLocation):
    """Units that came in."""

    quantity = whole_field(_("Units"), min_value=1)
    lot = lot_field(help_text=_("As it stands on the goods."))
    made_on = day_field(_("Made on"))
    expires_on = day_field(_("Good until"), help_text=_("Empty: as long as the item usually lasts."))
    serials = serials_field()
    state = forms.ChoiceField(label=_("State"), choices=STATES)
    reason = forms.CharField(
        label=_("Reference"), required=False, max_length=200, help_text=_("Like the number of the delivery note.")
    )
    happened_at = MomentField(label=_("Came in at"), help_text=_("If that was earlier. Leave empty for now."))


class SetAsideForm(_AtLocation):
    """Units that go from one state to another."""

    quantity = whole_field(_("Units"), min_value=1)
    lot = lot_field(help_text=_("Leave empty for what expires first."))
    from_state = forms.ChoiceField(label=_("They are"), choices=STATES, initial=SELLABLE)
    to_state = forms.ChoiceField(label=_("They become"), choices=STATES, initial=DAMAGED)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)


class DeliveryForm(_AtLocation):
    """What all lines of a delivery share."""

    reason = forms.CharField(
        label=_("Reference"), required=False, max_length=200, help_text=_("Like the number of the delivery note.")
    )
    happened_at = MomentField(label=_("Came in at"), help_text=_("If that was earlier. Leave empty for now."))


class LineForm(PlainForm):
    """One line of a sheet: a scanned or typed code, and how many."""

    how_many = _("Say how many.")

    code = forms.CharField(
        label=_("SKU or barcode"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    quantity = whole_field(_("Units"), required=False, min_value=1)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if cleaned.get("code") and not cleaned.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", self.how_many)
        if cleaned.get("quantity") and not cleaned.get("code"):
            self.add_error("code", _("Say which item these are."))
        return cleaned


class DeliveryLineForm(LineForm):
    """One line of a delivery."""

    how_many = _("Say how many came in.")

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)

    def clean(self) -> dict[str, object]:
        """A GS1 code says the item at once with what else the line asks for: its lot, its date, its number."""
        cleaned = super().clean()
        said = gs1.read(cleaned.get("code", ""))
        if said is None:
            return cleaned
        items = resolve_skus(said.item_codes, packs=True)
        read = {"lot": said.lot, "expires_on": said.expires_on, "serials": [said.serial] if said.serial else []}
        cleaned |= {name: cleaned.get(name) or value for name, value in read.items() if name in self.fields}
        return {**cleaned, "code": next((each for each in said.item_codes if each in items), said.gtin)}


class LotLineForm(DeliveryLineForm):
    """One line of a delivery where items are tracked by lot."""

    lot = lot_field()
    expires_on = day_field(_("Good until"))


class SerialLineForm(DeliveryLineForm):
    """One line of a delivery where units are known by number."""

    serials = serials_field(rows=1)


class LocationForm(PlainForm):
    """A place that holds stock: new, or as it is."""

    name = forms.CharField(label=_("Name"), help_text=_("As people say it, like Leeds."))
    code = forms.CharField(label=_("Code"), help_text=_("Short, for files and programs, like LEEDS."))
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    line1 = forms.CharField(label=_("Street"), required=False)
    line2 = forms.CharField(label=_("Street, second line"), required=False)
    city = forms.CharField(label=_("City"), required=False)
    region = forms.CharField(label=_("State or region"), required=False)
    postcode = forms.CharField(label=_("Postcode"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    latitude = forms.FloatField(
        label=_("Latitude"),
        required=False,
        help_text=_("For finding the nearest location; else by postcode."),
    )
    longitude = forms.FloatField(label=_("Longitude"), required=False)
    timezone = forms.ChoiceField(label=_("Time zone"))
    cutoff = forms.TimeField(
        label=_("Cut-off"), required=False, input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("Orders allocated before it ship the same day, in the location's own time."),
    )  # fmt: skip
    ships = forms.BooleanField(
        label=_("Ships orders"), required=False, initial=True, help_text=_("Without this, no new order is routed here.")
    )
    active = forms.BooleanField(
        label=_("Open"), required=False, initial=True, help_text=_("A closed location holds no stock and takes none.")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.fields["country"].choices = [("", "–"), *with_current(countries(), self.initial.get("country", ""))]
        self.fields["timezone"].choices = with_current(timezones(), self.initial.get("timezone", ""))

    def values(self, address: dict[str, object]) -> dict[str, object]:
        """The fields as the actions take them; parts of ``address`` that the form does not show are kept."""
        given = dict(self.cleaned_data)
        del given["version"]
        parts = {name: given.pop(name) for name in ADDRESS_FIELDS}
        written = {name: value for name, value in parts.items() if value not in ("", None)}
        kept = {name: value for name, value in address.items() if name not in ADDRESS_FIELDS}
        return {**given, "address": {**kept, **written}}


def location_values(location: Location) -> dict[str, object]:
    """What the form of an existing location begins with."""
    names = ("name", "code", "kind", "timezone", "cutoff", "ships", "active", "version")
    values = {name: getattr(location, name) for name in names}
    return {**values, **{name: location.address.get(name, "") for name in ADDRESS_FIELDS}}
