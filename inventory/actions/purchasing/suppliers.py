"""Suppliers, and what they sell us."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from inventory.actions.purchasing import EDIT
from inventory.locks import lock_supplier
from inventory.models import Item, Supplier, SupplierItem
from inventory.places import location_code
from inventory.replenishing.buying import LEAD_TIME_MAX, Break, break_problems
from inventory.stock.kits import kit_problems
from inventory.stock.values import QUANTITY_MAX
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError, Invalid, NotFound, Stale
from oms.core.money import is_currency
from oms.core.tenancy import unit

CHANGEABLE = ("code", "name", "email", "currency", "lead_time_days", "active")
CODE_MAX, NAME_MAX, RANK_MAX = 40, 120, 1_000_000


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """What a supplier asks for an item."""

    supplier_id: UUID
    item_id: UUID
    code: str = ""
    prices: tuple[Break, ...] = ()
    minimum: int = 1
    pack_size: int = 1
    lead_time_days: int | None = None
    rank: int = 100


class DuplicateSupplier(Conflict):
    """Another supplier has this code already."""

    code = "duplicate_supplier"
    title = "This code is taken"


def create_supplier(
    *, code: str, name: str, email: str = "", currency: str, lead_time_days: int = 14, active: bool = True
) -> Supplier:
    """Raises `Invalid` naming the fields, and `DuplicateSupplier`."""
    require(unit().actor, EDIT)
    given = clean_supplier(
        {
            "code": code, "name": name, "email": email, "currency": currency, "lead_time_days": lead_time_days,
            "active": active,
        }
    )  # fmt: skip
    made = Supplier(**given, created_at=unit().now)
    _save(made)
    record([Change(EDIT, f"Supplier {made.code} added", (("supplier", made.id),), after=given)])
    return made


def update_supplier(
    *, supplier_id: UUID, changes: Mapping[str, object], expected_version: int | None = None
) -> Supplier:
    """Change the named fields. Raises `NotFound`, `Stale`, `Invalid`, `DuplicateSupplier`."""
    require(unit().actor, EDIT)
    found = lock_supplier(supplier_id)
    if expected_version not in (None, found.version):
        raise Stale("Someone changed this supplier after you opened it. Look at it again, then repeat your change.")
    given = clean_supplier({name: value for name, value in changes.items() if name in CHANGEABLE})
    before = {name: getattr(found, name) for name in given}
    changed = [name for name in given if given[name] != before[name]]
    if changed:
        for name in changed:
            setattr(found, name, given[name])
        found.version += 1
        _save(found)
        sentence = f"Supplier {found.code} changed: {', '.join(changed)}"
        record([Change(EDIT, sentence, (("supplier", found.id),), before, given)])
    return found


def set_supplier_item(
    *,
    supplier_id: UUID,
    item_id: UUID,
    code: str = "",
    prices: Sequence[Break] = (),
    minimum: int = 1,
    pack_size: int = 1,
    lead_time_days: int | None = None,
    rank: int = 100,
) -> SupplierItem:
    """Put an item into the catalogue, or replace what is said of it there. Raises `NotFound`, `Invalid`."""
    require(unit().actor, EDIT)
    lock_supplier(supplier_id)
    given = CatalogueLine(supplier_id, item_id, code, tuple(prices), minimum, pack_size, lead_time_days, rank)
    kind = Item.objects.filter(id=item_id).values_list("kind", flat=True).first()
    problems = [] if kind else [FieldError("item_id", "unknown_item", "There is no such item.")]
    if problems := problems + kit_problems([("item_id", kind)]) + catalogue_problems(given):
        raise Invalid("The catalogue was not changed: some fields need attention.", fields=problems)
    write_catalogue([given])
    return SupplierItem.objects.select_related("supplier", "item").get(supplier_id=supplier_id, item_id=item_id)


def catalogue_problems(line: CatalogueLine) -> list[FieldError]:
    """What is wrong with what is said of an item of a supplier."""
    problems = break_problems(line.prices) + _text_problems("code", line.code, CODE_MAX, needed=False)
    for name, value in (("minimum", line.minimum), ("pack_size", line.pack_size)):
        if not 0 < value <= QUANTITY_MAX:
            problems.append(FieldError(name, "out_of_range", f"Give 1 to {QUANTITY_MAX:,} units."))
    return problems + _lead_time_problems(line.lead_time_days) + _rank_problems(line.rank)


def write_catalogue(lines: Sequence[CatalogueLine]) -> None:
    """Lines without problems, of suppliers and items that are there: new, or in place of what was said before."""
    rows = [
        {
            "id": uuid7(), "supplier_id": each.supplier_id, "item_id": each.item_id, "created_at": unit().now,
            **catalogue_values(each),
        }
        for each in lines
    ]  # fmt: skip
    changed = ("code", "prices", "minimum", "pack_size", "lead_time_days", "rank")
    insert_rows(
        SupplierItem, rows,
        on_conflict="ON CONFLICT (tenant_id, supplier_id, item_id) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in changed),
    )  # fmt: skip
    skus = dict(Item.objects.filter(id__in=[each.item_id for each in lines]).values_list("id", "sku"))
    names = dict(Supplier.objects.filter(id__in={each.supplier_id for each in lines}).values_list("id", "name"))
    record([
        Change(
            EDIT, f"{skus[each.item_id]} in the catalogue of {names[each.supplier_id]}",
            (("supplier", each.supplier_id), ("item", each.item_id)), after=catalogue_values(each),
        )
        for each in lines
    ])  # fmt: skip


def catalogue_values(line: CatalogueLine) -> dict[str, object]:
    """As a row keeps them."""
    return {
        "code": line.code.strip(), "prices": [[each.units, str(each.price)] for each in line.prices],
        "minimum": line.minimum, "pack_size": line.pack_size, "lead_time_days": line.lead_time_days, "rank": line.rank,
    }  # fmt: skip


def remove_supplier_item(*, supplieritem_id: UUID) -> None:
    """They sell it to us no more. Raises `NotFound`."""
    require(unit().actor, EDIT)
    found = SupplierItem.objects.select_related("supplier", "item").filter(id=supplieritem_id).first()
    if found is None:
        raise NotFound("This item is not in the catalogue. It may have been removed already.")
    sentence = f"{found.item.sku} out of the catalogue of {found.supplier.name}"
    record([Change(EDIT, sentence, (("supplier", found.supplier_id), ("item", found.item_id)))])
    found.delete()


def clean_supplier(given: Mapping[str, object]) -> dict:
    """The fields as they are stored, once they are right. Raises `Invalid` naming those that are not."""
    problems = []
    for name, longest in (("code", CODE_MAX), ("name", NAME_MAX)):
        if name in given:
            problems += _text_problems(name, given[name], longest)
    email = str(given.get("email", "")).strip()
    if email and ("@" not in email.strip(" @") or len(email) > 254 or any(each.isspace() for each in email)):
        problems.append(FieldError("email", "malformed_email", "Enter an address like orders@example.com."))
    if "currency" in given and not is_currency(str(given["currency"]).strip().upper()):
        problems.append(FieldError("currency", "unknown_currency", "Use an ISO 4217 code like EUR."))
    problems += _lead_time_problems(given.get("lead_time_days"))
    if problems:
        raise Invalid("The supplier was not saved: some fields need attention.", fields=problems)
    clean = {
        "code": location_code,
        "name": str.strip,
        "email": str.strip,
        "currency": lambda text: text.strip().upper(),
    }
    return {name: clean[name](value) if name in clean else value for name, value in given.items()}


def _text_problems(name: str, text: object, longest: int, *, needed: bool = True) -> list[FieldError]:
    text = str(text).strip()
    if (needed and not text) or len(text) > longest or not text.isprintable():
        return [FieldError(name, "invalid", f"Give plain text of at most {longest} characters.")]
    return []


def _lead_time_problems(days: object) -> list[FieldError]:
    if days is not None and not 0 <= days <= LEAD_TIME_MAX:
        return [FieldError("lead_time_days", "out_of_range", f"Give 0 to {LEAD_TIME_MAX} days.")]
    return []


def _rank_problems(rank: int) -> list[FieldError]:
    if not 0 <= rank <= RANK_MAX:
        return [FieldError("rank", "out_of_range", f"Give 0 to {RANK_MAX:,}; the lowest is asked first.")]
    return []


def _save(supplier: Supplier) -> None:
    try:
        with transaction.atomic():
            supplier.save()
    except IntegrityError as error:
        message = f"Another supplier has the code {supplier.code}. Choose another one."
        raise DuplicateSupplier(message, fields=[FieldError("code", "duplicate", message)]) from error
