-- What happened, in order. Append-only: `seq` counts from 1 without gaps within a run (given out under the lock of the run's row), and
-- nothing is ever changed or deleted.
-- Ready to be partitioned for retention: partition by the month the *run* was created. It is the same for all events of a run, so
-- PRIMARY KEY (run_month, run_id, seq) still means one row per (run_id, seq), and dropping a partition drops whole runs. A migration
-- then attaches this table as the first partition after adding the column.
CREATE TABLE run_events (
  run_id text COLLATE "C" NOT NULL REFERENCES runs (id),
  seq bigint NOT NULL CHECK (seq >= 1),
  at timestamptz NOT NULL DEFAULT runyard_now(),
  type text NOT NULL,
  data jsonb NOT NULL,
  -- For events a worker sent: its epoch and its own count, so that a repeated request stores nothing twice.
  epoch int,
  worker_seq bigint CHECK (worker_seq >= 1),
  PRIMARY KEY (run_id, seq),
  CONSTRAINT run_events_worker_has_epoch CHECK (worker_seq IS NULL OR epoch IS NOT NULL)
);
CREATE UNIQUE INDEX run_events_once_per_worker_seq ON run_events (run_id, epoch, worker_seq) WHERE worker_seq IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'RY004';
END $$;

CREATE TRIGGER run_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON run_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

SELECT runyard_grant('SELECT, INSERT', 'run_events');
