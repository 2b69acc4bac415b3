"""Products: a style, the options its variants differ by, and nothing more. What is stocked are the variants."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from inventory.details import OPTION_MAX, OPTIONS_MAX
from inventory.items import NAME_MAX
from inventory.locks import lock_products
from inventory.models import Product
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import Conflict, FieldError, Invalid, NotFound, Stale
from oms.core.tenancy import unit

VERB = "items.edit"


class DuplicateProduct(Conflict):
    """Another product has this name already."""

    code = "duplicate_product"
    title = "This product exists already"


class HasVariants(Conflict):
    """Its variants have values for these options."""

    code = "has_variants"
    title = "This product has variants"


def create_product(*, name: str, options: Sequence[str]) -> Product:
    """Raises `Invalid` naming each bad field, or `DuplicateProduct`."""
    require(unit().actor, VERB)
    check_product(name, options)
    made = Product(name=name.strip(), options=[each.strip() for each in options], created_at=unit().now)
    _save(made)
    record([Change(VERB, f"Product {made.name} created", (("product", made.id),))])
    return made


def update_product(
    *, product_id: UUID, name: str, options: Sequence[str], expected_version: int | None = None
) -> Product:
    """Rename it or its options; how many options there are stays while it has variants.

    Raises `NotFound`, `Stale`, `Invalid`, `DuplicateProduct` or `HasVariants`.
    """
    require(unit().actor, VERB)
    found = next(iter(lock_products([product_id])), None)
    if found is None:
        raise NotFound("There is no such product.")
    if expected_version not in (None, found.version):
        raise Stale("Someone changed this product after you read it. Read it again and repeat your change.")
    check_product(name, options)
    if len(options) != len(found.options) and found.variants.exists():
        message = "Each variant has a value for each option. Take the variants out first, or keep as many options."
        raise HasVariants(message, fields=[FieldError("options", "has_variants", message)])
    found.name, found.options = name.strip(), [each.strip() for each in options]
    found.version += 1
    _save(found)
    record([Change(VERB, f"Product {found.name} changed", (("product", found.id),))])
    return found


def check_product(name: str, options: Sequence[str]) -> None:
    """Raises `Invalid` naming each bad field."""
    problems = []
    if not name.strip() or len(name.strip()) > NAME_MAX or not name.strip().isprintable():
        problems.append(FieldError("name", "invalid", f"Give the product a name of at most {NAME_MAX} letters."))
    plain = [each.strip() for each in options]
    if not 1 <= len(plain) <= OPTIONS_MAX:
        words = f"Name 1 to {OPTIONS_MAX} options, like Size."
        problems.append(FieldError("options", "invalid", words))
    elif any(not each or len(each) > OPTION_MAX or not each.isprintable() for each in plain):
        problems.append(FieldError("options", "invalid", f"Name each option in at most {OPTION_MAX} letters."))
    elif len({each.casefold() for each in plain}) < len(plain):
        problems.append(FieldError("options", "invalid", "Two options have the same name. Give each its own."))
    if problems:
        raise Invalid(problems[0].message, fields=problems)


def _save(product: Product) -> None:
    product.name_key = product.name.casefold()
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError:  # the name is all that can clash
        message = f"There is a product called “{product.name}” already. Use another name, or add variants to that one."
        raise DuplicateProduct(message, fields=[FieldError("name", "duplicate_product", message)]) from None
