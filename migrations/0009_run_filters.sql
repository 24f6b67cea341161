-- What lists of runs are narrowed down by, always the newest first (src/store/list-runs.ts). The two of ended runs are written once a
-- run, at its end.
CREATE INDEX runs_of_repository ON runs (repository, created_at DESC, id DESC);
CREATE INDEX runs_of_agent ON runs (agent, created_at DESC, id DESC);
CREATE INDEX runs_ended ON runs (state, created_at DESC, id DESC) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_of_error ON runs ((error ->> 'code'), created_at DESC, id DESC) WHERE error IS NOT NULL;
CREATE INDEX runs_of_ticket ON runs ((spec -> 'ticket' ->> 'key'), created_at DESC, id DESC) WHERE spec -> 'ticket' ->> 'key' IS NOT NULL;

-- Words of a ticket, whatever language they are in; the parts of a path, an address or a version are words too. The body may be a
-- megabyte; what stands first says what it is about.
CREATE FUNCTION run_words(spec jsonb) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('simple', translate(
    coalesce(spec -> 'ticket' ->> 'key', '') || ' ' || (spec -> 'ticket' ->> 'title') || ' ' || left(spec -> 'ticket' ->> 'body', 20000),
    '/._-:@#+&=?''\"', '              '))
$$;
CREATE INDEX runs_words ON runs USING gin (run_words(spec));
