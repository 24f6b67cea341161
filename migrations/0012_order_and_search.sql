-- Events of all runs in one order (docs/adr/0019): the transaction that wrote each. Rows from before have 0, which no reader asks for, so
-- neither table is written again; the index has them all the same, as few pages.
ALTER TABLE run_events ADD COLUMN tx xid8 NOT NULL DEFAULT '0';
ALTER TABLE run_events ALTER COLUMN tx SET DEFAULT pg_current_xact_id();
CREATE INDEX run_events_in_order ON run_events (tx);

ALTER TABLE system_events ADD COLUMN tx xid8 NOT NULL DEFAULT '0';
ALTER TABLE system_events ALTER COLUMN tx SET DEFAULT pg_current_xact_id();
CREATE INDEX system_events_in_order ON system_events (tx);

-- Runs whose ticket has these words, by the index of words (src/store/list-runs.ts). That index knows only bitmap scans, which sessions of
-- Runyard avoid for everything else.
CREATE FUNCTION runs_with_words(query tsquery) RETURNS SETOF text LANGUAGE sql STABLE ROWS 200
  SET enable_bitmapscan TO on SET enable_seqscan TO off
  AS $$ SELECT run_id FROM run_search WHERE words @@ query $$;
