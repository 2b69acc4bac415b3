"""What kits, and assembled goods, are made of."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q

from inventory.models import KitComponent
from inventory.stock.kits import KIT, Kit, flatten
from oms.core.db.reading import read_rows
from oms.core.tenancy import current_tenant_id

# The kits asked about, and those they contain; goods that are assembled are stocked, so what they are made of is not.
_BILLS = f"""
SELECT c.kit_id, c.component_id, c.quantity, k.ships_in_parts
FROM inventory_kitcomponent c
JOIN inventory_item k ON k.tenant_id = c.tenant_id AND k.id = c.kit_id AND k.kind = '{KIT}'
WHERE c.tenant_id = %(tenant)s AND (c.kit_id = ANY(%(items)s) OR c.kit_id IN (
  SELECT inner_one.component_id FROM inventory_kitcomponent inner_one
  WHERE inner_one.tenant_id = %(tenant)s AND inner_one.kit_id = ANY(%(items)s)
))
ORDER BY c.kit_id, c.id
"""


def kits_among(item_ids: Collection[UUID]) -> dict[UUID, Kit]:
    """Those of these items that are kits, down to what is stocked; one statement."""
    bills: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    in_parts = {}
    given = {"tenant": current_tenant_id(), "items": list(item_ids)}
    for kit_id, component_id, units, parts in read_rows(_BILLS, given):
        bills[kit_id][component_id] = units
        in_parts[kit_id] = parts
    wanted = set(item_ids)
    return {kit: Kit(kit, flatten(kit, bills), in_parts[kit]) for kit in bills if kit in wanted}


def leaves_of(kits: Mapping[UUID, Kit]) -> set[UUID]:
    """All that these kits are made of."""
    return {leaf for kit in kits.values() for leaf in kit.leaves}


def components_of(item_id: UUID) -> list[KitComponent]:
    """What one is made of, as it was written down."""
    return list(KitComponent.objects.filter(kit_id=item_id).select_related("component").order_by("id"))


def made_of_and_part_of(item_id: UUID) -> tuple[list[KitComponent], list[KitComponent]]:
    """What an item is made of, and what contains it directly; one statement."""
    rows = KitComponent.objects.filter(Q(kit_id=item_id) | Q(component_id=item_id))
    rows = list(rows.select_related("kit", "component").order_by("id"))
    return [each for each in rows if each.kit_id == item_id], [each for each in rows if each.kit_id != item_id]
