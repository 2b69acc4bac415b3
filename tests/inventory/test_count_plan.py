"""Classes by what was sold, and what is due to be counted."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from inventory.actions.adjust import adjust_stock
from inventory.actions.commit import Commit, commit_stock
from inventory.actions.counts.finishing import finish_count
from inventory.actions.counts.opening import open_count
from inventory.actions.counts.plan import plan_counts, set_counting_policy
from inventory.actions.items import ItemDraft, create_items, update_item
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.models import CountPlan, Reservation
from inventory.queries import counts as questions
from inventory.stock.counting import CountingPolicy
from inventory.tasks import plan_counts_of_all
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid
from oms.core.tenancy import unit_of_work
from tests.inventory.counts import entered
from tests.inventory.stock import wants

pytestmark = pytest.mark.django_db
TEA = "TEA"


def sell(item_id, location_id, units: int) -> None:
    """Straight through: reserved, and gone to a customer."""
    demand = wants(item_id, units, location_id=location_id)
    reserve_stock(demands=[demand])
    held = Reservation.objects.get(demand_id=demand.demand_id)
    commit_stock(commits=[Commit(held.id, item_id, location_id, units, uuid7())], cause_kind="parcel")


def classes(location_id) -> dict[str, str]:
    rows = CountPlan.objects.filter(location_id=location_id)
    return dict(rows.order_by("item__sku_key").values_list("item__sku", "abc_class"))


def test_classes_follow_the_value_that_was_sold(uow, catalog):
    """Sold in Leeds: 800 + 100 + 60 + 40 of value 1,000; nothing in London."""
    leeds = catalog.leeds.id
    items = create_items(
        items=[
            ItemDraft(sku="DEAR", cost=Decimal(400)), ItemDraft(sku="FAIR", cost=Decimal(10)),
            ItemDraft(sku="SOME", cost=Decimal(6)), ItemDraft(sku="NO-COST"), ItemDraft(sku="UNSOLD"),
        ]
    )  # fmt: skip
    receive_stock(receipts=[Receipt(each.id, leeds, 100) for each in items])
    for each, units in zip(items, (2, 10, 10, 40, 0), strict=True):
        if units:
            sell(each.id, leeds, units)
    plan_counts()
    assert classes(leeds) == {
        **dict.fromkeys(("MUG-BLU", "MUG-RED", "NO-COST", "TEA", "UNSOLD"), "C"), "DEAR": "A", "FAIR": "B", "SOME": "B",
    }  # fmt: skip
    assert set(classes(catalog.london.id).values()) == {"C"}
    set_counting_policy(policy=CountingPolicy(a_percent=90, b_percent=99))
    assert (classes(leeds)["FAIR"], classes(leeds)["NO-COST"]) == ("A", "B")
    update_item(item_id=items[1].id, changes={"cost": Decimal(0)})
    plan_counts()
    assert classes(leeds)["FAIR"] == "C"
    with unit_of_work(uow.tenant_id, system("later"), now=timezone.now() + timedelta(days=100)):
        plan_counts()
        assert set(classes(leeds).values()) == {"C"}


def test_what_is_due_is_counted_and_then_is_not_due(tenant, owner, catalog):
    later = timezone.now() + timedelta(days=31)
    with unit_of_work(tenant.id, system("tests")):
        sell(catalog.id(TEA), catalog.leeds.id, 3)
    plan_counts_of_all()
    with unit_of_work(tenant.id, system("tests")):
        assert not questions.due_items().exists()
    with unit_of_work(tenant.id, system("tests"), now=later):
        assert [each.item.sku for each in questions.due_items(location_id=catalog.leeds.id)] == [TEA]
        stock_count = open_count(location_id=catalog.leeds.id, due=True)
        assert (stock_count.title, stock_count.why) == ("What is due", "abc")
        assert not questions.due_items(location_id=catalog.leeds.id).exists()
        entered(stock_count, {catalog.id(TEA): 7})
        finish_count(count_id=stock_count.id)
        assert not questions.due_items(location_id=catalog.leeds.id).exists()
        plan = CountPlan.objects.get(item_id=catalog.id(TEA), location=catalog.leeds)
        assert (plan.counted_at, plan.due_at) == (later, later + timedelta(days=30))
        plan_counts()
        assert CountPlan.objects.get(id=plan.id).due_at == later + timedelta(days=30)
        adjust_stock(item_id=catalog.id(TEA), location_id=catalog.leeds.id, change=-7, reason="loss")
        plan_counts()
        assert CountPlan.objects.get(id=plan.id).due_at is None
        assert open_count(location_id=catalog.london.id, abc_class="C").title == "Class C"


def test_bad_settings_change_nothing(uow, catalog):
    with pytest.raises(Invalid) as refusal:
        set_counting_policy(policy=CountingPolicy(a_days=0, b_percent=101))
    assert [each.field for each in refusal.value.fields] == ["b_percent", "a_days"]
    assert questions.policy() == CountingPolicy()
