"""What cannot be judged by an item's fields alone: products and their options, the merchant's own fields, others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.details import Wanted, read_custom
from inventory.locks import lock_products
from inventory.models import Item, Product
from inventory.queries.catalogue import wanted_fields
from oms.accounts.models import SalesChannel
from oms.core.errors import Conflict, FieldError, Invalid


class DuplicateVariant(Conflict):
    """Another item of the product has the same option values."""

    code = "duplicate_variant"
    title = "This variant exists already"


@dataclass(frozen=True)
class Given:
    """Fields of an item to be, or changes of ``item``; problems are named below ``path``."""

    values: dict[str, object]
    item: Item | None = None
    path: str = ""


def judge(given: Sequence[Given]) -> None:
    """Raises `Invalid` naming every bad field, or `DuplicateVariant`; values of own fields are put as they are kept."""
    products = _products(given)
    problems = [
        *_custom_problems(given), *_variant_problems(given, products), *_substitute_problems(given),
        *_channel_problems(given),
    ]  # fmt: skip
    if problems:
        raise Invalid("Some fields need attention.", fields=problems)
    _check_variants(given, products)


def _custom_problems(given: Sequence[Given]) -> list[FieldError]:
    """None: nobody was asked (an order's file named the item), so nothing is missing."""
    asked = [each for each in given if each.values.get("custom") is not None]
    fields = wanted_fields() if asked else {}
    problems = []
    for each in asked:
        kept, refused = _read(each, fields)
        each.values["custom"] = kept
        problems += refused
    return problems


def _read(each: Given, fields: Mapping[str, Wanted]) -> tuple[dict[str, str], list[FieldError]]:
    before, sent = each.item.custom if each.item else {}, each.values["custom"]
    kept = {key: value for key, value in before.items() if key in fields}
    problems = [
        FieldError(f"{each.path}custom.{key}", "unknown_field", "There is no such field of your own. Add it first.")
        for key in sent if key not in fields
    ]  # fmt: skip
    for key, field in fields.items():
        try:
            kept[key] = read_custom(field, str(sent.get(key, kept.get(key)) or ""))
        except ValueError as refusal:
            problems.append(FieldError(f"{each.path}custom.{key}", "invalid", str(refusal)))
    return {key: value for key, value in kept.items() if value}, problems


def _variant(each: Given) -> tuple[UUID | None, tuple[str, ...]]:
    """The product and values that the item would have."""
    before = (each.item.product_id, each.item.option_values) if each.item else (None, ())
    product, values = each.values.get("product_id", before[0]), each.values.get("option_values", before[1])
    return product, tuple(value.strip() for value in values)


def _products(given: Sequence[Given]) -> dict[UUID, Product]:
    """Those named, locked, so that two cannot take the same place in one at once."""
    touched = [each for each in given if each.values.keys() & {"product_id", "option_values"}]
    return {each.id: each for each in lock_products({_variant(each)[0] for each in touched} - {None})}


def _variant_problems(given: Sequence[Given], products: Mapping[UUID, Product]) -> list[FieldError]:
    problems = []
    for each in given:
        if not each.values.keys() & {"product_id", "option_values"}:
            continue
        product_id, values = _variant(each)
        product = products.get(product_id)
        if product_id and product is None:
            problems.append(FieldError(f"{each.path}product_id", "unknown_product", "There is no such product."))
        elif product and len(values) != len(product.options):
            words = f"{product.name} needs a value for each of: {', '.join(product.options)}."
            problems.append(FieldError(f"{each.path}option_values", "invalid", words))
        elif values and not product:
            words = "Option values belong to a variant. Name its product, or leave them out."
            problems.append(FieldError(f"{each.path}option_values", "invalid", words))
    return problems


def _check_variants(given: Sequence[Given], products: Mapping[UUID, Product]) -> None:
    if not products:
        return
    rows = Item.objects.filter(product_id__in=products).values_list("product_id", "option_values", "id", "sku")
    taken = {(product, _folded(values)): (item_id, sku) for product, values, item_id, sku in rows}
    problems = []
    for each in given:
        product_id, values = _variant(each)
        if product_id not in products:
            continue
        mine = each.item.id if each.item else id(each)
        owner, sku = taken.setdefault((product_id, _folded(values)), (mine, str(each.values.get("sku", ""))))
        if owner != mine:
            message = f"{sku} is {products[product_id].name} {' / '.join(values)} already."
            problems.append(FieldError(f"{each.path}option_values", "duplicate_variant", message))
    if problems:
        raise DuplicateVariant(problems[0].message, fields=problems)


def _folded(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(value.casefold() for value in values)


def _substitute_problems(given: Sequence[Given]) -> list[FieldError]:
    named = {item_id for each in given for item_id in each.values.get("substitutes", ())}
    known = set(Item.objects.filter(id__in=named).values_list("id", flat=True)) if named else set()
    problems = []
    for each in given:
        wanted = each.values.get("substitutes", ())
        if set(wanted) - known:
            problems.append(FieldError(f"{each.path}substitutes", "unknown_item", "A substitute is no item of yours."))
        if each.item and each.item.id in wanted:
            words = "An item cannot stand in for itself. Name another."
            problems.append(FieldError(f"{each.path}substitutes", "itself", words))
    return problems


def _channel_problems(given: Sequence[Given]) -> list[FieldError]:
    named = {alias.channel_id for each in given for alias in each.values.get("aliases", ())} - {None}
    if named and SalesChannel.objects.filter(id__in=named).count() < len(named):
        return [FieldError("aliases", "unknown_channel", "An alias names a sales channel that does not exist.")]
    return []
