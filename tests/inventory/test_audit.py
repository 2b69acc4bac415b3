"""The audit: what it reads, what it keeps, the checkpoints it leaves, and that trade goes on meanwhile."""

import os
import threading
from collections.abc import Callable
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from inventory.actions.adjust import adjust_stock
from inventory.actions.audit import JOB, audit_stock
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.checkpoints import latest_checkpoint
from inventory.models import AuditRun, Balance, Movement, StockCheckpoint
from inventory.queries import stock_as_of
from inventory.queries.audits import breaks_of, broken_now
from inventory.tasks import audit_stock_of_all_in_full
from oms.accounts.queries import actor_of_membership
from oms.core.actors import system
from oms.core.jobs.running import run_due_jobs
from oms.core.models import Job
from oms.core.tenancy import unit, unit_of_work
from tests.inventory.stock import wants

AUDIT = "/m/acme/inventory/audit/"


def inside(tenant):
    return unit_of_work(tenant.id, system("tests"))


def audited(tenant, **more) -> AuditRun:
    with inside(tenant):
        return audit_stock(**more)


def receive_one(tenant, catalog) -> None:
    with inside(tenant):
        receive_stock(receipts=[Receipt(catalog.id("TEA"), catalog.leeds.id, 1)])


def test_the_second_audit_reads_only_what_came_after(committed_db, tenant, catalog):
    first = audited(tenant)
    assert (first.after, first.movements, first.balances, first.holds) == (0, 6, 6, True)
    assert first.accounts == {"opening": -45, "shelves": 45}
    receive_one(tenant, catalog)
    second = audited(tenant)
    assert (second.after, second.movements, second.holds) == (first.horizon, 1, True)
    assert second.accounts == {"opening": -45, "supplier": -1, "shelves": 46}
    third = audited(tenant, full=True)
    assert (third.after, third.movements, third.holds) == (0, 7, True)
    with inside(tenant):
        assert latest_checkpoint().last_movement == second.horizon
        assert latest_checkpoint().movements == 7


@contextmanager
def open_entry(tenant, catalog):
    """Somebody's transaction that has drawn an entry's id and does not commit for a while."""
    written, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with inside(tenant):
            receive_stock(receipts=[Receipt(catalog.id("MUG-BLU"), catalog.leeds.id, 5)])
            written.set()
            assert go_on.wait(20)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(20)
        yield
    finally:
        go_on.set()
        writer.join(20)


def test_an_entry_that_is_not_committed_yet_keeps_the_checkpoint_back(committed_db, tenant, catalog):
    """Its id is below those that others commit meanwhile: vouched for now, it would never be read again."""
    base = audited(tenant).horizon
    with open_entry(tenant, catalog):
        receive_one(tenant, catalog)
        during = audited(tenant)
        assert (during.holds, during.movements) == (True, 1)
        with inside(tenant):
            assert latest_checkpoint().last_movement == base
            late, early = during.horizon - 1, during.horizon
            assert list(Movement.objects.filter(id__in=[late, early]).values_list("id", flat=True)) == [early]
    after = audited(tenant)
    assert (after.holds, after.movements, after.after) == (True, 2, base)
    with inside(tenant):
        assert latest_checkpoint().last_movement == during.horizon
        assert latest_checkpoint().movements == 8
    assert audited(tenant, full=True).holds


def test_an_entry_that_is_the_very_last_drawn_keeps_it_back_too(committed_db, tenant, catalog):
    """Nothing is over that began later, so the end of a snapshot lies below its transaction's number."""
    base = audited(tenant).horizon
    with open_entry(tenant, catalog):
        assert audited(tenant).horizon > base
        with inside(tenant):
            assert latest_checkpoint().last_movement == base
    after = audited(tenant)
    assert (after.breaks, after.movements) == ([], 1)


def test_who_has_written_already_leaves_no_horizon(committed_db, tenant, catalog):
    """Its own number is older than those of writers it could see the ids of."""
    with inside(tenant):
        receive_stock(receipts=[Receipt(catalog.id("TEA"), catalog.leeds.id, 1)])
        run = audit_stock()
    assert (run.holds, run.horizon) == (True, 0)
    with inside(tenant):
        assert latest_checkpoint() is None


def test_control_a_checkpoint_at_the_last_visible_entry_loses_the_late_one(
    committed_db, tenant, catalog, monkeypatch: pytest.MonkeyPatch
):
    """The same with the wait for open transactions taken away: the next audit cries wolf."""
    monkeypatch.setattr("inventory.actions.audit.oldest_open_transaction", lambda: 2**62)
    audited(tenant)
    with open_entry(tenant, catalog):
        receive_one(tenant, catalog)
        assert audited(tenant).holds
    wrong = audited(tenant)
    assert [each["check"] for each in wrong.breaks] == ["movements"]


def test_a_clean_book_stays_clean_while_others_write(committed_db, tenant, catalog):
    stop, counts = threading.Event(), []

    def trade(seed: int) -> None:
        done = 0
        while not stop.is_set():
            with inside(tenant):
                reserve_stock(demands=[wants(catalog.id("TEA"), 1)])
                receive_stock(receipts=[Receipt(catalog.id("TEA"), catalog.leeds.id, 2)])
                adjust_stock(item_id=catalog.id("TEA"), location_id=catalog.london.id, change=-1, reason="loss")
            done += 1
        counts.append(done)
        connection.close()

    traders = [threading.Thread(target=trade, args=(seed,)) for seed in range(2)]
    for each in traders:
        each.start()
    runs = [audited(tenant, full=number % 3 == 2) for number in range(9)]
    stop.set()
    for each in traders:
        each.join(20)
    assert [run.breaks for run in runs] == [[]] * 9
    assert min(counts) > 0
    last = audited(tenant, full=True)
    assert last.holds
    with inside(tenant):
        assert StockCheckpoint.objects.exists()
        shelves = {(each.location_id, each.state): each.units for each in stock_as_of(at=unit().now)
                   if each.sku == "TEA"}  # fmt: skip
        assert shelves == {
            (each.location_id, each.state): each.on_hand
            for each in Balance.objects.filter(item_id=catalog.id("TEA"), on_hand__gt=0)
        }


@pytest.fixture
def broken(committed_db, tenant, catalog) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as db:
        db.execute(f"SET app.tenant_id = '{tenant.id}'")
        db.execute("UPDATE inventory_balance SET on_hand = on_hand - 1 WHERE location_id = %s", [catalog.leeds.id])


def test_a_broken_book_gets_no_checkpoint_and_a_banner(broken, tenant, browser_client):
    run = audited(tenant)
    assert run.broken == 3
    with inside(tenant):
        assert latest_checkpoint() is None
        assert broken_now().id == run.id
    assert "The stock book does not add up" in browser_client.get("/m/acme/").text
    page = browser_client.get(f"{AUDIT}{run.id}/").text
    assert "MUG-BLU at LEEDS (sellable): the balance says 9 on hand, its movements add up to 10." in page


def test_one_sees_breaks_of_ones_own_locations(broken, tenant, catalog, membership):
    run = audited(tenant)
    for place, seen in ((catalog.leeds, 3), (catalog.london, 0)):
        with unit_of_work(tenant.id, actor_of_membership(membership(role="manager", locations=[place.id]))):
            assert len(breaks_of(run)) == seen


def test_run_now_is_a_job_whose_result_is_kept(
    committed_db, tenant, catalog, browser_client, django_assert_max_num_queries: Callable
):
    assert "Not proved yet" in browser_client.get(AUDIT).text
    assert browser_client.post(f"{AUDIT}run/", {"full": "1"}).status_code == 303
    with inside(tenant):
        assert Job.objects.get(kind=JOB).params == {"full": True}
    run_due_jobs(tenant.id)
    with inside(tenant):
        assert Job.objects.get(kind=JOB).state == Job.DONE
        run = AuditRun.objects.get()
        assert latest_checkpoint().last_movement == run.horizon > 0
    assert (run.full, run.actor_label) == (True, "Olive Owner")
    with django_assert_max_num_queries(12):
        assert "The book adds up" in browser_client.get(AUDIT).text
    assert "does not add up" not in browser_client.get("/m/acme/").text


def test_over_http(api, api_of, tenant, catalog):
    assert api.post("/api/v1/stock/audits", {}, format="json").status_code == 202
    run_due_jobs(tenant.id)
    (row,) = api.get("/api/v1/stock/audits").json()["results"]
    assert (row["holds"], row["movements"], row["accounts"]) == (True, 6, {"opening": -45, "shelves": 45})
    one = api.get(f"/api/v1/stock/audits/{row['id']}")
    assert (one.status_code, one.json()["breaks"]) == (200, [])
    assert api_of(tenant, scopes=["stock.view"]).get("/api/v1/stock/audits").status_code == 403


def test_the_clock_proves_every_merchants_book_in_full(tenant, other_tenant, catalog):
    audit_stock_of_all_in_full()
    for merchant, read in ((tenant, 6), (other_tenant, 0)):
        with inside(merchant):
            assert AuditRun.objects.get().movements == read
