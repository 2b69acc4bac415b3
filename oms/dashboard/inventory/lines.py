"""A sheet of lines on a page: items that are typed or scanned, each with what the page asks about it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from inventory.queries import ItemRef, resolve_skus
from inventory.queries.serials import tracks_any_serials
from inventory.queries.tracing import tracks_any_lots
from oms.core.errors import FieldError, OmsError
from oms.dashboard.inventory.forms import LotLineForm, SerialLineForm

FIRST_LINES, MORE_LINES, LINES_MAX = 8, 8, 1_000


def sheet_of(line_form: type[forms.Form]) -> type[forms.BaseFormSet]:
    """Sheets of such lines; each line has at least ``code`` and ``quantity``."""
    return forms.formset_factory(line_form, extra=0, max_num=LINES_MAX, absolute_max=LINES_MAX)


def delivery_sheet(line_form: type[forms.Form]) -> type[forms.BaseFormSet]:
    """Sheets of lines of a delivery; lots and serials are asked for where any item is tracked by them."""
    asked = [LotLineForm] if tracks_any_lots() else []
    asked += [SerialLineForm] if tracks_any_serials() else []
    return sheet_of(type(line_form.__name__, (*asked, line_form), {}) if asked else line_form)


def empty_sheet(sheet: type[forms.BaseFormSet], *, begun: list[dict] | None = None) -> forms.BaseFormSet:
    """Some empty lines, below those that are ``begun``."""
    return sheet(initial=[*(begun or []), *[{}] * FIRST_LINES][:LINES_MAX])


def with_more(sheet: type[forms.BaseFormSet], request: HttpRequest) -> forms.BaseFormSet:
    """The lines as they were typed, unjudged, and some empty ones below."""
    given = sheet(request.POST)
    typed = [{name: line[name].value() for name in line.fields} for line in given]
    return sheet(initial=[*typed, *[{}] * MORE_LINES][:LINES_MAX])


def readable(form: forms.Form, lines: forms.BaseFormSet) -> bool:
    """Are the lines readable, is there one, and does each name an item?

    With the barcode of a pack, so many packs are meant: their quantity becomes units.
    """
    if not lines.is_valid():
        return False
    filled = filled_lines(lines)
    if not filled:
        form.add_error(None, _("Scan or type at least one item."))
        return False
    items = items_of(lines)
    for line in filled:
        item = items.get(line.cleaned_data["code"])
        if item is None:
            line.add_error("code", _("No item has this SKU or barcode. Check it, or add the item first."))
        elif item.units > 1:
            line.cleaned_data |= {"quantity": line.cleaned_data["quantity"] * item.units, "counted_in": "unit"}
    return all(not line.errors for line in filled)


def filled_lines(lines: forms.BaseFormSet) -> list[forms.Form]:
    return [line for line in lines if line.cleaned_data.get("code")]


def items_of(lines: forms.BaseFormSet) -> dict[str, ItemRef]:
    """Code → the item it names."""
    return resolve_skus([line.cleaned_data["code"] for line in filled_lines(lines)], packs=True)


def line_errors(lines: forms.BaseFormSet) -> list[tuple[str, str]]:
    """Every line's problems with the id of the field to go to."""
    return list(_errors(lines)) if lines.is_bound else []


def _errors(lines: forms.BaseFormSet) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, start=1):
        for name, problems in line.errors.items():
            for problem in problems:
                words = _("Line %(number)d: %(problem)s") % {"number": number, "problem": problem}
                yield line[name].id_for_label, words


@contextmanager
def refusals_beside(lines: forms.BaseFormSet) -> Iterator[None]:
    """What is refused inside goes on, whatever it is, with what it says of a line put beside that line."""
    try:
        yield
    except OmsError as refusal:
        refusal.fields = tuple(_beside_lines(refusal, lines))
        raise


def _beside_lines(refusal: OmsError, lines: forms.BaseFormSet) -> list[FieldError]:
    """Put what a refusal says about ``lines.N.quantity`` beside that line; returns what is about no line."""
    rest, filled = [], filled_lines(lines)
    for each in refusal.fields:
        _list, _dot, path = each.field.partition(".")
        number, _dot, name = path.partition(".")
        if number.isdecimal() and int(number) < len(filled) and name != "location_id":
            line = filled[int(number)]
            line.add_error(name if name in line.fields else "code", each.message)
        else:
            rest.append(each)
    return rest
