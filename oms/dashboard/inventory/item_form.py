"""The form of an item: what most items need stands open, the rest in groups that open on demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.actions.items import Alias, ItemDraft, Pack
from inventory.details import CHOICE, DATE, NUMBER, Wanted
from inventory.items import MEASURES
from inventory.models import Item, Product
from inventory.queries import catalogue, resolve_skus, skus_of
from oms.core.errors import Invalid
from oms.dashboard.choices import countries, with_current
from oms.dashboard.forms import PlainForm
from oms.dashboard.inventory.forms import SERIAL_MOMENTS, LinesField, amount_field, whole_field

FIRST_PACKS, MORE_PACKS = 3, 2
CUSTOM = "custom_"
# The fields of an action that the form calls something else.
NAMES = {"product_id": "product"}
GROUPS = (
    (gettext_lazy("Codes and packing"), ("unit", "gtin", "barcodes", "aliases")),
    (gettext_lazy("Price, weight and size"), ("price", "cost", "weight_g", "length_mm", "width_mm", "height_mm")),
    (
        gettext_lazy("Lots and serial numbers"),
        ("tracks_lots", "shelf_life_days", "tracks_serials", "serials_at"),
    ),
    (gettext_lazy("Customs"), ("hs_code", "country_of_origin")),
    (gettext_lazy("Variant of a product"), ("product", "option_values")),
    (gettext_lazy("Substitutes"), ("substitutes",)),
)
FIRST = ("sku", "name", "description", "tags", "active", "final_sale")


@dataclass(frozen=True)
class Group:
    """Fields under one heading; ``open`` where there is something to see."""

    title: str
    fields: list[BoundField]
    open: bool
    packs: bool = False


class PackForm(PlainForm):
    """One packing level; a line without name and units is none."""

    name = forms.CharField(label=gettext_lazy("Pack"), required=False, max_length=40)
    units = whole_field(gettext_lazy("Units"), required=False, min_value=2)
    gtin = forms.CharField(label=gettext_lazy("GTIN"), required=False, max_length=14)
    barcodes = forms.CharField(label=gettext_lazy("Other barcodes"), required=False, max_length=500)
    weight_g = whole_field(gettext_lazy("Grams"), required=False)
    length_mm = whole_field(gettext_lazy("Length, mm"), required=False)
    width_mm = whole_field(gettext_lazy("Width, mm"), required=False)
    height_mm = whole_field(gettext_lazy("Height, mm"), required=False)

    def clean(self) -> dict[str, object]:
        given = super().clean()
        if any(given.values()):
            for name, words in (("name", _("Name it, like Case.")), ("units", _("Say how many it holds."))):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return given

    def pack(self) -> Pack | None:
        given = dict(self.cleaned_data)
        if not any(given.values()):
            return None
        codes = tuple(code.strip() for code in given.pop("barcodes").split(",") if code.strip())
        return Pack(**given, barcodes=codes)


PackLines = forms.formset_factory(PackForm, extra=0, max_num=20, absolute_max=20)


class ItemForm(PlainForm):
    """An item: new, or as it is. ``packs`` are the lines of its packing levels."""

    sku = forms.CharField(
        label=gettext_lazy("SKU"), help_text=gettext_lazy("Your own code for it, on the shelf and in orders.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), required=False)
    description = forms.CharField(
        label=gettext_lazy("Description"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        help_text=gettext_lazy("Words with commas between; each finds the item."),
    )
    active = forms.BooleanField(
        label=gettext_lazy("For sale"), required=False, initial=True,
        help_text=gettext_lazy("Without this it stays in the book, unsold."),
    )  # fmt: skip
    final_sale = forms.BooleanField(
        label=gettext_lazy("Final sale"),
        required=False,
        help_text=gettext_lazy("Customers cannot send it back, and are told so."),
    )
    unit = forms.CharField(
        label=gettext_lazy("One is called"), required=False, initial="each", max_length=20,
        help_text=gettext_lazy("Like each, pair or metre. Stock counts whole ones."),
    )  # fmt: skip
    gtin = forms.CharField(
        label=gettext_lazy("GTIN"), required=False, max_length=14,
        help_text=gettext_lazy("The trade number of one (EAN, UPC): its check digit must be right."),
    )  # fmt: skip
    barcodes = LinesField(
        label=gettext_lazy("Other barcodes"), required=False,
        help_text=gettext_lazy("One per line, as they are: your own labels, codes of suppliers. A scan finds it."),
    )  # fmt: skip
    aliases = LinesField(
        label=gettext_lazy("Other codes"), required=False,
        help_text=gettext_lazy("One per line: what files or channels call it."),
    )  # fmt: skip
    price = amount_field(gettext_lazy("Price"))
    cost = amount_field(
        gettext_lazy("Cost"),
        help_text=gettext_lazy("What one costs you. Limits on stock adjustments are counted with it."),
    )
    weight_g = whole_field(gettext_lazy("Weight in grams"), required=False)
    length_mm = whole_field(gettext_lazy("Length in millimetres"), required=False)
    width_mm = whole_field(gettext_lazy("Width in millimetres"), required=False)
    height_mm = whole_field(gettext_lazy("Height in millimetres"), required=False)
    tracks_lots = forms.BooleanField(
        label=gettext_lazy("Tracked by lot"), required=False,
        help_text=gettext_lazy("Units are told apart by lot, and what expires first leaves first."),
    )  # fmt: skip
    shelf_life_days = whole_field(
        gettext_lazy("Shelf life in days"),
        required=False,
        help_text=gettext_lazy("A lot without a date expires so long after it was made."),
    )
    tracks_serials = forms.BooleanField(
        label=gettext_lazy("Tracked by serial number"),
        required=False,
        help_text=gettext_lazy("Each unit is known by its own number."),
    )
    serials_at = forms.MultipleChoiceField(
        label=gettext_lazy("Ask for the serial number when"), required=False, choices=SERIAL_MOMENTS,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    hs_code = forms.CharField(
        label=gettext_lazy("HS code"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("6 to 10 digits, like 6912.00."),
    )
    country_of_origin = forms.ChoiceField(label=gettext_lazy("Country of origin"), required=False)
    product = forms.CharField(
        label=gettext_lazy("Product"),
        required=False,
        help_text=gettext_lazy("The name of the product it is a variant of."),
    )
    option_values = LinesField(
        label=gettext_lazy("Option values"), required=False,
        help_text=gettext_lazy("One per line, in the order of the product's options, like M and Blue."),
    )  # fmt: skip
    substitutes = LinesField(
        label=gettext_lazy("Substitutes"), required=False,
        help_text=gettext_lazy("SKUs, one per line, the best first: offered where this item is short."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        current = self.initial.get("country_of_origin", "")
        self.fields["country_of_origin"].choices = [("", "–"), *with_current(countries(), current)]
        self.wanted = catalogue.wanted_fields()
        for key, field in self.wanted.items():
            self.fields[f"{CUSTOM}{key}"] = _custom_field(field)
        begun = self.initial.get("packs", [])
        empty = [{}] * (MORE_PACKS if begun else FIRST_PACKS)
        # Who sends the fields without the lines (a script) says nothing of packing.
        self.packs_sent = "pack-TOTAL_FORMS" in self.data
        self.packs = PackLines(self.data if self.packs_sent else None, initial=[*begun, *empty], prefix="pack")

    def clean(self) -> dict[str, object]:
        """What is wrong with a packing level is also said above, by its line."""
        given = super().clean()
        for number, line in enumerate(self.packs if self.packs_sent else [], start=1):
            for problem in (each for problems in line.errors.values() for each in problems):
                words = {"number": number, "problem": problem}
                self.add_error(None, _("Packing level, line %(number)d: %(problem)s") % words)
        return given

    def groups(self) -> list[Group]:
        """All fields but the first, under their headings; what no group names comes last."""
        named = {name for _title, names in GROUPS for name in names} | {*FIRST, "version"}
        own = [name for name in self.fields if name.startswith(CUSTOM)]
        rest = [name for name in self.fields if name not in named and name not in own]
        found = [
            self._group(title, names) for title, names in (*GROUPS, (_("Fields of your own"), own), (_("More"), rest))
        ]
        return [each for each in found if each.fields]

    def first(self) -> list[BoundField]:
        return [self[name] for name in FIRST]

    def names(self) -> dict[str, str]:
        """What the action calls a field → what the form does."""
        return NAMES | {f"custom.{key}": f"{CUSTOM}{key}" for key in self.wanted}

    def draft(self) -> ItemDraft:
        """The item to make. Raises `Invalid`."""
        values = self._values()
        aliases = tuple(Alias(code) for code in values.pop("aliases"))
        return ItemDraft(**values, aliases=aliases)

    def changes(self, item: Item) -> dict[str, object]:
        """The fields as `update_item` takes them; aliases of one channel are kept as they are. Raises `Invalid`."""
        values = self._values()
        if not self.packs_sent:
            del values["packs"]
        of_channels = item.codes.filter(kind="alias", channel_id__isnull=False)
        kept = [Alias(code, channel) for code, channel in of_channels.values_list("code_key", "channel_id")]
        return {**values, "aliases": [*(Alias(code) for code in values["aliases"]), *kept]}

    def _values(self) -> dict[str, object]:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        custom = {key: given.pop(f"{CUSTOM}{key}") for key in self.wanted}
        product = _product_called(given.pop("product"))
        packs = [line.pack() for line in self.packs] if self.packs_sent else []
        return {
            **given, "unit": given["unit"] or "each", "barcodes": tuple(given["barcodes"]),
            "tags": tuple(tag for tag in given["tags"].split(",") if tag.strip()),
            "custom": {key: _as_text(value) for key, value in custom.items()},
            "packs": tuple(pack for pack in packs if pack), "option_values": tuple(given["option_values"]),
            "substitutes": _items_called(given["substitutes"]), "product_id": product,
        }  # fmt: skip

    def _group(self, title: str, names: Sequence[str]) -> Group:
        fields = [self[name] for name in names]
        packs = "barcodes" in names
        shown = self.is_bound and (
            any(each.errors for each in fields) or (packs and self.packs_sent and self.packs.total_error_count())
        )
        return Group(str(title), fields, bool(shown) or any(self.initial.get(name) for name in names), packs)


def variant_values(product: str) -> dict[str, object]:
    """What the form of a new variant begins with; an unknown product begins nothing."""
    found = Product.objects.filter(name_key=product.casefold()).first() if product else None
    return {"product": found.name, "name": found.name, "option_values": found.options} if found else {}


def item_values(item: Item) -> dict[str, object]:
    """What the form of an existing item begins with."""
    names = (
        "sku", "name", "barcodes", "price", "cost", "weight_g", "length_mm", "width_mm", "height_mm", "active",
        "final_sale", "unit", "gtin", "description", "hs_code", "country_of_origin", "option_values", "version",
        "tracks_lots", "shelf_life_days", "tracks_serials", "serials_at",
    )  # fmt: skip
    aliases = item.codes.filter(kind="alias", channel_id=None).order_by("id").values_list("code_key", flat=True)
    others = [each.other_id for each in item.substitutes.all()]
    skus = skus_of(others)
    return {
        **{name: _plain(getattr(item, name)) for name in names},
        **{f"{CUSTOM}{key}": value for key, value in item.custom.items()},
        "aliases": list(aliases), "tags": ", ".join(item.tags), "product": item.product.name if item.product else "",
        "substitutes": [skus[key] for key in others], "packs": [_pack_values(each) for each in item.packs.all()],
    }  # fmt: skip


def _pack_values(level) -> dict[str, object]:
    names = ("name", "units", "gtin", *MEASURES)
    return {name: getattr(level, name) for name in names} | {"barcodes": ", ".join(level.barcodes)}


def _plain(value: object) -> object:
    """Amounts as people write them: 12.50, not 12.5000."""
    if not isinstance(value, Decimal):
        return value
    cents = value.quantize(Decimal("0.01"))
    return f"{cents if cents == value else value.normalize():f}"


def _custom_field(field: Wanted) -> forms.Field:
    """Judged by the action, which knows what is needed; here is only how it is asked."""
    asked = {"required": _("Choose one.") if field.kind == CHOICE else _("Fill this in.")}
    given = {"label": field.name, "required": field.required, "error_messages": asked}
    if field.kind == CHOICE:
        choices = [("", "–"), *((each, each) for each in field.choices)]
        return forms.ChoiceField(choices=choices, **given)
    if field.kind == DATE:
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **given)
    attrs = {"inputmode": "decimal"} if field.kind == NUMBER else {}
    return forms.CharField(widget=forms.TextInput(attrs=attrs), **given)


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def _items_called(skus: Sequence[str]) -> tuple[UUID, ...]:
    found = resolve_skus(skus)
    if unknown := [sku for sku in skus if sku not in found]:
        raise Invalid.field("substitutes", _("No item is called “%s”.") % unknown[0], "unknown_item")
    return tuple(found[sku].id for sku in skus)


def _product_called(name: str) -> UUID | None:
    if not name:
        return None
    found = Product.objects.filter(name_key=name.strip().casefold()).values_list("id", flat=True).first()
    if found is None:
        raise Invalid.field(
            "product", _("No product is called “%s”. Add it first, under Products.") % name, "unknown_product"
        )
    return found
