-- One row per provider account and per agent that was in trouble, or whose key is known. All nodes act on it; `version` is what they
-- compare before they swap, and names the change in its event.
CREATE TABLE breakers (
  key text COLLATE "C" PRIMARY KEY CHECK (key ~ '^(provider|agent):.'),
  state text NOT NULL DEFAULT 'closed' CHECK (state IN ('closed', 'open', 'half_open')),
  failures int NOT NULL DEFAULT 0 CHECK (failures >= 0),
  openings int NOT NULL DEFAULT 0 CHECK (openings >= 0),
  opened_at timestamptz,
  retry_at timestamptz,
  cause jsonb,
  probe_run_id text COLLATE "C",
  -- A fingerprint of the provider's key: with another one, what was said of the old one is void.
  credential text,
  version int NOT NULL DEFAULT 1,
  -- Never open for ever, and never without a reason.
  CONSTRAINT breakers_open_is_tried_again CHECK (
    num_nonnulls(opened_at, retry_at, cause) = CASE WHEN state = 'closed' THEN 0 ELSE 3 END),
  CONSTRAINT breakers_half_open_has_probe CHECK ((state = 'half_open') = (probe_run_id IS NOT NULL))
);

SELECT runyard_grant('SELECT, INSERT, UPDATE', 'breakers');

-- A limit that runs accepted before did not have.
UPDATE runs SET spec = jsonb_set(spec, '{limits,parkMs}', '86400000') WHERE NOT spec -> 'limits' ? 'parkMs';

-- How long the run has waited for providers so far; limits.parkMs is what it may.
ALTER TABLE runs ADD COLUMN parked_ms bigint NOT NULL DEFAULT 0 CHECK (parked_ms >= 0);
