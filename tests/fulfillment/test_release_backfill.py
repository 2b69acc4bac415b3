"""Orders allocated before there was a floor join the clock's queue, tenant by tenant; others are left alone."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

from django.db import connections, transaction

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.release import release_orders
from fulfillment.models import Release
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from orders.models import Order
from tests.fulfillment.trade import NOON, place

PROCESS = system("tests")
schedule = import_module("fulfillment.migrations.0008_release_what_was_allocated").schedule


def test_only_what_is_allocated_and_not_with_the_floor_is_scheduled(committed_db, tenant, other_tenant, catalog):
    with unit_of_work(tenant.id, PROCESS, now=NOON):
        old, held, gone, _not_allocated = place({"TEA": 1}, {"TEA": 1}, {"TEA": 1}, {"TEA": 1})
        allocate_orders(order_ids=[old, held, gone], trigger="cleared")
        release_orders(order_ids=[gone])
        Order.objects.filter(id=held).update(open_holds=1)
        Release.objects.all().delete()
    for _ in range(2):
        with transaction.atomic(using="owner"):
            schedule(None, SimpleNamespace(connection=connections["owner"]))
    with unit_of_work(tenant.id, PROCESS):
        [release] = Release.objects.all()
        placed_at = Order.objects.get(id=old).placed_at
    assert (release.order_id, release.due_at) == (old, placed_at + timedelta(minutes=30))
    with unit_of_work(other_tenant.id, PROCESS):
        assert not Release.objects.exists()
