"""What the floor types, where it cannot scan."""

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.dashboard.forms import PlainForm

SHORT_WORDS = {
    "none_there": _("None there"), "damaged": _("Damaged"), "cannot_find": _("Cannot find"),
    "wrong_item": _("Wrong item in its place"),
}  # fmt: skip


class BoxForm(PlainForm):
    """One box with all that was picked."""

    box = forms.CharField(
        label=_("Box"), required=False, max_length=80, help_text=_("Which of your boxes, if it matters.")
    )
    weight_g = forms.IntegerField(label=_("Weight in grams"), min_value=1, max_value=1_000_000)
    confirm_weight = forms.BooleanField(label=_("I checked what is inside"), required=False)


class ShortForm(PlainForm):
    """How many are here, and why not more."""

    found = forms.IntegerField(label=_("How many are here?"), min_value=0)
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=list(SHORT_WORDS.items()),
    )


class AnswerForm(PlainForm):
    reason = forms.CharField(label=_("Why is it too late?"), max_length=500)
