-- Events of all runs in one order (docs/adr/0019): the transaction that wrote each. Rows from before have 0, which no reader asks for, so
-- neither table is written again; the index has them all the same, as few pages.
ALTER TABLE run_events ADD COLUMN tx xid8 NOT NULL DEFAULT '0';
ALTER TABLE run_events ALTER COLUMN tx SET DEFAULT pg_current_xact_id();
CREATE INDEX run_events_in_order ON run_events (tx);

ALTER TABLE system_events ADD COLUMN tx xid8 NOT NULL DEFAULT '0';
ALTER TABLE system_events ALTER COLUMN tx SET DEFAULT pg_current_xact_id();
CREATE INDEX system_events_in_order ON system_events (tx);
