"""Words the tests of lots share."""

from datetime import date, timedelta
from uuid import UUID

from inventory.actions.receive import Receipt, receive_stock
from inventory.models import Lot, Quant
from inventory.stock.values import LotDraft
from oms.core.tenancy import unit


def in_days(days: int) -> date:
    return unit().now.date() + timedelta(days=days)


def receive(item_id: UUID, location_id: UUID, units: int, code: str, days: int | None = None, **more) -> Lot:
    """So many units of a lot that is good for so many days more."""
    draft = LotDraft(code, expires_on=None if days is None else in_days(days))
    receive_stock(receipts=[Receipt(item_id, location_id, units, lot=draft, **more)])
    return Lot.objects.get(item_id=item_id, code_key=code.strip().upper())


def lots(item_id: UUID, location_id: UUID, state: str = "sellable") -> dict[str | None, int]:
    """Lot → units of an account; None is the lot nobody knows."""
    rows = Quant.objects.filter(item_id=item_id, location_id=location_id, state=state)
    return dict(rows.order_by("id").values_list("lot__code", "on_hand"))
