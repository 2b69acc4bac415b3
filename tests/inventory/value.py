"""Words the tests of value share."""

from decimal import Decimal
from uuid import UUID

from django.db import connection

from inventory.actions.purchasing.receive import Delivered, receive_purchase_order
from inventory.actions.purchasing.send import send_purchase_order
from inventory.actions.purchasing.suppliers import create_supplier
from inventory.actions.purchasing.write import PurchaseDraft, PurchaseLineDraft, create_purchase_order
from inventory.actions.valuing.follow import follow_value
from inventory.checkpoints import last_drawn
from inventory.locks import lock_valuation
from inventory.models import ItemValue, Movement, PurchaseOrder, Supplier, ValueDay, ValueLayer, ValuePosting
from inventory.tasks import follow_value_of
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit_of_work


def inside(tenant, **more):
    return unit_of_work(tenant.id, system("tests"), **more)


def follow(tenant) -> None:
    """As the task does; in a test's own transaction, where nothing ever settles, as `follow_all` does."""
    if connection.in_atomic_block:
        follow_all(tenant)
    else:
        follow_value_of(tenant.id)


def follow_all(tenant) -> None:
    """All that is drawn, where nobody else writes."""
    with inside(tenant):
        state = lock_valuation()
        state.settled = last_drawn()
        state.save()
        while follow_value().more:
            pass


def a_supplier(code: str = "POT", *, currency: str = "EUR") -> Supplier:
    return create_supplier(code=code, name=f"Supplier {code}", currency=currency, email="a@pot.example")


def ordered(supplier, location, *lines: tuple[UUID, int, str]) -> PurchaseOrder:
    """A purchase order of (item, units, unit cost), sent."""
    drafts = [PurchaseLineDraft(item, units, Decimal(cost)) for item, units, cost in lines]
    made = create_purchase_order(draft=PurchaseDraft(supplier.id, location.id, drafts))
    return send_purchase_order(purchase_order_id=made.id, mail=False)


def delivered(order: PurchaseOrder, *lines: tuple[UUID, int]) -> None:
    receive_purchase_order(
        purchase_order_id=order.id, receipt_id=uuid7(), delivered=[Delivered(*each) for each in lines]
    )


def mugs_bought(tenant, catalog) -> PurchaseOrder:
    """10 blue mugs at 6.00 and 5 red ones at 4.00 on one order; the blue ones and 3 red ones have come."""
    blue, red = catalog.id("MUG-BLU"), catalog.id("MUG-RED")
    with inside(tenant):
        order = ordered(a_supplier(), catalog.leeds, (blue, 10, "6"), (red, 5, "4"))
        delivered(order, (blue, 10), (red, 3))
    return order


def worth(item_id: UUID) -> tuple[int, Decimal]:
    return ItemValue.objects.values_list("units", "value").get(item_id=item_id)


def layers(item_id: UUID) -> list[tuple[int, Decimal]]:
    """Units and value left, of the layers that have any."""
    rows = ValueLayer.objects.filter(item_id=item_id, units_left__gt=0).order_by("movement_id")
    return list(rows.values_list("units_left", "value_left"))


def posted(item_id: UUID, *, after: int = 0) -> list[tuple[str, str, Decimal]]:
    """What was posted for it after the opening stock: debit, credit, amount."""
    rows = ValuePosting.objects.filter(item_id=item_id).exclude(credit="opening").order_by("id")
    return list(rows.values_list("debit", "credit", "amount"))[after:]


def balances() -> dict[str, Decimal]:
    """Account → debits less credits, over the days."""
    found: dict[str, Decimal] = {}
    for each in ValueDay.objects.all():
        found[each.debit] = found.get(each.debit, Decimal(0)) + each.amount
        found[each.credit] = found.get(each.credit, Decimal(0)) - each.amount
    return found


def last_entry(item_id: UUID) -> Movement:
    return Movement.objects.filter(item_id=item_id).latest("id")


def everything() -> dict[str, list]:
    """All that was worked out, without the keys of rows: the same twice is the same."""
    return {
        "pools": sorted(ItemValue.objects.values_list("item_id", "units", "value")),
        "layers": sorted(
            ValueLayer.objects.values_list(
                "movement_id", "units", "unit_cost", "source", "priced_at", "value", "units_left", "value_left"
            ),
            key=str,
        ),
        "postings": sorted(
            ValuePosting.objects.values_list(
                "item_id", "movement_id", "event_id", "units", "debit", "credit", "amount", "day"
            ),
            key=str,
        ),
        "days": sorted(ValueDay.objects.values_list("day", "debit", "credit", "amount")),
    }
