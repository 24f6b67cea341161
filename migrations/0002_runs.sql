-- One row per run: the truth about its state. Every statement below that refuses something is a promise of docs: what is not
-- allowed here cannot be stored by any program, old or new.
CREATE TABLE runs (
  id text COLLATE "C" PRIMARY KEY,
  tenant text NOT NULL DEFAULT 'default',
  idempotency_key text,
  accepted_by text NOT NULL,
  spec jsonb NOT NULL,
  -- What the scheduler limits by; from the first rung of the ladder.
  repository text NOT NULL GENERATED ALWAYS AS (spec ->> 'repository') STORED,
  priority text NOT NULL GENERATED ALWAYS AS (spec ->> 'priority') STORED,
  agent text NOT NULL GENERATED ALWAYS AS (spec -> 'ladder' -> 0 ->> 'agent') STORED,
  provider text GENERATED ALWAYS AS (split_part(spec -> 'ladder' -> 0 ->> 'model', '/', 1)) STORED,

  state text NOT NULL DEFAULT 'queued',
  stage text,
  attempt int NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  recoveries int NOT NULL DEFAULT 0 CHECK (recoveries >= 0),
  last_event_seq bigint NOT NULL DEFAULT 0,
  last_activity text,
  last_activity_at timestamptz,

  -- Ownership: who works on it, since when, until when without a heartbeat. `epoch` grows with every new owner and fences the old.
  epoch int NOT NULL DEFAULT 0 CHECK (epoch >= 0),
  owner text,
  node_id text,
  claimed_at timestamptz,
  lease_expires_at timestamptz,
  deadline_at timestamptz,
  -- Time owned before the current claim. The deadline of a claim is what is left of the run's limit.
  owned_ms bigint NOT NULL DEFAULT 0 CHECK (owned_ms >= 0),

  -- The queue engine's job, and which fetch of it the owner holds (null: the engine has it back, the next claim finds it).
  job_id uuid,
  job_attempt int,

  expires_at timestamptz NOT NULL,
  start_deadline_at timestamptz,
  wait_reason text,
  wait_until timestamptz,
  wait_detail jsonb,
  stop_intent jsonb,
  delivery jsonb,
  error jsonb,

  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  outcome text,
  duration_ms bigint CHECK (duration_ms >= 0),
  attempts int CHECK (attempts >= 0),
  input_tokens bigint CHECK (input_tokens >= 0),
  output_tokens bigint CHECK (output_tokens >= 0),
  cache_read_tokens bigint CHECK (cache_read_tokens >= 0),
  cache_write_tokens bigint CHECK (cache_write_tokens >= 0),
  turns int CHECK (turns >= 0),
  cost_usd numeric CHECK (cost_usd >= 0),
  cost_status text,

  CONSTRAINT runs_state_is_known CHECK (
    state IN ('queued', 'starting', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'timed_out')),
  CONSTRAINT runs_starting_has_deadline CHECK ((state = 'starting') = (start_deadline_at IS NOT NULL)),
  CONSTRAINT runs_running_is_owned CHECK (
    num_nonnulls(owner, node_id, claimed_at, lease_expires_at, deadline_at) = CASE WHEN state = 'running' THEN 5 ELSE 0 END
    AND (state <> 'running' OR (epoch >= 1 AND started_at IS NOT NULL))),
  CONSTRAINT runs_waiting_has_reason_and_end CHECK (
    num_nonnulls(wait_reason, wait_until) = CASE WHEN state = 'waiting' THEN 2 ELSE 0 END
    AND (wait_detail IS NULL OR state = 'waiting')),
  CONSTRAINT runs_wait_reason_is_known CHECK (
    wait_reason IS NULL OR wait_reason IN ('approval', 'input', 'quota', 'breaker', 'ci', 'review')),
  CONSTRAINT runs_active_has_job CHECK (
    (state IN ('starting', 'running')) = (job_id IS NOT NULL) AND (job_attempt IS NULL OR state = 'running')),
  CONSTRAINT runs_stop_intent_belongs_to_owned CHECK (stop_intent IS NULL OR state NOT IN ('queued', 'starting', 'waiting')),
  CONSTRAINT runs_ended_has_totals CHECK (
    num_nonnulls(ended_at, outcome, duration_ms, attempts, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
                 turns, cost_usd, cost_status)
    = CASE WHEN state IN ('succeeded', 'failed', 'cancelled', 'timed_out') THEN 11 ELSE 0 END),
  CONSTRAINT runs_outcome_is_state CHECK (outcome IS NULL OR outcome = state),
  -- `unknown`: the price of a call is not known, and cost_usd is the known part only.
  CONSTRAINT runs_cost_status_is_known CHECK (cost_status IS NULL OR cost_status IN ('known', 'unknown')),
  CONSTRAINT runs_error_says_why CHECK ((error IS NOT NULL) = (state IN ('failed', 'cancelled', 'timed_out'))),
  CONSTRAINT runs_success_is_delivered CHECK (state <> 'succeeded' OR delivery IS NOT NULL)
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX runs_once_per_key ON runs (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX runs_newest ON runs (created_at DESC, id DESC);
CREATE INDEX runs_queued ON runs (repository, priority, created_at) WHERE state = 'queued';
CREATE INDEX runs_open ON runs (state) WHERE state IN ('queued', 'starting', 'running', 'waiting');

-- The table of legal transitions. src/domain/run-state.ts is the same table; a property test compares them on every pair.
CREATE FUNCTION run_may_move(from_state text, to_state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE from_state
    WHEN 'queued' THEN to_state IN ('starting', 'cancelled', 'timed_out', 'failed')
    WHEN 'starting' THEN to_state IN ('running', 'cancelled', 'timed_out', 'failed')
    WHEN 'running' THEN to_state IN ('succeeded', 'failed', 'cancelled', 'timed_out', 'waiting', 'starting')
    WHEN 'waiting' THEN to_state IN ('queued', 'succeeded', 'cancelled', 'timed_out', 'failed')
    ELSE false
  END
$$;

CREATE FUNCTION runs_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'queued' THEN
      RAISE EXCEPTION 'run %: a run begins queued, not %', NEW.id, NEW.state USING ERRCODE = 'RY001';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at OR NEW.tenant <> OLD.tenant THEN
    RAISE EXCEPTION 'run %: id, tenant and created_at never change', OLD.id USING ERRCODE = 'RY002';
  END IF;
  IF NEW.epoch < OLD.epoch THEN
    RAISE EXCEPTION 'run %: epoch never decreases (% to %)', OLD.id, OLD.epoch, NEW.epoch USING ERRCODE = 'RY003';
  END IF;
  IF NEW.state = OLD.state THEN
    RETURN NEW;
  END IF;
  IF NOT run_may_move(OLD.state, NEW.state) THEN
    RAISE EXCEPTION 'run %: % to % is not a legal transition', OLD.id, OLD.state, NEW.state USING ERRCODE = 'RY001';
  END IF;
  IF NEW.state = 'running' AND NEW.epoch = OLD.epoch THEN
    RAISE EXCEPTION 'run %: a new owner needs a new epoch', OLD.id USING ERRCODE = 'RY003';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER runs_guard BEFORE INSERT OR UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION runs_guard();

SELECT runyard_grant('SELECT, INSERT, UPDATE', 'runs');
