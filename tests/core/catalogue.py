"""What a tenant's table must be, asked of PostgreSQL's own catalogue."""

from collections.abc import Iterator

import psycopg
from django.apps import apps
from django.db.models import Model

from oms.core.db.protection import reference_name, tenant_references

# Enabled but not forced: the search view belongs to the owner, whom a forced policy would bind.
NOT_FORCED = {"orders_searchdocument"}
POLICY = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint)"
# Tables without a tenant_id of their own, and those that are read before a tenant is known.
GLOBAL = {"accounts_membership", "accounts_invitation", "accounts_apikey"}
APPLICATION = "throughline"

TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attname = 'tenant_id' AND NOT a.attisdropped ORDER BY 1
"""


def tenant_tables(db: psycopg.Connection) -> list[str]:
    """Every table with a tenant_id, models or not, but the closed list of global ones."""
    return [name for (name,) in db.execute(TABLES) if name not in GLOBAL]


def problems(db: psycopg.Connection) -> list[str]:
    """All that is wrong with the schema; empty when every wall stands."""
    found = []
    for table in tenant_tables(db):
        found += [f"{table}: {problem}" for problem in _table_problems(db, table)]
    for model in apps.get_models():
        found += list(_reference_problems(db, model))
    return [*found, *_grant_problems(db)]


def _table_problems(db: psycopg.Connection, table: str) -> Iterator[str]:
    enabled, forced = db.execute(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table]
    ).fetchone()
    if not enabled:
        yield "row-level security is off"
    if forced == (table in NOT_FORCED):
        yield "row-level security is forced" if forced else "row-level security is not forced"
    yield from _policy_problems(db, table)
    yield from _key_problems(db, table)


def _policy_problems(db: psycopg.Connection, table: str) -> Iterator[str]:
    rows = db.execute(
        "SELECT policyname, permissive, roles::text[], cmd, qual, with_check FROM pg_policies "
        "WHERE schemaname = 'public' AND tablename = %s ORDER BY 1",
        [table],
    ).fetchall()
    if ("of_tenant", "PERMISSIVE", ["public"], "ALL", POLICY, POLICY) not in rows:
        yield "the policy of_tenant is missing or says something else"
    for name, _, roles, command, _, _ in rows:
        if name != "of_tenant" and (name, roles, command) != ("due_work", ["throughline_relay"], "SELECT"):
            yield f"the policy {name} opens it wider"


def _key_problems(db: psycopg.Connection, table: str) -> Iterator[str]:
    rows = db.execute(
        """
        SELECT i.indisprimary, x.relname,
               array(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k(n, o)
                     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY k.o)
        FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = %s::regclass AND i.indisunique
        """,
        [table],
    ).fetchall()
    keys = [columns for primary, _, columns in rows if primary]
    if not keys:
        yield "it has no primary key"
    for columns in keys:
        if "id" in columns and columns[:2] != ["id", "tenant_id"]:
            yield f"the primary key is {columns}"
    for _, name, columns in rows:
        if "tenant_id" not in columns:
            yield f"the unique index {name} leaves the tenant out"


def _reference_problems(db: psycopg.Connection, model: type[Model]) -> Iterator[str]:
    table = model._meta.db_table
    for field in tenant_references(model):
        found = db.execute(
            "SELECT pg_get_constraintdef(oid), convalidated FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND conname = %s",
            [table, reference_name(table, field.column)],
        ).fetchone()
        target = field.related_model._meta
        wanted = f"FOREIGN KEY ({field.column}, tenant_id) REFERENCES {target.db_table}({target.pk.column}, tenant_id)"
        if found != (wanted, True):
            yield f"{table}: {field.column} has no composite foreign key"
    for (definition,) in db.execute(
        "SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class t ON t.oid = c.confrelid "
        "WHERE c.conrelid = %s::regclass AND c.contype = 'f' AND t.relname = ANY(%s)",
        [table, tenant_tables(db)],
    ):
        if "tenant_id" not in definition:
            yield f"{table}: {definition} leaves the tenant out"


def _grant_problems(db: psycopg.Connection) -> Iterator[str]:
    for (partition,) in db.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relispartition AND c.relkind = 'r' AND EXISTS "
        "(SELECT 1 FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner)"
    ):
        yield f"{partition}: a partition has grants, and goes round the policies of its parent"
    for (table,) in db.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND has_table_privilege(%s, oid, 'TRUNCATE')",
        [APPLICATION],
    ):
        yield f"{table}: the application may TRUNCATE it"
    row = db.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid), "
        "pg_has_role(r.oid, 'throughline_owner', 'MEMBER') FROM pg_roles r WHERE rolname = %s",
        [APPLICATION],
    ).fetchone()
    if row != (False, False, False, 0, False):
        yield f"the role {APPLICATION} is more than plain: {row}"
