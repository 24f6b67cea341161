-- PostgreSQL reads the text of every CHECK of a table, and of every generated column, anew in each statement that writes to it: a fifth of the
-- time of a step of a run (docs/adr/0016). A trigger keeps what it has compiled, so these rules move to it, under the names they had.
ALTER TABLE runs
  DROP CONSTRAINT runs_attempt_check, DROP CONSTRAINT runs_recoveries_check, DROP CONSTRAINT runs_epoch_check,
  DROP CONSTRAINT runs_owned_ms_check, DROP CONSTRAINT runs_parked_ms_check, DROP CONSTRAINT runs_duration_ms_check,
  DROP CONSTRAINT runs_attempts_check, DROP CONSTRAINT runs_input_tokens_check, DROP CONSTRAINT runs_output_tokens_check,
  DROP CONSTRAINT runs_cache_read_tokens_check, DROP CONSTRAINT runs_cache_write_tokens_check, DROP CONSTRAINT runs_turns_check,
  DROP CONSTRAINT runs_cost_usd_check, DROP CONSTRAINT runs_starting_has_deadline, DROP CONSTRAINT runs_running_is_owned,
  DROP CONSTRAINT runs_waiting_has_reason_and_end, DROP CONSTRAINT runs_active_has_job,
  DROP CONSTRAINT runs_stop_intent_belongs_to_owned, DROP CONSTRAINT runs_ended_has_totals, DROP CONSTRAINT runs_outcome_is_state,
  DROP CONSTRAINT runs_cost_status_is_known, DROP CONSTRAINT runs_error_says_why, DROP CONSTRAINT runs_success_is_delivered,
  ALTER COLUMN repository DROP EXPRESSION, ALTER COLUMN priority DROP EXPRESSION,
  ALTER COLUMN agent DROP EXPRESSION, ALTER COLUMN provider DROP EXPRESSION;

CREATE OR REPLACE FUNCTION runs_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  violated text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'queued' THEN
      RAISE EXCEPTION 'run %: a run begins queued, not %', NEW.id, NEW.state USING ERRCODE = 'RY001';
    END IF;
  ELSE
    IF NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at OR NEW.tenant <> OLD.tenant THEN
      RAISE EXCEPTION 'run %: id, tenant and created_at never change', OLD.id USING ERRCODE = 'RY002';
    END IF;
    IF NEW.epoch < OLD.epoch THEN
      RAISE EXCEPTION 'run %: epoch never decreases (% to %)', OLD.id, OLD.epoch, NEW.epoch USING ERRCODE = 'RY003';
    END IF;
    IF NEW.state <> OLD.state THEN
      IF NOT run_may_move(OLD.state, NEW.state) THEN
        RAISE EXCEPTION 'run %: % to % is not a legal transition', OLD.id, OLD.state, NEW.state USING ERRCODE = 'RY001';
      END IF;
      IF NEW.state = 'running' AND NEW.epoch = OLD.epoch THEN
        RAISE EXCEPTION 'run %: a new owner needs a new epoch', OLD.id USING ERRCODE = 'RY003';
      END IF;
    END IF;
  END IF;

  NEW.repository := NEW.spec ->> 'repository';
  NEW.priority := NEW.spec ->> 'priority';
  NEW.agent := NEW.spec -> 'ladder' -> 0 ->> 'agent';
  NEW.provider := split_part(NEW.spec -> 'ladder' -> 0 ->> 'model', '/', 1);

  -- As with a CHECK, what is neither true nor false passes.
  violated := CASE
    WHEN NOT (NEW.attempt >= 0) THEN 'runs_attempt_check'
    WHEN NOT (NEW.recoveries >= 0) THEN 'runs_recoveries_check'
    WHEN NOT (NEW.epoch >= 0) THEN 'runs_epoch_check'
    WHEN NOT (NEW.owned_ms >= 0) THEN 'runs_owned_ms_check'
    WHEN NOT (NEW.parked_ms >= 0) THEN 'runs_parked_ms_check'
    WHEN NOT ((NEW.state = 'starting') = (NEW.start_deadline_at IS NOT NULL)) THEN 'runs_starting_has_deadline'
    WHEN NOT (
      num_nonnulls(NEW.owner, NEW.node_id, NEW.claimed_at, NEW.lease_expires_at, NEW.deadline_at)
        = CASE WHEN NEW.state = 'running' THEN 5 ELSE 0 END
      AND (NEW.state <> 'running' OR (NEW.epoch >= 1 AND NEW.started_at IS NOT NULL))) THEN 'runs_running_is_owned'
    WHEN NOT (
      num_nonnulls(NEW.wait_reason, NEW.wait_until) = CASE WHEN NEW.state = 'waiting' THEN 2 ELSE 0 END
      AND (NEW.wait_detail IS NULL OR NEW.state = 'waiting')) THEN 'runs_waiting_has_reason_and_end'
    WHEN NOT (
      (NEW.state IN ('starting', 'running')) = (NEW.job_id IS NOT NULL)
      AND (NEW.job_attempt IS NULL OR NEW.state = 'running')) THEN 'runs_active_has_job'
    WHEN NOT (NEW.stop_intent IS NULL OR NEW.state NOT IN ('queued', 'starting', 'waiting')) THEN 'runs_stop_intent_belongs_to_owned'
    WHEN NOT ((NEW.error IS NOT NULL) = (NEW.state IN ('failed', 'cancelled', 'timed_out'))) THEN 'runs_error_says_why'
    WHEN NOT (NEW.state <> 'succeeded' OR NEW.delivery IS NOT NULL) THEN 'runs_success_is_delivered'
    WHEN NOT (
      num_nonnulls(NEW.ended_at, NEW.outcome, NEW.duration_ms, NEW.attempts, NEW.input_tokens, NEW.output_tokens,
                   NEW.cache_read_tokens, NEW.cache_write_tokens, NEW.turns, NEW.cost_usd, NEW.cost_status)
      = CASE WHEN NEW.state IN ('succeeded', 'failed', 'cancelled', 'timed_out') THEN 11 ELSE 0 END) THEN 'runs_ended_has_totals'
    WHEN NOT (NEW.outcome = NEW.state) THEN 'runs_outcome_is_state'
    WHEN NOT (NEW.duration_ms >= 0) THEN 'runs_duration_ms_check'
    WHEN NOT (NEW.attempts >= 0) THEN 'runs_attempts_check'
    WHEN NOT (NEW.input_tokens >= 0) THEN 'runs_input_tokens_check'
    WHEN NOT (NEW.output_tokens >= 0) THEN 'runs_output_tokens_check'
    WHEN NOT (NEW.cache_read_tokens >= 0) THEN 'runs_cache_read_tokens_check'
    WHEN NOT (NEW.cache_write_tokens >= 0) THEN 'runs_cache_write_tokens_check'
    WHEN NOT (NEW.turns >= 0) THEN 'runs_turns_check'
    WHEN NOT (NEW.cost_usd >= 0) THEN 'runs_cost_usd_check'
    -- `unknown`: the price of a call is not known, and cost_usd is the known part only.
    WHEN NOT (NEW.cost_status IN ('known', 'unknown')) THEN 'runs_cost_status_is_known'
  END;
  IF violated IS NOT NULL THEN
    RAISE EXCEPTION 'run %: as % it would violate %', NEW.id, NEW.state, violated
      USING ERRCODE = 'check_violation', TABLE = 'runs', CONSTRAINT = violated;
  END IF;
  RETURN NEW;
END $$;
