-- What lists of runs are narrowed down by, always the newest first (src/store/list-runs.ts). What never changes of a run stands in a table
-- of its own: each index of runs would be written again with every step of every run.
CREATE TABLE run_search (
  run_id text COLLATE "C" PRIMARY KEY REFERENCES runs (id),
  created_at timestamptz NOT NULL,
  repository text NOT NULL,
  agent text NOT NULL,
  ticket text,
  words tsvector NOT NULL
);
CREATE INDEX run_search_repository ON run_search (repository, created_at DESC, run_id DESC);
CREATE INDEX run_search_agent ON run_search (agent, created_at DESC, run_id DESC);
CREATE INDEX run_search_ticket ON run_search (ticket, created_at DESC, run_id DESC) WHERE ticket IS NOT NULL;
CREATE INDEX run_search_words ON run_search USING gin (words);

-- These two are written once a run, at its end.
CREATE INDEX runs_ended ON runs (state, created_at DESC, id DESC) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_of_error ON runs ((error ->> 'code'), created_at DESC, id DESC) WHERE error IS NOT NULL;

-- Words of a ticket, whatever language they are in; the parts of a path, an address or a version are words too. The body may be a
-- megabyte; what stands first says what it is about.
CREATE FUNCTION run_words(spec jsonb) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('simple', translate(
    coalesce(spec -> 'ticket' ->> 'key', '') || ' ' || (spec -> 'ticket' ->> 'title') || ' ' || left(spec -> 'ticket' ->> 'body', 20000),
    '/._-:@#+&=?''\"', '              '))
$$;

CREATE FUNCTION runs_make_searchable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO run_search VALUES (
    NEW.id, NEW.created_at, NEW.repository, NEW.agent, NEW.spec -> 'ticket' ->> 'key', run_words(NEW.spec));
  RETURN NULL;
END $$;
CREATE TRIGGER runs_make_searchable AFTER INSERT ON runs FOR EACH ROW EXECUTE FUNCTION runs_make_searchable();

INSERT INTO run_search
SELECT id, created_at, repository, agent, spec -> 'ticket' ->> 'key', run_words(spec) FROM runs;

SELECT runyard_grant('SELECT, INSERT', 'run_search');
