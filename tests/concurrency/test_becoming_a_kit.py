"""At the same moment: two changes that close a cycle together, and a delivery of what becomes a kit."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from inventory import locks
from inventory.actions.items import ItemDraft, create_items
from inventory.actions.kits import contents
from inventory.actions.kits.contents import Contents, set_contents
from inventory.actions.receive import Receipt, receive_stock
from inventory.models import Balance, Item, KitComponent
from oms.core.actors import system
from oms.core.errors import OmsError
from oms.core.tenancy import unit_of_work
from tests.concurrency import again


@pytest.fixture
def pair(committed_db, tenant, catalog):
    with unit_of_work(tenant.id, system("tests")):
        return [item.id for item in create_items(items=[ItemDraft(sku="ONE"), ItemDraft(sku="TWO")])]


def at_once(tenant, *acts) -> list[str]:
    """Let each act in a transaction of its own, begun together; returns how each ended."""
    start = Barrier(len(acts))

    def run(act) -> str:
        try:
            with unit_of_work(tenant.id, system("tests")):
                connection.ensure_connection()
                start.wait(20)
                act()
                # Whoever is first stays a while, so that the other meets what is not committed yet.
                time.sleep(0.1)
            return "done"
        except OmsError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def contains(one, other):
    return lambda: set_contents(item_id=one, contents=Contents("goods", components={other: 1}))


@again
def test_no_two_close_a_cycle(tenant, pair, round_number):
    one, two = pair
    assert at_once(tenant, contains(one, two), contains(two, one)) == ["done", "invalid"]
    with unit_of_work(tenant.id, system("tests")):
        assert KitComponent.objects.count() == 1


def test_control_without_the_lock_they_do(tenant, pair, monkeypatch):
    monkeypatch.setattr(contents, "lock_bills", lambda: None)
    # Whole locks of both items would meet in a deadlock: stopped too, but with words for nobody.
    monkeypatch.setattr(contents, "lock_items", lambda ids, **_: locks.lock_items(ids))
    one, two = pair
    assert at_once(tenant, contains(one, two), contains(two, one)) == ["done", "done"]
    with unit_of_work(tenant.id, system("tests")):
        assert KitComponent.objects.count() == 2


@pytest.fixture
def stocked_before(tenant, pair, catalog):
    """ONE has an account in Leeds that is empty now."""
    with unit_of_work(tenant.id, system("tests")):
        locks.lock_accounts([(pair[0], catalog.leeds.id, "sellable")])
    return pair


@again
def test_what_is_delivered_becomes_no_kit_and_no_kit_is_delivered(tenant, stocked_before, catalog, round_number):
    one, two = stocked_before
    outcomes = at_once(
        tenant,
        lambda: receive_stock(receipts=[Receipt(one, catalog.leeds.id, 5)]),
        lambda: set_contents(item_id=one, contents=Contents("kit", components={two: 1})),
    )
    with unit_of_work(tenant.id, system("tests")):
        is_kit, units = Item.objects.get(id=one).kind == "kit", Balance.objects.get(item_id=one).on_hand
    assert (outcomes, is_kit, units) in [
        (["done", "kit_has_stock"], False, 5), (["done", "kit_has_no_stock"], True, 0), (["done", "invalid"], True, 0),
    ]  # fmt: skip


def test_control_without_the_wall_a_kit_has_stock(tenant, stocked_before, catalog, monkeypatch):
    monkeypatch.setattr(locks, "refuse_kits", lambda item_ids: time.sleep(0.1))
    monkeypatch.setattr(contents, "lock_items", lambda ids, **_: locks.lock_items(ids))
    one, two = stocked_before
    outcomes = at_once(
        tenant,
        lambda: receive_stock(receipts=[Receipt(one, catalog.leeds.id, 5)]),
        lambda: set_contents(item_id=one, contents=Contents("kit", components={two: 1})),
    )
    assert outcomes == ["done", "done"]
    with unit_of_work(tenant.id, system("tests")):
        assert (Item.objects.get(id=one).kind, Balance.objects.get(item_id=one).on_hand) == ("kit", 5)
