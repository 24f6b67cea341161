-- Fairness: when a line of the queue was last served (src/queue/admission-snapshot.ts).
CREATE INDEX runs_last_started ON runs (repository, priority, agent, coalesce(provider, ''), started_at) WHERE started_at IS NOT NULL;

-- Whether one more run may wait. Whoever is told yes holds the lock until the commit of the run, so the bound holds exactly however many
-- ask at once. plpgsql and VOLATILE, because the count must see what was committed while it waited for the lock.
CREATE FUNCTION queue_has_room(most int) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(781402266);
  RETURN (SELECT count(*) FROM runs WHERE state = 'queued') < most;
END $$;
