"""The partitioned fact log, counters and idempotency keys, which Django's models cannot describe, and the policies."""

from django.db import migrations

from oms.core.db.protection import ListDueWork, ProtectTenantTable, policies

TABLES = """
CREATE TABLE core_fact (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    name text NOT NULL,
    version smallint NOT NULL,
    aggregate text NOT NULL,
    aggregate_id uuid NOT NULL,
    sequence bigint NOT NULL,
    payload jsonb NOT NULL,
    actor jsonb NOT NULL,
    cause text NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (id, tenant_id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX core_fact_of_aggregate ON core_fact (tenant_id, aggregate_id, sequence);
CREATE TABLE core_fact_other PARTITION OF core_fact DEFAULT;
REVOKE ALL ON core_fact_other FROM PUBLIC;

-- Partitions belong to the owner, so the application may only ask for them; nobody reads one directly,
-- because the policies are on the parent.
CREATE FUNCTION core_make_fact_partitions(around timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    first date;
    part text;
    grantee name;
BEGIN
    FOR first IN SELECT generate_series(date_trunc('month', around - interval '13 months'),
                                        date_trunc('month', around + interval '3 months'), '1 month')::date LOOP
        part := 'core_fact_' || to_char(first, 'YYYYMM');
        IF to_regclass(part) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF core_fact FOR VALUES FROM (%L) TO (%L)',
                           part, first || ' UTC', (first + interval '1 month')::date || ' UTC');
            FOR grantee IN SELECT DISTINCT a.grantee::regrole::name FROM pg_class c, aclexplode(c.relacl) a
                           WHERE c.oid = part::regclass AND a.grantee <> 0 AND a.grantee <> c.relowner LOOP
                EXECUTE format('REVOKE ALL ON %I FROM %I', part, grantee);
            END LOOP;
        END IF;
    END LOOP;
END $$;
SELECT core_make_fact_partitions(now());

DO $$
DECLARE grantee name;
BEGIN
    FOR grantee IN SELECT DISTINCT a.grantee::regrole::name FROM pg_class c, aclexplode(c.relacl) a
                   WHERE c.oid = 'core_fact_other'::regclass AND a.grantee <> 0 AND a.grantee <> c.relowner LOOP
        EXECUTE format('REVOKE ALL ON core_fact_other FROM %I', grantee);
    END LOOP;
END $$;

CREATE TABLE core_factsequence (
    aggregate_id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (aggregate_id, tenant_id)
);

CREATE TABLE core_counter (
    tenant_id bigint NOT NULL,
    name text NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

CREATE TABLE core_idempotencykey (
    tenant_id bigint NOT NULL,
    principal text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status smallint,
    headers jsonb NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (key, principal, tenant_id)
);
CREATE INDEX core_idempotencykey_age ON core_idempotencykey (tenant_id, created_at);
"""

RAW_TABLES = ("core_fact", "core_factsequence", "core_counter", "core_idempotencykey")
BACK = """
DROP TABLE core_fact, core_factsequence, core_counter, core_idempotencykey;
DROP FUNCTION core_make_fact_partitions(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(TABLES, BACK),
        *(migrations.RunSQL(";\n".join(policies(table)), migrations.RunSQL.noop) for table in RAW_TABLES),
        ProtectTenantTable("Delivery", "AuditEntry", "Job", "JobRow", "StoredFile"),
        ListDueWork("core_delivery", "tenant_id", "shard", "state", "due_at"),
        ListDueWork("core_job", "tenant_id", "state", "due_at"),
    ]
