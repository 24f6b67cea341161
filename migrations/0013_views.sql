-- What the overview counts (src/store/ended-runs.ts): ended runs by the time of their end, with all that is summed, so that the wide rows
-- themselves are not read. Written once a run, at its end.
CREATE INDEX runs_by_end ON runs (ended_at)
  INCLUDE (id, repository, agent, outcome, duration_ms, attempts, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
           turns, cost_usd, cost_status)
  WHERE ended_at IS NOT NULL;

-- Runs that failed and that somebody has looked at: they do not ask for attention any more. The first who saw it counts.
CREATE TABLE run_seen (
  run_id text COLLATE "C" PRIMARY KEY REFERENCES runs (id),
  by text NOT NULL,
  at timestamptz NOT NULL DEFAULT runyard_now()
);
SELECT runyard_grant('SELECT, INSERT', 'run_seen');

-- Of the program that serves the data folder; null for a node that started before this was known.
ALTER TABLE nodes ADD COLUMN version text;
