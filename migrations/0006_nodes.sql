-- The processes that serve a data folder, one row per node (X16). A node that drives runs keeps `lease_expires_at` in the future; when
-- it stops doing so without `stopped_at`, another node writes `lost_at` and tells it once.
CREATE TABLE nodes (
  id text COLLATE "C" PRIMARY KEY,
  host text NOT NULL,
  -- Equal for nodes that see the same processes: a process id means the same to both.
  process_space text,
  pid int NOT NULL,
  drives boolean NOT NULL,
  started_at timestamptz NOT NULL,
  lease_expires_at timestamptz NOT NULL,
  stopped_at timestamptz,
  lost_at timestamptz
);

-- What one node does for all (S8): whoever holds the row does it, until `expires_at`.
CREATE TABLE singleton_leases (
  name text COLLATE "C" PRIMARY KEY,
  holder text COLLATE "C" NOT NULL,
  since timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);

SELECT runyard_grant('SELECT, INSERT, UPDATE', 'nodes'), runyard_grant('SELECT, INSERT, UPDATE, DELETE', 'singleton_leases');
