-- What happened to the system and not to one run: a breaker opened, a node drains, an orphan was removed, one cause fails again and again.
-- Append-only like run_events; `id` grows, with gaps. One occurrence is told once: `subject` and `occurrence` are unique together.
CREATE TABLE system_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT runyard_now(),
  type text NOT NULL,
  -- What it is about: `provider:anthropic`, `node:<id>`, `run:<id>`.
  subject text NOT NULL,
  -- Tells this occurrence from others of the same subject, where several nodes may notice it; null: told as often as it is said.
  occurrence text,
  data jsonb NOT NULL
);
CREATE UNIQUE INDEX system_events_once ON system_events (type, subject, occurrence) WHERE occurrence IS NOT NULL;
CREATE INDEX system_events_by_subject ON system_events (subject, id);

CREATE TRIGGER system_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON system_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

SELECT runyard_grant('SELECT, INSERT', 'system_events');
