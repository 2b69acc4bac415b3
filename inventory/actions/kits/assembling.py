"""Assemble goods from their components, or take them apart: plan, finish some or all, cancel the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory import book, queries
from inventory.actions.reserve import reserve_stock, unreserve_stock
from inventory.events import AssemblyFinished, StockRose
from inventory.locks import LockedBalance, lock_accounts, lock_assembly
from inventory.models import SELLABLE, AssemblyLine, AssemblyOrder, Item, Location
from inventory.replenishing.drafts import note_problems
from inventory.stock.assembling import ASSEMBLE, KINDS, QUANTITY_MAX, Part, Taking, next_state, take
from inventory.stock.kits import GOODS
from inventory.stock.values import Account, Demand, Shortage
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.db.sequences import take_numbers
from oms.core.errors import Conflict, FieldError, Invalid
from oms.core.events import publish
from oms.core.tenancy import unit

VERB = "stock.assemble"
CAUSE = "assembly"
WORDS = {ASSEMBLE: "assembled", "take_apart": "taken apart"}


class NotEnoughComponents(Conflict):
    """The location has not all that it takes; nothing was reserved or moved."""

    code = "insufficient_stock"
    title = "There is not enough stock"


@dataclass(frozen=True)
class _Plan:
    item: Item
    location: Location
    components: dict[UUID, int]


def plan_assembly(
    *, item_id: UUID, location_id: UUID, quantity: int, kind: str = ASSEMBLE, note: str = ""
) -> AssemblyOrder:
    """An order of which nothing is done yet, with all that it takes reserved for it at its location.

    It keeps what the item is made of now. Raises `Invalid` naming each bad field, and `NotEnoughComponents`.
    """
    require(unit().actor, VERB, location_id=location_id)
    plan = _check(item_id, location_id, quantity, kind, note)
    order_id = uuid7()
    lines = [{"id": uuid7(), "assembly_id": order_id, "item_id": key, "per_unit": units}
             for key, units in plan.components.items()]  # fmt: skip
    parts = _parts(kind, order_id, item_id, [Part(each["id"], each["item_id"], each["per_unit"]) for each in lines])
    demands = [
        Demand(order_id, each.demand_id, each.item_id, each.per_unit * quantity, refuse=True, demand_kind=CAUSE)
        for each in parts
    ]
    reserved = reserve_stock(demands=demands, at=location_id)
    if order_id in reserved.refused:
        raise _not_enough(plan.location, reserved.refused[order_id])
    (number,) = take_numbers("assembly", 1)
    made = AssemblyOrder.objects.create(
        id=order_id, number=number, kind=kind, item=plan.item, location=plan.location, quantity=quantity,
        note=note.strip(), created_at=unit().now,
    )  # fmt: skip
    insert_rows(AssemblyLine, lines)
    record([_change(made, f"planned: {quantity:,} × {plan.item.sku} to be {WORDS[kind]} at {plan.location.name}")])
    return made


def finish_assembly(*, assembly_id: UUID, quantity: int) -> AssemblyOrder:
    """Book that so many are done: what they took goes to *production*, what they made comes from there, in one act.

    What was reserved and got lost meanwhile is taken from the shelf's free units. Raises `NotFound`, `NotAllowed`,
    `Invalid` (``quantity``) and `NotEnoughComponents`.
    """
    found = lock_assembly(assembly_id)
    require(unit().actor, VERB, location_id=found.location_id)
    next_state(found.state, "finish")
    if not 0 < quantity <= found.left:
        raise Invalid.field("quantity", f"Give a number from 1 to {found.left:,}: so many are left.", "out_of_range")
    lines = [Part(each.id, each.item_id, each.per_unit) for each in queries.lines_of_assembly(found.id)]
    takes, makes = _parts(found.kind, found.id, found.item_id, lines), _makes(found, lines)
    balances = lock_accounts([_shelf(found, each.item_id) for each in (*takes, *makes)])
    free = {item_id: balance.available for (item_id, _, _), balance in balances.items()}
    taking = take(takes, quantity, held=book.open_of_demands([each.demand_id for each in takes]), free=free)
    if taking.shortages:
        raise _not_enough(found.location, taking.shortages)
    _book(found, taking, {each.item_id: each.per_unit * quantity for each in makes}, balances)
    found.done += quantity
    found.state = next_state(found.state, "finish" if found.left else "complete")
    found.ended_at = None if found.left else unit().now
    _save(found)
    left = f", {found.left:,} left" if found.left else ""
    record([_change(found, f"{quantity:,} × {found.item.sku} {WORDS[found.kind]}{left}")])
    rose = [StockRose(each.item_id, found.location_id, each.per_unit * quantity, "assembled") for each in makes]
    fact = AssemblyFinished(found.id, found.number, found.kind, found.item_id, found.location_id, quantity)
    publish([fact, *rose])
    return found


def cancel_assembly(*, assembly_id: UUID) -> AssemblyOrder:
    """Give back what is still reserved. Of what is done nothing changes: then the order is done with that.

    Raises `NotFound`, `NotAllowed`.
    """
    found = lock_assembly(assembly_id)
    require(unit().actor, VERB, location_id=found.location_id)
    found.state, found.ended_at = next_state(found.state, "close" if found.done else "cancel"), unit().now
    lines = queries.lines_of_assembly(found.id)
    unreserve_stock(demands=dict.fromkeys([found.id, *(each.id for each in lines)]))
    _save(found)
    record([_change(found, f"ended with {found.done:,} of {found.quantity:,}" if found.done else "canceled")])
    return found


def _check(item_id: UUID, location_id: UUID, quantity: int, kind: str, note: str) -> _Plan:
    item = Item.objects.filter(id=item_id).first()
    location = queries.visible_locations().filter(id=location_id, active=True).first()
    components = _components(item_id) if item and item.kind == GOODS else {}
    problems = note_problems(note)
    if item is None:
        problems.append(FieldError("item_id", "unknown_item", "There is no such item."))
    elif item.kind != GOODS:
        message = "A kit is never assembled: its components are picked when it is sold."
        problems.append(FieldError("item_id", "is_kit", message))
    elif not components:
        message = f"{item.sku} is made of nothing else. Say first what it is made of."
        problems.append(FieldError("item_id", "no_components", message))
    if location is None:
        message = "There is no such location, or it is closed."
        problems.append(FieldError("location_id", "unknown_location", message))
    if not 0 < quantity <= QUANTITY_MAX:
        message = f"Give a quantity from 1 to {QUANTITY_MAX:,}."
        problems.append(FieldError("quantity", "out_of_range", message))
    if kind not in KINDS:
        problems.append(FieldError("kind", "unknown_choice", f"Choose one of: {', '.join(KINDS)}."))
    if problems:
        raise Invalid("The assembly order was not planned: some fields need attention.", fields=problems)
    return _Plan(item, location, components)


def _components(item_id: UUID) -> dict[UUID, int]:
    """What one is made of, kits among it by what they contain."""
    rows = queries.components_of(item_id)
    kits, units = queries.kits_among([each.component_id for each in rows]), {}
    for each in rows:
        parts = kits[each.component_id].leaves if each.component_id in kits else {each.component_id: 1}
        for leaf, count in parts.items():
            units[leaf] = units.get(leaf, 0) + each.quantity * count
    return units


def _parts(kind: str, order_id: UUID, item_id: UUID, components: Sequence[Part]) -> list[Part]:
    """What one of it takes: its components, or to take it apart itself."""
    return list(components) if kind == ASSEMBLE else [Part(order_id, item_id, 1)]


def _makes(found: AssemblyOrder, components: Sequence[Part]) -> list[Part]:
    return [Part(found.id, found.item_id, 1)] if found.kind == ASSEMBLE else list(components)


def _shelf(found: AssemblyOrder, item_id: UUID) -> Account:
    return (item_id, found.location_id, SELLABLE)


def _book(found: AssemblyOrder, taking: Taking, made: dict[UUID, int], balances: dict[Account, LockedBalance]) -> None:
    """What is taken is entered first, so that what it cost is known when what it made is."""
    changes = {balances[_shelf(found, each.item_id)].id: (-each.units, -each.reserved) for each in taking.taken}
    changes |= {balances[_shelf(found, item_id)].id: (units, 0) for item_id, units in made.items()}
    book.change_balances(changes)
    book.let_go(taking.ends, into="committed")
    here = found.location_id
    book.enter(
        [
            *(book.Entry(each.item_id, each.units, SELLABLE, "production", here) for each in taking.taken),
            *(book.Entry(item, units, "production", SELLABLE, None, here) for item, units in made.items()),
        ],
        cause_kind=CAUSE, cause_id=found.id, reason=f"Assembly A{found.number}",
    )  # fmt: skip


def _save(found: AssemblyOrder) -> None:
    found.version += 1
    found.save(update_fields=["state", "done", "ended_at", "version"])


def _not_enough(location: Location, shortages: Sequence[Shortage]) -> NotEnoughComponents:
    skus = queries.skus_of({each.item_id for each in shortages})
    words = " ".join(f"{each.wanted:,} × {skus[each.item_id]} wanted, {each.available:,} there." for each in shortages)
    message = f"Nothing was changed: {location.name} has not all that it takes. {words}"
    return NotEnoughComponents(
        message, fields=[FieldError("quantity", "insufficient_stock", message)],
        shortages=[
            {"sku": skus[each.item_id], "wanted": each.wanted, "available": each.available} for each in shortages
        ],
    )  # fmt: skip


def _change(found: AssemblyOrder, words: str) -> Change:
    return Change(VERB, f"Assembly A{found.number} {words}", (("assembly", found.id), ("item", found.item_id)))
