"""Sample data fills an empty merchant, says so on every page, and goes without a trace."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from inventory.proof import prove_stock
from oms.core.errors import NotAllowed
from oms.core.models import Job
from oms.core.tenancy import unit_of_work
from oms.demo import sandbox
from oms.demo.merchant import finish
from oms.demo.sandbox import fill_with_sample_data, remove_sample_data
from orders.models import Order
from tests.demo.test_carrying import PROCESS


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(sandbox, "ORDERS", 40)
    monkeypatch.setattr(sandbox, "DAYS", 12)


def rows_of_every_table(tenant) -> dict[str, int]:
    with unit_of_work(tenant.id, PROCESS), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.table_name FROM information_schema.columns c JOIN information_schema.tables t "
            "USING (table_schema, table_name) WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' "
            "AND t.table_type = 'BASE TABLE' AND c.table_name !~ '^core_fact_'"
        )
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", [tenant.id])
            found[table] = cursor.fetchone()[0]
        return {table: count for table, count in found.items() if count}


def filled(tenant) -> Job:
    with unit_of_work(tenant.id, PROCESS):
        job = fill_with_sample_data()
    return finish(tenant.id, job.id)


def test_it_fills_and_goes_without_a_trace(tenant, owner, browser_client):
    before = rows_of_every_table(tenant)
    assert filled(tenant).state == "done"
    with unit_of_work(tenant.id, PROCESS):
        assert Order.objects.exclude(source="exchange").count() == 40
        assert prove_stock().holds
    assert len(rows_of_every_table(tenant)) > 30
    page = browser_client.get(f"/m/{tenant.slug}/orders/").content.decode()
    assert "This is sample data" in page
    answer = browser_client.post(f"/m/{tenant.slug}/settings/sample/remove/")
    assert answer.status_code in (302, 303)
    after = rows_of_every_table(tenant)
    told = {"core_auditentry": after.pop("core_auditentry", 0), "before": before.pop("core_auditentry", 0)}
    assert after == before
    assert told["core_auditentry"] == told["before"] + 2
    tenant.refresh_from_db()
    assert "sample_data" not in tenant.settings
    assert "This is sample data" not in browser_client.get(f"/m/{tenant.slug}/orders/").content.decode()


def test_only_an_empty_merchant_is_filled(tenant, catalog):
    with unit_of_work(tenant.id, PROCESS):
        with pytest.raises(NotAllowed, match="mixed up"):
            fill_with_sample_data()
        with pytest.raises(NotAllowed, match="no sample data here"):
            remove_sample_data()
    with pytest.raises(CommandError, match="Nothing was removed"):
        call_command("sample_data", tenant=tenant.slug, remove=True)


def test_the_page_fills_and_what_is_being_made_stays(tenant, owner, browser_client):
    address = f"/m/{tenant.slug}/settings/sample/"
    assert "Fill with sample data" in browser_client.get(address).content.decode()
    assert browser_client.post(address).status_code in (302, 303)
    assert "0 of 40" in browser_client.get(address).content.decode()
    assert "still being made" in browser_client.post(f"{address}remove/").content.decode()
    assert "not sample data" not in browser_client.get(f"{address}remove/").content.decode()


def test_the_command_does_both(tenant, capsys):
    call_command("sample_data", tenant=tenant.slug)
    call_command("sample_data", tenant=tenant.slug, remove=True)
    assert "40 sample orders are there" in capsys.readouterr().out
