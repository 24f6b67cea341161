-- The one clock of the lease and of every deadline. Reads the real time plus a shift that is zero in production; a test moves time
-- for all connections at once with: UPDATE clock_shift SET shift = shift + interval '1 hour'. Milliseconds, because that is what a
-- JavaScript Date keeps: a value that was read compares equal to the value that was written.
CREATE TABLE clock_shift (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  shift interval NOT NULL DEFAULT interval '0'
);
INSERT INTO clock_shift DEFAULT VALUES;

CREATE FUNCTION runyard_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT date_trunc('milliseconds', clock_timestamp() + (SELECT shift FROM clock_shift)) $$;

-- When deadlines were last enforced, by the real clock. A gap means that every node was down; that time is not held against runs
-- that only wait for a node (src/queue/enforce-deadlines.ts).
CREATE TABLE enforcement (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  last_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO enforcement DEFAULT VALUES;

-- The role that row-level security will act on: it owns nothing, so policies apply to it. Roles belong to the whole server; where the
-- connected user may not create one, or another database of the server made it before, the schema is still complete.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'runyard_app') THEN
    CREATE ROLE runyard_app NOLOGIN;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN RAISE NOTICE 'role runyard_app was not created: the connected user lacks CREATEROLE';
  WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- Gives a table to that role, if it is there. Called by every migration that makes a table.
CREATE FUNCTION runyard_grant(privileges text, table_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'runyard_app') THEN
    EXECUTE format('GRANT %s ON %I TO runyard_app', privileges, table_name);
  END IF;
END $$;

SELECT runyard_grant('SELECT', 'clock_shift'), runyard_grant('SELECT, UPDATE', 'enforcement');
