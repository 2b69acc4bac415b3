-- The three logins of Throughline and what each may do, for embedded, compose and managed servers alike.
-- Run it once per database, connected to that database as an administrator; running it again is harmless.
-- The passwords come from settings of the session, so that psql, psycopg and the PostgreSQL image all can
-- give them:
--
--   PGOPTIONS="-c throughline.owner_password=… -c throughline.app_password=… -c throughline.relay_password=…" \
--       psql -v ON_ERROR_STOP=1 -d throughline -f oms/run/roles.sql

DO $roles$
DECLARE
    login record;
BEGIN
    FOR login IN
        SELECT * FROM (VALUES ('throughline_owner', 'owner'), ('throughline', 'app'), ('throughline_relay', 'relay'))
            AS logins (name, short)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login.name) THEN
            EXECUTE format('CREATE ROLE %I', login.name);
        END IF;
        EXECUTE format('ALTER ROLE %I LOGIN NOCREATEDB NOCREATEROLE PASSWORD %L', login.name,
                       current_setting('throughline.' || login.short || '_password'));
        -- Only a superuser may say these two at all; a role made by anyone else has neither.
        IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
            EXECUTE format('ALTER ROLE %I NOSUPERUSER NOBYPASSRLS', login.name);
        END IF;
    END LOOP;

    -- An administrator who is no superuser (managed servers) must be a member to hand ownership over.
    IF NOT pg_has_role(current_user, 'throughline_owner', 'MEMBER') THEN
        EXECUTE format('GRANT throughline_owner TO %I', current_user);
    END IF;
END
$roles$;

-- The owner migrates: it owns the database and the schema, and the tables it will make.
DO $ownership$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO throughline_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO throughline', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO throughline_relay', current_database());
END
$ownership$;
ALTER SCHEMA public OWNER TO throughline_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO throughline, throughline_relay;

-- The application reads and writes rows. It owns nothing and can not TRUNCATE, so no policy can be lifted
-- or side-stepped by it. What the relay may read comes with the migrations that make those tables.
ALTER DEFAULT PRIVILEGES FOR ROLE throughline_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO throughline;
ALTER DEFAULT PRIVILEGES FOR ROLE throughline_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO throughline;

-- Both are trusted extensions: the owner of a database may install them.
SET ROLE throughline_owner;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
RESET ROLE;

-- The relay only probes the indexes of queues. What the planner believes about a queue, full one minute and empty
-- the next, is never right; without these it reads and sorts whole tables several times a second.
ALTER ROLE throughline_relay SET enable_seqscan = off;
ALTER ROLE throughline_relay SET enable_bitmapscan = off;
ALTER ROLE throughline_relay SET enable_sort = off;
