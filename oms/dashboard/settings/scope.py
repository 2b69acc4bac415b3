"""Forms about what a person may do and where: role, locations, sales channels, money limits."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.queries import visible_locations
from oms.accounts import roles
from oms.accounts.queries import sales_channels
from oms.core.money import AMOUNT_MAX
from oms.dashboard.forms import PlainForm


@dataclass(frozen=True)
class Places:
    """The locations and sales channels of a merchant, by id: what a scope is chosen from and told in."""

    locations: dict[UUID, str]
    channels: dict[UUID, str]

    @classmethod
    def read(cls) -> "Places":
        return cls(
            dict(visible_locations().order_by("priority", "name").values_list("id", "name")),
            dict(sales_channels().values_list("id", "name")),
        )

    def in_words(self, locations: Collection[UUID], channels: Collection[UUID]) -> str:
        """`Leeds · all channels`."""
        return " · ".join(
            [
                ", ".join(self.locations.get(each, "?") for each in locations) or _("all locations"),
                ", ".join(self.channels.get(each, "?") for each in channels) or _("all channels"),
            ]
        )


class ScopeForm(PlainForm):
    """Locations and channels a person is limited to."""

    locations = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Locations"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen means all of them."),
    )  # fmt: skip
    channels = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Sales channels"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen means all of them."),
    )  # fmt: skip

    def __init__(self, *args, places: Places, **options) -> None:
        super().__init__(*args, **options)
        self.fields["locations"].choices = list(places.locations.items())
        self.fields["channels"].choices = list(places.channels.items())


class RoleForm(PlainForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=list(roles.LABELS.items()), initial=roles.SUPPORT)


class InviteForm(ScopeForm, RoleForm):
    """Somebody new: their address, role and scope."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Enter an e-mail address like sam@example.com.")},
    )
    field_order = ("email", "role", "locations", "channels")


class LimitsForm(PlainForm):
    """How much a person may decide alone: an amount, no limit, or what the role says."""

    def __init__(self, *args, stored: dict[str, str | None], usual: dict[str, str], **options) -> None:
        super().__init__(*args, **options)
        for verb in roles.LIMITED_VERBS:
            of_role = usual.get(verb)
            hint = _("Empty means as usual: up to %s.") % of_role if of_role else _("Empty means as usual: any.")
            self.fields[f"limits.{verb}"] = forms.DecimalField(
                label=_("%s: up to") % roles.VERBS[verb], required=False, min_value=0, max_value=AMOUNT_MAX,
                max_digits=18, decimal_places=4, initial=stored.get(verb), help_text=hint,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                error_messages={"invalid": _("Enter an amount like 250.")},
            )  # fmt: skip
            self.fields[f"free.{verb}"] = forms.BooleanField(
                label=_("%s without limit") % roles.VERBS[verb],
                required=False,
                initial=verb in stored and stored[verb] is None,
            )

    def limits(self) -> dict[str, Decimal | None]:
        """Verb → amount, None for without limit; what goes by the role is left out."""
        return dict(self._chosen())

    def _chosen(self) -> Iterator[tuple[str, Decimal | None]]:
        for verb in roles.LIMITED_VERBS:
            amount = self.cleaned_data[f"limits.{verb}"]
            if self.cleaned_data[f"free.{verb}"]:
                yield verb, None
            elif amount is not None:
                yield verb, amount
