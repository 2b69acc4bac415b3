"""Corruption of value, planted by the owner: the audit finds each kind of it."""

import os
from collections.abc import Callable

import psycopg
import pytest

from inventory.actions.audit import audit_stock
from inventory.actions.receive import Receipt, receive_stock
from tests.inventory.test_valuing import trade
from tests.inventory.value import follow, inside

pytestmark = pytest.mark.usefixtures("committed_db", "own_transactions")

PLANTED = {
    "UPDATE inventory_valuelayer SET units_left = units_left - 1 WHERE units_left > 3": {"value_units"},
    "UPDATE inventory_itemvalue SET units = units + 1": {"value_units"},
    "UPDATE inventory_valuelayer SET value_left = value_left + 1 WHERE units_left > 3": {"value_layers"},
    "UPDATE inventory_itemvalue SET value = value + 1": {"value_layers", "value_stock", "value_postings"},
    "UPDATE inventory_valueposting SET amount = amount + 1 WHERE debit = 'stock'": {"value_postings", "value_days"},
    "UPDATE inventory_valueday SET amount = amount + 1 WHERE credit = 'opening'": {"value_stock", "value_days"},
    "UPDATE inventory_receivednotbilled SET value = value + 1": {"value_not_billed"},
    "DELETE FROM inventory_valueposting WHERE debit = 'loss'": {"value_postings", "value_days", "value_entries"},
    "UPDATE inventory_valueday SET amount = amount + 1 WHERE debit = 'write_down'": {"value_stock", "value_days"},
}
IN_FULL = {"value_postings", "value_days", "value_entries"}


def found(tenant, *, full: bool) -> set[str]:
    with inside(tenant):
        return {each["check"] for each in audit_stock(full=full).breaks}


@pytest.fixture
def plant(tenant, catalog) -> Callable[[str], None]:
    trade(tenant, catalog)
    follow(tenant)

    def do(sql: str) -> None:
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as db:
            db.execute(f"SET app.tenant_id = '{tenant.id}'")
            assert db.execute(sql).rowcount > 0

    return do


def test_each_kind_is_found(tenant, catalog, plant):
    """One after the other on a book that is put right again in between, so that one merchant is enough."""
    assert found(tenant, full=True) == set()
    assert found(tenant, full=False) == set()
    for sql, checks in PLANTED.items():
        keep = "CREATE TABLE kept_{0} AS SELECT * FROM inventory_{0}"
        tables = ("valuelayer", "itemvalue", "valueposting", "valueday", "receivednotbilled")
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as db:
            db.execute(f"SET app.tenant_id = '{tenant.id}'")
            for each in tables:
                db.execute(keep.format(each))
            try:
                plant(sql)
                assert found(tenant, full=True) == checks, sql
                assert found(tenant, full=False) == checks - IN_FULL, sql
            finally:
                for each in tables:
                    db.execute(f"DELETE FROM inventory_{each}")
                    db.execute(f"INSERT INTO inventory_{each} OVERRIDING SYSTEM VALUE SELECT * FROM kept_{each}")
                    db.execute(f"DROP TABLE kept_{each}")
    assert found(tenant, full=True) == set()


def test_units_are_proved_while_entries_are_still_to_be_valued(tenant, catalog, plant):
    with inside(tenant):
        receive_stock(receipts=[Receipt(catalog.id("TEA"), catalog.leeds.id, 7)])
    assert found(tenant, full=True) == set()
    plant("UPDATE inventory_valuelayer SET units_left = units_left - 1 WHERE units_left > 3")
    assert found(tenant, full=False) == {"value_units"}
