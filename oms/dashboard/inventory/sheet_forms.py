"""The forms of a file of items or stock: the file and what is in it, and what its columns mean."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.actions.sheets.uploading import verb_for
from inventory.models import SheetImport
from inventory.queries import sheet_fields
from inventory.sheets.fields import ADD, COUNTED, COUNTS, ITEMS, KITS, OPENING, STOCK, SUPPLIERS
from oms.core.actors import Actor
from oms.core.sheets.columns import Field
from oms.dashboard.forms import PlainForm
from oms.dashboard.orders.import_forms import ENCODINGS

MODES = {
    COUNTED: gettext_lazy("Stock that was counted: the shelf becomes what the file says"),
    OPENING: gettext_lazy("Opening stock: booked once for each item and location"),
    ADD: gettext_lazy("Stock that came in: added to the shelf, once for each file"),
}
CONTENTS = (
    {f"{ITEMS}.{COUNTED}": gettext_lazy("Items: new ones and changes, by SKU")}
    | {f"{KITS}.{COUNTED}": gettext_lazy("Kits: what each is made of, a line for each component")}
    | {f"{STOCK}.{mode}": words for mode, words in MODES.items()}
    | {f"{COUNTS}.{COUNTED}": gettext_lazy("Counts: opened and entered, to be reviewed before the book changes")}
    | {f"{SUPPLIERS}.{COUNTED}": gettext_lazy("Suppliers and what they sell us, a line for each item")}
)
# What is exported, in words.
EXPORTS = {
    ITEMS: gettext_lazy("Items"), STOCK: gettext_lazy("Stock per location"), KITS: gettext_lazy("Kits"),
    SUPPLIERS: gettext_lazy("Suppliers and catalogues"),
}  # fmt: skip
# What a row is about, above the columns.
OF_WHAT = {
    ITEMS: gettext_lazy("Of an item"), KITS: gettext_lazy("Of a kit"), STOCK: gettext_lazy("Of a shelf"),
    COUNTS: gettext_lazy("Of a shelf"),
    SUPPLIERS: gettext_lazy("Of a supplier"),
}  # fmt: skip


class SheetUploadForm(PlainForm):
    """One file, and what is in it; only what this person may change is offered."""

    content = forms.ChoiceField(label=gettext_lazy("What is in it"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, gzipped or not, or an Excel workbook; up to 512 MB when opened."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.gz,.xlsx,.xls,.ods,text/csv"}),
    )
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=ENCODINGS, required=False)

    def __init__(self, *args, actor: Actor, **options) -> None:
        super().__init__(*args, **options)
        self.fields["content"].choices = [
            (content, words) for content, words in CONTENTS.items() if actor.permits(verb_for(*content.split(".")))
        ]

    @property
    def can_send(self) -> bool:
        return bool(self.fields["content"].choices)

    def values(self) -> dict[str, object]:
        kind, mode = self.cleaned_data["content"].split(".")
        file = self.cleaned_data["file"]
        return {"kind": kind, "mode": mode, "file": file, "name": file.name, "encoding": self.cleaned_data["encoding"]}


class SheetMappingForm(PlainForm):
    """One choice per field (``column-sku``), how amounts are written, and what quantities are."""

    def __init__(self, *args, found: SheetImport, **options) -> None:
        super().__init__(*args, **options)
        self.found, self.known = found, sheet_fields(found.kind)
        header = [("", _("Not in the file")), *((column, column) for column in found.header)]
        for each in self.known:
            self.fields[f"column-{each.name}"] = forms.ChoiceField(
                label=each.label, choices=header, required=False, initial=found.columns.get(each.name, "")
            )
        if found.kind == STOCK:
            self.fields["mode"] = forms.ChoiceField(
                label=_("What the quantities are"), choices=list(MODES.items()), initial=found.options["mode"]
            )
        self.fields["decimal_comma"] = forms.BooleanField(
            label=_("Amounts have a decimal comma (1.234,50)"), required=False, initial=found.options["decimal_comma"]
        )

    def values(self) -> dict[str, object]:
        given = self.cleaned_data
        columns = {each.name: given[f"column-{each.name}"] for each in self.known}
        return {"columns": columns, "decimal_comma": given["decimal_comma"], "mode": given.get("mode")}

    def rows(self) -> list[tuple[Field, forms.BoundField]]:
        return [(each, self[f"column-{each.name}"]) for each in self.known]

    def others(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("column-")]

    def names(self) -> dict[str, str]:
        """The action's names of what is wrong → this form's."""
        return {f"columns.{each.name}": f"column-{each.name}" for each in self.known}
