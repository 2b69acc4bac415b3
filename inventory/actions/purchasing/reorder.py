"""Set by hand when to order more, and turn suggestions into drafts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.actions.purchasing import EDIT
from inventory.actions.purchasing.write import PurchaseDraft, PurchaseLineDraft, create_purchase_orders
from inventory.models import Item, PurchaseOrder, ReorderRule
from inventory.queries import reorder_rules, sources_of, visible_locations
from inventory.replenishing.drafts import LINES_MAX
from inventory.stock.kits import kit_problems
from inventory.stock.values import QUANTITY_MAX
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import FieldError, Invalid, NotFound
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units of an item to order for a location, of whoever sells it."""

    item_id: UUID
    location_id: UUID
    quantity: int


def order_suggested(*, lines: Sequence[Wanted]) -> list[PurchaseOrder]:
    """Draft one purchase order per supplier and location. Raises `Invalid` naming each line nobody sells."""
    require(unit().actor, EDIT)
    sources = sources_of({each.item_id for each in lines})
    problems = [] if 0 < len(lines) <= LINES_MAX else [FieldError("lines", "required", "Choose at least one line.")]
    for position, each in enumerate(lines):
        if each.item_id not in sources or not sources[each.item_id].prices:
            message = "No supplier's catalogue has a price for this item. Add it there first."
            problems.append(FieldError(f"lines.{position}.item_id", "no_supplier", message))
        if not 0 < each.quantity <= QUANTITY_MAX:
            message = f"Give a quantity from 1 to {QUANTITY_MAX:,}."
            problems.append(FieldError(f"lines.{position}.quantity", "out_of_range", message))
    if problems:
        raise Invalid("Nothing was ordered: some lines need attention.", fields=problems)
    by_order: dict[tuple[UUID, UUID], list[PurchaseLineDraft]] = defaultdict(list)
    for each in lines:
        key = (sources[each.item_id].supplier_id, each.location_id)
        by_order[key].append(PurchaseLineDraft(each.item_id, each.quantity))
    return create_purchase_orders(drafts=[PurchaseDraft(*key, drafts) for key, drafts in by_order.items()])


def set_reorder_rule(*, item_id: UUID, location_id: UUID, minimum: int, maximum: int) -> ReorderRule:
    """At ``minimum`` or fewer, order up to ``maximum``. Setting it again replaces. Raises `Invalid`."""
    require(unit().actor, EDIT, location_id=location_id)
    kind = Item.objects.filter(id=item_id).values_list("kind", flat=True).first()
    problems = kit_problems([("item_id", kind)])
    if kind is None:
        problems.append(FieldError("item_id", "unknown_item", "There is no such item."))
    if not visible_locations().filter(id=location_id).exists():
        problems.append(FieldError("location_id", "unknown_location", "There is no such location."))
    if not 0 <= minimum <= QUANTITY_MAX:
        problems.append(FieldError("minimum", "out_of_range", f"Give a number from 0 to {QUANTITY_MAX:,}."))
    if not 0 < maximum <= QUANTITY_MAX or maximum < minimum:
        problems.append(FieldError("maximum", "out_of_range", "Give a number that is no less than the minimum."))
    if problems:
        raise Invalid("The rule was not set.", fields=problems)
    values = {"minimum": minimum, "maximum": maximum}
    insert_rows(
        ReorderRule,
        [{"id": uuid7(), "item_id": item_id, "location_id": location_id, **values, "created_at": unit().now}],
        on_conflict="ON CONFLICT (tenant_id, item_id, location_id) DO UPDATE SET minimum = excluded.minimum, "
        "maximum = excluded.maximum",
    )
    rule = reorder_rules().get(item_id=item_id, location_id=location_id)
    sentence = f"{rule.item.sku} at {rule.location.name}: at {minimum:,} or fewer, order up to {maximum:,}"
    record([Change(EDIT, sentence, (("item", item_id),), after=values)])
    return rule


def lift_reorder_rule(*, rule_id: UUID) -> None:
    """Demand decides again. Raises `NotFound`."""
    rule = reorder_rules().filter(id=rule_id).first()
    if rule is None:
        raise NotFound("There is no such rule. It may have been lifted already.")
    require(unit().actor, EDIT, location_id=rule.location_id)
    sentence = f"{rule.item.sku} at {rule.location.name}: ordered by its demand again"
    record([Change(EDIT, sentence, (("item", rule.item_id),))])
    rule.delete()
