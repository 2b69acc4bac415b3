"""Lay bins out at a location, put goods away into them, and move goods from one to another."""

from collections.abc import Sequence
from uuid import UUID

from inventory import binning
from inventory.actions.move_state import NotEnough
from inventory.items import sku_key
from inventory.locks import lock_accounts
from inventory.models import SELLABLE, Bin, BinStock, Item
from inventory.queries.bins import bin_by_id
from inventory.queries.lookup import visible_locations
from inventory.stock.bins import KINDS, PICK, code_problem
from inventory.stock.values import QUANTITY_MAX
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError, Invalid
from oms.core.tenancy import unit

EDIT, VERB = "locations.edit", "stock.receive"
BINS_MAX, STEP = 1_000, 10


class BinInUse(Conflict):
    """Something lies in it."""

    code = "bin_in_use"
    title = "The bin is not empty"


def create_bins(*, location_id: UUID, codes: Sequence[str], kind: str = PICK) -> list[Bin]:
    """New bins at the end of the location's walk, in this order; those there are already stay as they are.

    Raises `Invalid` naming the location or the first bad code.
    """
    require(unit().actor, EDIT)
    place = visible_locations().filter(id=location_id).first()
    if place is None:
        raise Invalid.field("location_id", "There is no such location.", "unknown_location")
    _check(codes, kind)
    last = Bin.objects.filter(location=place).order_by("-place").values_list("place", flat=True).first() or 0
    wanted = list(dict.fromkeys(code.strip() for code in codes))
    made = insert_rows(
        Bin,
        [
            {
                "id": uuid7(), "location_id": place.id, "code": code, "code_key": sku_key(code), "kind": kind,
                "place": last + STEP * number, "created_at": unit().now,
            }
            for number, code in enumerate(wanted, start=1)
        ],
        on_conflict="ON CONFLICT (tenant_id, location_id, code_key) DO NOTHING",
        returning=["id"],
    )  # fmt: skip
    record([Change(EDIT, f"{len(made):,} bins laid out at {place.name}", (("location", place.id),))])
    return list(Bin.objects.filter(id__in=[row[0] for row in made]).order_by("place", "id"))


def update_bin(*, bin_id: UUID, kind: str, place: int) -> Bin:
    """What it is for, and when the walk comes to it. Raises `NotFound` and `Invalid`."""
    require(unit().actor, EDIT)
    found = bin_by_id(bin_id)
    problems = [] if kind in KINDS else [FieldError("kind", "unknown_kind", f"Choose one of: {', '.join(KINDS)}.")]
    if not 0 <= place <= QUANTITY_MAX:
        problems.append(FieldError("place", "out_of_range", "Give a number from 0; the lowest comes first."))
    if problems:
        raise Invalid("The bin was not changed.", fields=problems)
    found.kind, found.place = kind, place
    found.save(update_fields=["kind", "place"])
    record([Change(EDIT, f"Bin {found.code} at {found.location.name} changed", (("location", found.location_id),))])
    return found


def delete_bin(*, bin_id: UUID) -> None:
    """Raises `NotFound`, and `BinInUse` while something lies in it."""
    require(unit().actor, EDIT)
    found = bin_by_id(bin_id)
    if BinStock.objects.filter(bin=found).exists():
        raise BinInUse(f"Something lies in bin {found.code}. Move it to another first.")
    record([Change(EDIT, f"Bin {found.code} at {found.location.name} removed", (("location", found.location_id),))])
    found.delete()


def put_away(*, item_id: UUID, bin_id: UUID, quantity: int, from_bin_id: UUID | None = None) -> None:
    """Put units into a bin, that lay in none or in another one of the same location.

    Raises `NotFound`, `Invalid`, and `NotEnough` when fewer lie there.
    """
    target = bin_by_id(bin_id)
    require(unit().actor, VERB, location_id=target.location_id)
    sku = Item.objects.filter(id=item_id).values_list("sku", flat=True).first()
    source = bin_by_id(from_bin_id) if from_bin_id else None
    _check_move(sku, source, target, quantity)
    account = (item_id, target.location_id, SELLABLE)
    balance = lock_accounts([account])[account]
    if source is None:
        there = balance.on_hand - sum(each.on_hand for each in _in_bins(item_id, target))
    else:
        row = BinStock.objects.filter(bin=source, item_id=item_id).first()
        there = row.on_hand if row else 0
    if there < quantity:
        where = f"in bin {source.code}" if source else f"at {target.location.name} in no bin"
        message = f"Only {max(0, there):,} of {sku} lie {where}. Put fewer away, or count first."
        problems = [FieldError("quantity", "too_many", message)]
        raise NotEnough(message, fields=problems, available=max(0, there))
    if source is not None:
        binning.take_out(row=row, units=quantity)
    binning.put_in(bin_id=target.id, item_id=item_id, location_id=target.location_id, units=quantity)
    came = f"from {source.code} " if source else ""
    sentence = f"{quantity:,} × {sku} put {came}into bin {target.code} at {target.location.name}"
    record([Change(VERB, sentence, (("item", item_id), ("bin", target.id)))])


def _in_bins(item_id: UUID, target: Bin) -> list:
    shelf = (item_id, target.location_id)
    return binning.bins_at([shelf])[shelf]


def _check(codes: Sequence[str], kind: str) -> None:
    problems = [] if kind in KINDS else [FieldError("kind", "unknown_kind", f"Choose one of: {', '.join(KINDS)}.")]
    if not 1 <= len(codes) <= BINS_MAX:
        problems.append(FieldError("codes", "out_of_range", f"Give 1 to {BINS_MAX:,} codes."))
    wrong = [(code, why) for code in codes if (why := code_problem(code))]
    problems += [FieldError("codes", "invalid", f"“{code[:60]}”: {why}") for code, why in wrong]
    if problems:
        raise Invalid("No bin was made: some fields need attention.", fields=problems[:5])


def _check_move(sku: str | None, source: Bin | None, target: Bin, quantity: int) -> None:
    problems = []
    if sku is None:
        problems.append(FieldError("item_id", "unknown_item", "There is no such item."))
    if not 0 < quantity <= QUANTITY_MAX:
        problems.append(FieldError("quantity", "out_of_range", f"Give a quantity from 1 to {QUANTITY_MAX:,}."))
    if source is not None and source.location_id != target.location_id:
        message = "Both bins must be at one location. Between locations, goods go by transfer."
        problems.append(FieldError("from_bin_id", "other_location", message))
    if source is not None and source.id == target.id:
        problems.append(FieldError("from_bin_id", "same_bin", "Choose another bin than the one they are in."))
    if problems:
        raise Invalid("Nothing was moved: some fields need attention.", fields=problems)
