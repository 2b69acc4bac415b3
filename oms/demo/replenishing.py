"""Who the demo merchant buys from, what is on order and what is on its way between its locations."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from inventory.actions.purchasing.receive import Delivered, receive_purchase_order
from inventory.actions.purchasing.send import send_purchase_order
from inventory.actions.purchasing.suppliers import create_supplier, set_supplier_item
from inventory.actions.purchasing.write import PurchaseDraft, PurchaseLineDraft, create_purchase_order
from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer
from inventory.actions.transfers.receive import Arrived, receive_transfer
from inventory.actions.transfers.send import send_transfer
from inventory.models import SELLABLE, Balance, Item, Location, PurchaseOrder, Supplier
from inventory.replenishing.buying import Break
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.demo.catalogue import articles
from oms.demo.days import Trade

# Code, name, days to arrive, units in a pack, and which kinds they make; of the other kinds no supplier is known.
SUPPLIERS = (
    ("POTTERY", "Moorside Potteries", 12, 6, ("MUG", "CUP", "VAS")),
    ("LEAF", "Leaf & Kettle Imports", 28, 24, ("TEA", "KET")),
    ("WEAVERS", "Calder Weavers", 21, 5, ("BLK", "TWL", "APR", "BAG")),
    ("CHANDLER", "Humber Chandlery", 9, 12, ("CND", "SOP")),
)
BUYER = system("purchasing")
BOUGHT_FOR, DISCOUNT = Decimal("0.92"), Decimal("0.9")


def replenish(trade: Trade, now: datetime) -> None:
    """Suppliers with what they sell; one order that is a draft, one under way, one that came in part; a transfer."""
    life = trade.life
    with life.at(now - timedelta(days=6), BUYER):
        sellers = _suppliers()
        leeds, london = (Location.objects.get(code=code).id for code in ("LEEDS", "LONDON"))
        underway, in_part = (_buy(seller, leeds, units) for seller, units in zip(sellers[:2], (24, 48), strict=True))
        _buy(sellers[2], leeds, 20)
        for order in (underway, in_part):
            send_purchase_order(purchase_order_id=order.id, mail=False)
    with life.at(now - timedelta(days=1), BUYER):
        line = in_part.lines.order_by("id").first()
        receive_purchase_order(
            purchase_order_id=in_part.id, receipt_id=uuid7(), delivered=[Delivered(line.item_id, line.quantity // 2)],
            reference="DN-20417",
        )  # fmt: skip
    with life.at(now - timedelta(hours=20), BUYER):
        _transfers(leeds, london, now)


def _suppliers() -> list[Supplier]:
    items, made = dict(Item.objects.values_list("sku", "id")), []
    for code, name, days, pack, kinds in SUPPLIERS:
        email = f"orders@{code.lower()}.example"
        supplier = create_supplier(code=code, name=name, email=email, currency="GBP", lead_time_days=days)
        for each in articles():
            if each.sku[:3] in kinds and each.sku in items:
                price = (each.cost * BOUGHT_FOR).quantize(Decimal("0.01"))
                cheaper = (price * DISCOUNT).quantize(Decimal("0.01"))
                set_supplier_item(
                    supplier_id=supplier.id, item_id=items[each.sku], code=f"{code[:2]}-{each.sku}", pack_size=pack,
                    minimum=pack, prices=[Break(1, price), Break(pack * 10, cheaper)],
                )  # fmt: skip
        made.append(supplier)
    return made


def _buy(supplier: Supplier, location_id: UUID, units: int) -> PurchaseOrder:
    """The first three of their catalogue."""
    listed = supplier.catalogue.order_by("item__sku_key")[:3]
    lines = [PurchaseLineDraft(each.item_id, units) for each in listed]
    return create_purchase_order(draft=PurchaseDraft(supplier.id, location_id, lines))


def _transfers(origin_id: UUID, destination_id: UUID, now: datetime) -> None:
    """Two for the shop's window: one that came but for a unit, one on its way."""
    free = [
        item_id
        for item_id, on_hand, reserved in Balance.objects.filter(location_id=origin_id, state=SELLABLE)
        .order_by("item__sku_key")
        .values_list("item_id", "on_hand", "reserved")
        if on_hand - reserved >= 4
    ]
    for position, item_id in enumerate(free[:2]):
        drafted = create_transfer(
            origin_id=origin_id, destination_id=destination_id, lines=[TransferLineDraft(item_id, 2)],
            note="For the window of the shop", expected_on=now.date() + timedelta(days=position),
        )  # fmt: skip
        send_transfer(transfer_id=drafted.id)
        if position == 0:
            receive_transfer(transfer_id=drafted.id, receipt_id=uuid7(), arrived=[Arrived(item_id, 1)])
