"""The forms that change orders. They check shape only; what is permitted and possible is the actions' to say."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.core.addresses import Address
from oms.dashboard.choices import countries, with_current
from orders.kit_lines import GOODS, left_to_ship
from orders.models import OrderLine

REASON_MAX, NOTE_MAX, TAGS_MAX = 500, 5_000, 1_000
ADDRESS = ("name", "company", "line1", "line2", "city", "region", "postcode", "country")
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


def reason_field(label, **options) -> forms.CharField:
    return forms.CharField(label=label, max_length=REASON_MAX, **options)


def note_field(label, **options) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=NOTE_MAX, widget=widget, **options)


def tags_field() -> forms.CharField:
    return forms.CharField(
        label=_("Tags"), required=False, max_length=TAGS_MAX, help_text=_("Separated by commas, like: gift, vip.")
    )


def tag_list(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(",") if tag.strip()]


def address_fields() -> dict[str, forms.Field]:
    """The parts of a postal address, in the order in which they are asked for."""

    def part(label, complete: str, most: int = 200) -> forms.CharField:
        widget = forms.TextInput(attrs={"autocomplete": complete})
        return forms.CharField(label=label, required=False, max_length=most, widget=widget)

    return {
        "name": part(_("Recipient"), "off"),
        "company": part(_("Company"), "off"),
        "line1": part(_("Street"), "off"),
        "line2": part(_("Street, second line"), "off"),
        "city": part(_("City"), "off"),
        "region": part(_("State or region"), "off"),
        "postcode": part(_("Postcode"), "off", 40),
        "country": forms.ChoiceField(label=_("Country"), required=False, choices=[("", _("Choose…")), *countries()]),
    }


def offer_country(form: forms.Form, current: str) -> None:
    """An order from outside may name a country that no list has; it must survive an edit all the same."""
    form.fields["country"].choices = with_current([("", _("Choose…")), *countries()], current)


def address_of(cleaned: dict, before: Address | None = None) -> Address:
    """The address typed, with what the form does not ask for (phone, coordinates) kept from ``before``.

    Coordinates are those of one place, so a changed street, town or country drops them.
    """
    typed = {name: cleaned[name].strip() for name in ADDRESS if name in cleaned}
    kept = before.to_json() if before else {}
    if any(kept.get(name, "") != typed[name] for name in typed if name not in ("name", "company")):
        kept = {name: value for name, value in kept.items() if name not in ("latitude", "longitude")}
    return Address.from_json({**kept, **typed})


def tell_field(mail: str) -> forms.BooleanField:
    """Offered where we are the one who tells; ``mail`` is the sentence about what they get."""
    return forms.BooleanField(label=_("Tell the customer"), required=False, initial=True, help_text=mail)


class CancelForm(forms.Form):
    """A reason, and how many units of each line; lines left at nought stay."""

    reason = forms.ChoiceField(label=_("Why?"), choices=CANCEL_REASONS)
    note = reason_field(_("Anything to add?"), required=False)

    def __init__(self, *args, lines: Sequence[OrderLine], refundable: bool, mail: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if mail:
            self.fields["tell_customer"] = tell_field(mail)
        if refundable:
            self.fields["refund"] = forms.BooleanField(
                label=_("Refund what was paid for these units"), required=False, initial=True,
                help_text=_("To the payments it came from; shipping goes back when the whole order is canceled."),
            )  # fmt: skip
        # What is no goods (postage, a discount) goes with the last of the goods by itself. Of what the floor has begun
        # on nothing is left out: it can be asked for, all together.
        goods = any(line.kind == GOODS for line in lines)
        left = left_to_ship(lines) if goods else [(line, line.to_ship) for line in lines if line.to_ship]
        self.lines = {f"line-{line.id}": (line, units) for line, units in left}
        for name, (line, units) in self.lines.items():
            self.fields[name] = forms.IntegerField(
                label=line.title or line.sku or line.kind, min_value=0, max_value=units, initial=units, required=False,
                error_messages={"max_value": _("Only %(limit_value)s can still be canceled.")},
            )  # fmt: skip

    def rows(self) -> list[tuple[OrderLine, int, forms.BoundField]]:
        """Each line with what is left of it and its field."""
        return [(line, units, self[name]) for name, (line, units) in self.lines.items()]

    def wanted(self) -> dict[UUID, int] | None:
        """Line → units, for the lines of which any are to be canceled; None for all that is left."""
        chosen = {line.id: units for name, (line, _all) in self.lines.items() if (units := self.cleaned_data.get(name))}
        return None if chosen == {line.id: units for line, units in self.lines.values()} else chosen

    def sentence(self) -> str:
        words = str(dict(CANCEL_REASONS)[self.cleaned_data["reason"]])
        note = self.cleaned_data["note"].strip()
        return f"{words}: {note}" if note else words

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(name) for name in self.lines):
            raise forms.ValidationError(_("Say how many units to cancel on at least one line."))
        return cleaned


class HoldForm(forms.Form):
    kind = forms.ChoiceField(label=_("What kind of hold?"), choices=HOLD_KINDS)
    reason = reason_field(_("What must happen before it may go on?"))
    until = forms.DateTimeField(
        label=_("Release by itself at"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def __init__(self, *args, zone: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["until"].help_text = (
            _("Time in %(zone)s. Leave empty to hold it until somebody releases it.") % {"zone": zone}
        )  # fmt: skip

    def clean_until(self):
        """What is typed is the merchant's own clock, whatever zone the server thinks in."""
        typed = self.cleaned_data["until"]
        return typed and typed.replace(tzinfo=ZoneInfo(self.zone))


class EditForm(forms.Form):
    """Delivery address, the customer's note and tags; without ``personal`` only the tags."""

    tags = tags_field()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, personal: bool, country: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if personal:
            self.fields |= address_fields() | {"customer_note": note_field(_("Note from the customer"))}
            offer_country(self, country)

    def address_rows(self) -> list[forms.BoundField]:
        return [self[name] for name in ADDRESS if name in self.fields]


class MoveForm(forms.Form):
    location = forms.ChoiceField(label=_("Move to"))
    reason = reason_field(_("Why?"), help_text=_("It is kept with the decision, for whoever asks later."))

    def __init__(self, *args, locations: Sequence, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].choices = [(str(each.id), each.name) for each in locations]


class ViewForm(forms.Form):
    """Save the list as it is now under a name."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    query = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    shared = forms.BooleanField(label=_("For everybody"), required=False)


class BulkForm(forms.Form):
    """What a bulk verb needs to know, and for very many orders their number, typed."""

    def __init__(self, *args, verb: str, confirm: int | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if verb in ("hold", "cancel"):
            self.fields["reason"] = reason_field(_("Why?"), help_text=_("It will be on every order’s timeline."))
        if verb == "tag":
            self.fields["tag"] = forms.CharField(label=_("Tag"), max_length=60)
        if confirm is not None:
            self.fields["confirm"] = forms.IntegerField(
                label=_("Type the number of orders, %(count)s, to confirm") % {"count": confirm},
                min_value=confirm, max_value=confirm,
                error_messages=dict.fromkeys(
                    ("min_value", "max_value"), _("That is not %(count)s.") % {"count": confirm}
                ),
            )  # fmt: skip

    def wanted(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "confirm"}
