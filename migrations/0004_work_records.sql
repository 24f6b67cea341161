-- Finished units of work, newest wins. The commits they name are in the artifact store.
CREATE TABLE checkpoints (
  run_id text COLLATE "C" NOT NULL REFERENCES runs (id),
  number bigint GENERATED ALWAYS AS IDENTITY,
  epoch int NOT NULL,
  checkpoint jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT runyard_now(),
  PRIMARY KEY (run_id, number)
);

-- One row per exchange with a model provider. The totals of a run are the sums over these rows.
CREATE TABLE model_calls (
  id text COLLATE "C" PRIMARY KEY,
  run_id text COLLATE "C" NOT NULL REFERENCES runs (id),
  epoch int NOT NULL,
  attempt int NOT NULL,
  stage text NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  protocol text NOT NULL,
  status text NOT NULL CHECK (status IN ('ok', 'error', 'aborted')),
  http_status int,
  error_code text,
  input_tokens bigint CHECK (input_tokens >= 0),
  output_tokens bigint CHECK (output_tokens >= 0),
  cache_read_tokens bigint CHECK (cache_read_tokens >= 0),
  cache_write_tokens bigint CHECK (cache_write_tokens >= 0),
  cost_usd numeric CHECK (cost_usd >= 0),
  retries int NOT NULL CHECK (retries >= 0),
  started_at timestamptz NOT NULL,
  duration_ms bigint NOT NULL CHECK (duration_ms >= 0),
  time_to_first_byte_ms bigint,
  request_id text,
  CONSTRAINT model_calls_usage_is_whole CHECK (
    num_nonnulls(input_tokens, output_tokens, cache_read_tokens, cache_write_tokens) IN (0, 4)),
  CONSTRAINT model_calls_failure_has_code CHECK ((error_code IS NULL) = (status = 'ok'))
);
CREATE INDEX model_calls_of_run ON model_calls (run_id);

-- Outward effects: the intent is written before the effect, the result after it. The key makes it happen once (X3).
CREATE TABLE outbox_effects (
  key text COLLATE "C" PRIMARY KEY,
  run_id text COLLATE "C" NOT NULL REFERENCES runs (id),
  epoch int NOT NULL,
  kind text NOT NULL,
  request jsonb NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
  result jsonb,
  created_at timestamptz NOT NULL DEFAULT runyard_now(),
  finished_at timestamptz,
  CONSTRAINT outbox_effects_finished_has_time CHECK ((state = 'pending') = (finished_at IS NULL))
);
CREATE INDEX outbox_effects_pending ON outbox_effects (created_at) WHERE state = 'pending';

-- The ledger: everything a run owns outside of the database, written before it is made, removed after it is gone (X10).
CREATE TABLE resources (
  key text COLLATE "C" PRIMARY KEY,
  run_id text COLLATE "C" NOT NULL REFERENCES runs (id),
  kind text NOT NULL,
  handle text NOT NULL,
  node_id text,
  created_at timestamptz NOT NULL DEFAULT runyard_now()
);
CREATE INDEX resources_by_kind ON resources (kind, node_id);

SELECT runyard_grant('SELECT, INSERT', 'checkpoints'), runyard_grant('SELECT, INSERT', 'model_calls'),
       runyard_grant('SELECT, INSERT, UPDATE', 'outbox_effects'), runyard_grant('SELECT, INSERT, UPDATE, DELETE', 'resources');
