-- What failed, what mended it, and how often that helped who was told (D8, docs/adr/0025). A lesson holds lines of the repository only where
-- its scope is that repository; a global one holds words of tools and kinds of edits.
CREATE TABLE lessons (
  id text COLLATE "C" PRIMARY KEY,
  tenant text NOT NULL DEFAULT 'default',
  scope text NOT NULL CHECK (scope IN ('repository', 'global')),
  repository text,
  category text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  symbol text,
  message text NOT NULL CHECK (length(message) <= 400),
  tool text,
  -- null: nothing is known that mended it.
  remedy jsonb,
  did_not_help jsonb NOT NULL DEFAULT '[]',
  mended_runs int NOT NULL DEFAULT 0 CHECK (mended_runs >= 0),
  open_runs int NOT NULL DEFAULT 0 CHECK (open_runs >= 0),
  offered int NOT NULL DEFAULT 0,
  helped int NOT NULL DEFAULT 0,
  did_not int NOT NULL DEFAULT 0,
  first_seen_at timestamptz NOT NULL DEFAULT runyard_now(),
  last_seen_at timestamptz NOT NULL DEFAULT runyard_now(),
  runs jsonb NOT NULL DEFAULT '[]',
  -- Words whatever their language; parts of a path or a dotted name are words too, as in run_words.
  words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate(
    category || ' ' || coalesce(symbol, '') || ' ' || message || ' ' || coalesce(tool, ''),
    '/._-:@#+&=?''"\', '              '))) STORED,
  CONSTRAINT lessons_scope_has_repository CHECK ((scope = 'repository') = (repository IS NOT NULL)),
  CONSTRAINT lessons_answers_are_offers CHECK (helped + did_not <= offered),
  UNIQUE NULLS NOT DISTINCT (tenant, repository, fingerprint)
);
CREATE INDEX lessons_words ON lessons USING gin (words);
CREATE INDEX lessons_newest ON lessons (last_seen_at DESC, id DESC);
CREATE INDEX lessons_of_repository ON lessons (repository, last_seen_at DESC, id DESC);
CREATE INDEX lessons_by_symbol ON lessons (repository, category, symbol) WHERE symbol IS NOT NULL;

-- Which attempt was told of which lesson, and what became of the problem; null: its run has not ended.
CREATE TABLE lesson_offers (
  lesson_id text COLLATE "C" NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
  run_id text COLLATE "C" NOT NULL REFERENCES runs (id),
  attempt int NOT NULL CHECK (attempt >= 1),
  fingerprint text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL DEFAULT runyard_now(),
  outcome text CHECK (outcome IN ('helped', 'did-not', 'unknown')),
  PRIMARY KEY (lesson_id, run_id, attempt)
);
CREATE INDEX lesson_offers_by_run ON lesson_offers (run_id);

-- Runs that were learned from, so that each counts once.
CREATE TABLE lesson_runs (
  run_id text COLLATE "C" PRIMARY KEY REFERENCES runs (id),
  at timestamptz NOT NULL DEFAULT runyard_now()
);

SELECT runyard_grant('SELECT, INSERT, UPDATE, DELETE', 'lessons'), runyard_grant('SELECT, INSERT, UPDATE, DELETE', 'lesson_offers'),
  runyard_grant('SELECT, INSERT', 'lesson_runs');
