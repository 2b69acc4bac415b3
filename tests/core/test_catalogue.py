"""Every tenant's table has its walls; a table without them turns the build red."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from oms.core.db.protection import ProtectTenantTable, composite_reference, policies
from oms.core.db.tenant import TenantForeignKey
from oms.core.events import relay
from tests.core.catalogue import GLOBAL, NOT_FORCED, problems, tenant_tables


@pytest.fixture
def owner_db(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """The schema as its owner, in a transaction that is rolled back: what a test plants is gone afterwards."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as db:
        yield db
        db.rollback()


def test_every_wall_stands(owner_db):
    assert problems(owner_db) == []


def test_the_check_sees_every_tenants_table(owner_db):
    """Also those Django does not manage, and the other way round: no model of a tenant is missing."""
    tables = set(tenant_tables(owner_db))
    assert {"core_fact", "core_factsequence", "core_counter", "core_idempotencykey"} <= tables
    of_models = {model._meta.db_table for model in apps.get_models() if hasattr(model, "tenant_id")}
    assert of_models - GLOBAL == tables - {"core_counter"}
    assert tables >= NOT_FORCED


PLANTED = """
    CREATE TABLE planted (id uuid NOT NULL, tenant_id bigint NOT NULL, code text, order_id uuid,
                          PRIMARY KEY (id, tenant_id));
"""
PROTECTED = PLANTED + ";".join(policies("planted"))


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        (PLANTED, "planted: row-level security is off"),
        (PLANTED + ";".join(policies("planted", forced=False)), "planted: row-level security is not forced"),
        (PROTECTED + ";DROP POLICY of_tenant ON planted", "planted: the policy of_tenant is missing"),
        (PROTECTED + ";ALTER POLICY of_tenant ON planted USING (true)", "planted: the policy of_tenant is missing"),
        (PROTECTED + ";CREATE POLICY open ON planted USING (true)", "planted: the policy open opens it wider"),
        (PROTECTED + ";ALTER TABLE planted DROP CONSTRAINT planted_pkey", "planted: it has no primary key"),
        (
            PROTECTED + ";ALTER TABLE planted DROP CONSTRAINT planted_pkey, ADD PRIMARY KEY (id)",
            "planted: the primary key is ['id']",
        ),
        (
            PROTECTED + ";CREATE UNIQUE INDEX planted_code ON planted (code)",
            "planted: the unique index planted_code leaves the tenant out",
        ),
        (
            "ALTER TABLE orders_orderline DROP CONSTRAINT orders_orderline_order_id_same",
            "orders_orderline: order_id has no",
        ),
        ("ALTER TABLE orders_order NO FORCE ROW LEVEL SECURITY", "orders_order: row-level security is not forced"),
        (
            "ALTER TABLE orders_searchdocument FORCE ROW LEVEL SECURITY",
            "orders_searchdocument: row-level security is forced",
        ),
        ("GRANT SELECT ON core_fact_other TO throughline", "core_fact_other: a partition has grants"),
        ("GRANT TRUNCATE ON orders_order TO throughline", "orders_order: the application may TRUNCATE it"),
    ],
)
def test_the_check_can_fail(owner_db, sql, problem):
    owner_db.execute(sql)
    assert any(each.startswith(problem) for each in problems(owner_db)), problems(owner_db)


class Editor:
    """As much of a schema editor as a migration operation needs, on the test's own connection."""

    def __init__(self, db: psycopg.Connection) -> None:
        self.db = db

    def execute(self, sql: str) -> None:
        self.db.execute(sql)


@pytest.fixture
def planted_models() -> Iterator[tuple]:
    """A parent, and a child that refers to it, as a room would write them."""
    with isolate_apps():

        class Parent(models.Model):
            id = models.UUIDField(primary_key=True)
            tenant_id = models.BigIntegerField()

            class Meta:
                app_label = "planted"

        class Child(models.Model):
            id = models.UUIDField(primary_key=True)
            tenant_id = models.BigIntegerField()
            parent = TenantForeignKey(Parent)

            class Meta:
                app_label = "planted"

        yield Parent, Child


TWO_TABLES = """
    CREATE TABLE planted_parent (id uuid CONSTRAINT planted_parent_pkey PRIMARY KEY, tenant_id bigint NOT NULL);
    CREATE TABLE planted_child (id uuid CONSTRAINT planted_child_pkey PRIMARY KEY, tenant_id bigint NOT NULL,
                                parent_id uuid NOT NULL);
"""
ORPHAN = "INSERT INTO planted_child VALUES (gen_random_uuid(), 1, gen_random_uuid())"
STRANGERS_CHILD = """
    INSERT INTO planted_parent VALUES ('00000000-0000-0000-0000-000000000001', 1);
    INSERT INTO planted_child VALUES (gen_random_uuid(), 2, '00000000-0000-0000-0000-000000000001');
"""


def protect(db: psycopg.Connection, parent: type, child: type) -> None:
    """Run the operation as a migration would."""

    class State:
        apps = type("Apps", (), {"get_model": staticmethod(lambda _, name: {"Parent": parent, "Child": child}[name])})

    ProtectTenantTable("Parent", "Child").database_forwards("planted", Editor(db), State, State)


@pytest.mark.parametrize("rows", [ORPHAN, STRANGERS_CHILD])
def test_the_operation_finds_orphans_even_on_tables_that_are_forced(owner_db, planted_models, rows):
    """Run first on empty tables, so that FORCE is on; then with orphans, as when a reference is added later."""
    parent, child = planted_models
    owner_db.execute(TWO_TABLES)
    protect(owner_db, parent, child)
    owner_db.execute(
        "ALTER TABLE planted_child DROP CONSTRAINT planted_child_parent_id_same;"
        "ALTER TABLE planted_parent NO FORCE ROW LEVEL SECURITY; ALTER TABLE planted_child NO FORCE ROW LEVEL SECURITY;"
        + rows
        + ";ALTER TABLE planted_parent FORCE ROW LEVEL SECURITY; ALTER TABLE planted_child FORCE ROW LEVEL SECURITY;"
    )
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        protect(owner_db, parent, child)


def test_the_operation_is_idempotent_and_leaves_both_tables_forced(owner_db, planted_models):
    owner_db.execute(TWO_TABLES)
    protect(owner_db, *planted_models)
    protect(owner_db, *planted_models)
    assert [each for each in problems(owner_db) if each.startswith("planted")] == []


def test_control_under_force_the_same_orphans_are_not_seen(owner_db, planted_models):
    """Why the operation lifts FORCE: with it on, PostgreSQL checks nothing and reports success."""
    _, child = planted_models
    owner_db.execute(TWO_TABLES)
    owner_db.execute(ORPHAN)
    owner_db.execute(";".join([*policies("planted_parent"), *policies("planted_child")]))
    owner_db.execute("ALTER TABLE planted_parent DROP CONSTRAINT planted_parent_pkey, ADD PRIMARY KEY (id, tenant_id)")
    [adding] = [each for each in composite_reference(child, child._meta.get_field("parent")) if " ADD " in each]
    owner_db.execute(adding)
    owner_db.execute("ALTER TABLE planted_child NO FORCE ROW LEVEL SECURITY")
    [orphans] = owner_db.execute("SELECT count(*) FROM planted_child").fetchone()
    assert orphans == 1


RELAY_SEES = {
    ("accounts_invitation", "mail_due_at"), ("accounts_invitation", "tenant_id"),
    ("channels_channelmessage", "due_at"), ("channels_channelmessage", "state"),
    ("channels_channelmessage", "tenant_id"),
    ("core_delivery", "due_at"), ("core_delivery", "shard"), ("core_delivery", "state"), ("core_delivery", "tenant_id"),
    ("core_job", "due_at"), ("core_job", "state"), ("core_job", "tenant_id"),
    ("fulfillment_release", "due_at"), ("fulfillment_release", "tenant_id"),
    ("inventory_purchaseorder", "mail_due_at"), ("inventory_purchaseorder", "tenant_id"),
    ("inventory_stockalert", "mail_due_at"), ("inventory_stockalert", "tenant_id"),
    ("inventory_supplierreturn", "mail_due_at"), ("inventory_supplierreturn", "tenant_id"),
    ("notifications_customermessage", "due_at"), ("notifications_customermessage", "state"),
    ("notifications_customermessage", "tenant_id"),
    ("orders_refundpart", "due_at"), ("orders_refundpart", "state"), ("orders_refundpart", "tenant_id"),
    ("portal_orderswish", "due_at"), ("portal_orderswish", "tenant_id"),
    ("shipping_labelpurchase", "due_at"), ("shipping_labelpurchase", "state"), ("shipping_labelpurchase", "tenant_id"),
    ("shipping_trackingmessage", "due_at"), ("shipping_trackingmessage", "state"),
    ("shipping_trackingmessage", "tenant_id"),
    ("webhooks_message", "due_at"), ("webhooks_message", "state"), ("webhooks_message", "tenant_id"),
    ("webhooks_stockleveldue", "due_at"), ("webhooks_stockleveldue", "tenant_id"),
}  # fmt: skip


def test_the_relay_sees_the_listed_columns_and_nothing_else(owner_db):
    rows = owner_db.execute(
        "SELECT table_name, column_name, privilege_type FROM information_schema.column_privileges "
        "WHERE grantee = 'throughline_relay'"
    ).fetchall()
    assert {(table, column) for table, column, _ in rows} == RELAY_SEES
    assert {privilege for _, _, privilege in rows} == {"SELECT"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT error FROM core_delivery",
        "SELECT * FROM core_job",
        "SELECT count(*) FROM orders_order",
        "SELECT body FROM webhooks_message",
        "SELECT email FROM accounts_user",
        "SELECT email FROM accounts_invitation",
        "UPDATE core_delivery SET state = 'due'",
        "DELETE FROM core_job",
    ],
)
def test_the_relays_login_is_refused_anything_else(django_db_setup, sql):
    with psycopg.connect(os.environ["DATABASE_RELAY_URL"]) as db:
        assert db.execute("SELECT tenant_id FROM core_delivery").fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(sql)


def test_the_relays_login_may_ask_for_all_that_is_due(django_db_setup):
    assert {"deliveries", "jobs", "invitations", "webhooks"} <= set(relay._sources)
    with psycopg.connect(os.environ["DATABASE_RELAY_URL"]) as db:
        for source in relay._sources.values():
            assert db.execute(source.keys_sql).fetchall() == []


def test_the_application_cannot_lift_its_walls(django_db_setup):
    for sql in (
        "ALTER TABLE orders_order DISABLE ROW LEVEL SECURITY",
        "DROP POLICY of_tenant ON orders_order",
        "TRUNCATE orders_order",
        "SELECT * FROM core_fact_other",
        "SET ROLE throughline_owner",
    ):
        with psycopg.connect(os.environ["DATABASE_URL"]) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(sql)
