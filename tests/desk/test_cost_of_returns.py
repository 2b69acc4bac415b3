"""What comes back is worth what it had left with: the orders know the parcel, and the parcel the cost."""

from decimal import Decimal

from inventory.models import ValueLayer
from tests.inventory.value import a_supplier, delivered, follow, ordered, posted
from tests.returns.goods import inspect, received, shipped


def test_a_return_is_worth_what_its_parcel_took_with_it(tenant, catalog, uow):
    """The tea left at 3.30; what has come since has cost 9.00, and the average is far above."""
    tea = catalog.id("TEA")
    order = shipped(TEA=2)
    delivered(ordered(a_supplier(), catalog.leeds, (tea, 100, "9")), (tea, 100))
    inspect(received(order, 1), 1, grade="damaged", disposition="damaged")
    follow(tenant)
    back = ValueLayer.objects.get(cause_kind="return")
    assert (back.source, back.unit_cost, back.value_left) == ("left_with", Decimal("3.30"), Decimal("1.65"))
    assert posted(tea)[-2:] == [
        ("stock", "cost_of_sales", Decimal("3.30")),
        ("write_down", "stock", Decimal("1.65")),
    ]
