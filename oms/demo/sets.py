"""A set that is sold as one, and one that is packed before it is sold."""

from datetime import datetime, timedelta
from decimal import Decimal

from inventory.actions.items import ItemDraft, create_items
from inventory.actions.kits.assembling import finish_assembly, plan_assembly
from inventory.actions.kits.contents import Contents, set_contents
from inventory.models import SELLABLE, Balance, Item, Location
from oms.core.actors import system
from oms.demo.days import Trade

PACKER = system("packing")
# Units of each component that must be free in Leeds.
ENOUGH = 8


def make_sets(trade: Trade, now: datetime) -> None:
    """Tea for two is picked when it is ordered; breakfast boxes are packed ahead, and one of three is."""
    with trade.life.at(now - timedelta(days=2), PACKER):
        leeds = Location.objects.get(code="LEEDS")
        mug, tea = _plentiful("MUG", leeds), _plentiful("TEA", leeds)
        if mug is None or tea is None:
            return
        two, breakfast = create_items(
            items=[
                ItemDraft(sku="SET-TWO", name="Tea for two", price=Decimal("32.00")),
                ItemDraft(sku="BOX-BREAKFAST", name="Breakfast box", price=Decimal("27.50"), weight_g=900),
            ]
        )
        set_contents(item_id=two.id, contents=Contents(components={mug.id: 2, tea.id: 1}))
        set_contents(item_id=breakfast.id, contents=Contents("goods", components={mug.id: 1, tea.id: 2}))
        planned = plan_assembly(item_id=breakfast.id, location_id=leeds.id, quantity=3, note="For the shop window")
        finish_assembly(assembly_id=planned.id, quantity=1)


def _plentiful(kind: str, location: Location) -> Item | None:
    """The first of its kind of which enough lies there for nobody."""
    rows = Balance.objects.filter(location=location, state=SELLABLE, item__sku__startswith=kind).select_related("item")
    return next((each.item for each in rows.order_by("item__sku") if each.on_hand - each.reserved >= ENOUGH), None)
