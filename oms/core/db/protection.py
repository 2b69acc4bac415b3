"""One migration operation that turns a Django table into a tenant's: real key, composite references, policies.

Traps it knows (measured; see docs/adr/0003-row-level-security.md): adding or validating a foreign
key as the owner under FORCE checks nothing and reports success, so FORCE is lifted on both tables
inside the operation's own transaction; `current_setting` gives '' and not NULL after a local
setting ends, hence `nullif`.
"""

from django.db.migrations.operations.base import Operation
from django.db.models import Model

from oms.core.db.tenant import TenantForeignKey

TENANT_IS_CURRENT = "tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint"


def key_name(table: str) -> str:
    return f"{table}_pkey"


def reference_name(table: str, column: str) -> str:
    return f"{table[:30]}_{column[:22]}_same"


def tenant_references(model: type[Model]) -> list[TenantForeignKey]:
    return [field for field in model._meta.local_fields if isinstance(field, TenantForeignKey)]


def composite_key(model: type[Model]) -> str:
    """SQL that makes ``(id, tenant_id)`` the primary key, unless it is already."""
    table, column = model._meta.db_table, model._meta.pk.column
    return f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'p'
                 AND array_length(conkey, 1) = 2) THEN
    ALTER TABLE {table} DROP CONSTRAINT {key_name(table)};
    ALTER TABLE {table} ADD CONSTRAINT {key_name(table)} PRIMARY KEY ({column}, tenant_id);
  END IF;
END $$"""


def composite_reference(model: type[Model], field: TenantForeignKey) -> list[str]:
    """SQL that makes ``(column, tenant_id)`` refer to the other table's real key, checking the rows already there."""
    table, target = model._meta.db_table, field.related_model._meta
    name = reference_name(table, field.column)
    lifted = {table, target.db_table}
    return [
        *(f"ALTER TABLE {each} NO FORCE ROW LEVEL SECURITY" for each in sorted(lifted)),
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}",
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({field.column}, tenant_id) "
        f"REFERENCES {target.db_table} ({target.pk.column}, tenant_id)",
        *(f"ALTER TABLE {each} FORCE ROW LEVEL SECURITY" for each in sorted(lifted)),
    ]


def policies(table: str, *, forced: bool = True) -> list[str]:
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} {'FORCE' if forced else 'NO FORCE'} ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS of_tenant ON {table}",
        f"CREATE POLICY of_tenant ON {table} USING ({TENANT_IS_CURRENT}) WITH CHECK ({TENANT_IS_CURRENT})",
    ]


class ProtectTenantTable(Operation):
    """Protect the tables of the named models of this app. Run it again after adding a reference: it is idempotent.

    ``forced=False`` is for the one listed table whose search view belongs to the owner.
    """

    reversible = True
    reduces_to_sql = True
    atomic = True

    def __init__(self, *names: str, forced: bool = True) -> None:
        self.names = names
        self.forced = forced

    def deconstruct(self):
        return (self.__class__.__name__, list(self.names), {} if self.forced else {"forced": False})

    def describe(self) -> str:
        return f"Protect {', '.join(self.names)}"

    def state_forwards(self, app_label, state) -> None:
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        models = [to_state.apps.get_model(app_label, name) for name in self.names]
        for model in models:
            schema_editor.execute(composite_key(model))
            for statement in policies(model._meta.db_table, forced=self.forced):
                schema_editor.execute(statement)
        for model in models:
            for field in tenant_references(model):
                for statement in composite_reference(model, field):
                    schema_editor.execute(statement)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        """Nothing to undo: the tables themselves go with the operations before this one."""


class ListDueWork(Operation):
    """Let the relay's login see which tenants have rows due here, and nothing else of the table.

    ``columns`` are those it may read. Where no relay login exists (one URL for everything) there is
    nothing to grant; the relay then asks tenant by tenant.
    """

    reversible = True

    def __init__(self, table: str, *columns: str, role: str = "throughline_relay") -> None:
        self.table, self.columns, self.role = table, columns, role

    def deconstruct(self):
        return (self.__class__.__name__, [self.table, *self.columns], {})

    def describe(self) -> str:
        return f"Let the relay list due work in {self.table}"

    def state_forwards(self, app_label, state) -> None:
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        schema_editor.execute(f"""
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{self.role}') THEN
    DROP POLICY IF EXISTS due_work ON {self.table};
    CREATE POLICY due_work ON {self.table} FOR SELECT TO {self.role} USING (true);
    GRANT SELECT ({", ".join(self.columns)}) ON {self.table} TO {self.role};
  END IF;
END $$""")

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        pass
