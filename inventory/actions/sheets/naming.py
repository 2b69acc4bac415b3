"""What the rows of a file of items name beside themselves: products, which may be new, and substitutes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from inventory import queries
from inventory.actions.catalogue.products import check_product, create_product
from inventory.models import Item, Product
from inventory.sheets.verdicts import Verdict, bad
from oms.core.errors import Invalid


class Names:
    """Products and substitutes of one chunk. A product that is new is made when the file is applied."""

    def __init__(self, given: Sequence[Mapping[str, object]], *, applying: bool) -> None:
        self.applying = applying
        named = {key_of(str(each["product"])) for each in given if "product" in each}
        self.products = {each.name_key: each for each in Product.objects.filter(name_key__in=named)} if named else {}
        self.items = queries.resolve_skus([sku for each in given for sku in each.get("substitutes", ())])

    def settle(self, values: dict[str, object], item: Item | None) -> Verdict | None:
        """Put ids in place of names; why not, where a name means nothing."""
        if unknown := [sku for sku in values.get("substitutes", ()) if sku not in self.items]:
            return bad("substitutes", f"No item is called “{unknown[0][:100]}”. Import it first, or take it out here.")
        if "substitutes" in values:
            values["substitutes"] = tuple(self.items[sku].id for sku in values["substitutes"])
        return self._settle_product(values, item)

    def _settle_product(self, values: dict[str, object], item: Item | None) -> Verdict | None:
        options = values.pop("options", None)
        before = item.product if item else None
        name = str(values.pop("product", before.name if before and options is not None else ""))
        if not name:
            return bad("options", "Options belong to a variant. Name its product.") if options else None
        product = before if before and before.name_key == key_of(name) else self.products.get(key_of(name))
        if options is None:
            return None if product and product == before else bad("options", f"Say which variant of {name} it is.")
        if product is None:
            return self._new(values, name, options)
        if {key_of(each) for each in options} != {key_of(each) for each in product.options}:
            return bad("options", f"{product.name} needs a value for each of: {', '.join(product.options)}.")
        given = {key_of(option): value for option, value in options.items()}
        _set(values, product.id, [given[key_of(option)] for option in product.options])
        return None

    def _new(self, values: dict[str, object], name: str, options: Mapping[str, str]) -> Verdict | None:
        try:
            check_product(name, list(options))
        except Invalid as refusal:
            return bad("options" if refusal.fields[0].field == "options" else "product", refusal.message)
        if self.applying:
            made = create_product(name=name, options=list(options))
            self.products[made.name_key] = made
            _set(values, made.id, list(options.values()))
        return None


def key_of(name: str) -> str:
    """A name as products and their options are compared."""
    return name.strip().casefold()


def variant_key(values: Mapping[str, object]) -> str:
    """The same for two rows that say they are the same variant; empty for a row that is none."""
    options = values.get("options")
    if not options or "product" not in values:
        return ""
    pairs = sorted((key_of(name), key_of(value)) for name, value in options.items())
    return f"variant {key_of(str(values['product']))} {pairs}"


def _set(values: dict[str, object], product_id: UUID, option_values: Sequence[str]) -> None:
    values |= {"product_id": product_id, "option_values": tuple(option_values)}
