-- Who may do what through the API (O8), and who did. Secrets are kept as SHA-256 only: they are random and 256 bits long, so a slow hash
-- would add nothing.
CREATE DOMAIN access_role AS text CHECK (VALUE IN ('viewer', 'operator', 'admin'));

CREATE TABLE api_tokens (
  id text COLLATE "C" PRIMARY KEY,
  tenant text NOT NULL DEFAULT 'default',
  name text NOT NULL,
  hash text COLLATE "C" NOT NULL UNIQUE,
  role access_role NOT NULL,
  created_at timestamptz NOT NULL DEFAULT runyard_now(),
  created_by text NOT NULL,
  expires_at timestamptz NOT NULL,
  -- To the minute, so that a busy client does not write with every request.
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_tokens_newest ON api_tokens (created_at, id);

-- Good for one session. A row that was used stays: it says that somebody was let in before.
CREATE TABLE sign_in_links (
  hash text COLLATE "C" PRIMARY KEY,
  tenant text NOT NULL DEFAULT 'default',
  name text NOT NULL,
  role access_role NOT NULL,
  created_at timestamptz NOT NULL DEFAULT runyard_now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE sessions (
  id text COLLATE "C" PRIMARY KEY,
  tenant text NOT NULL DEFAULT 'default',
  hash text COLLATE "C" NOT NULL UNIQUE,
  -- `link`, or who the OpenID provider says it is: `<issuer> <subject>`.
  subject text NOT NULL,
  name text NOT NULL,
  role access_role NOT NULL,
  csrf_secret text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT runyard_now(),
  last_seen_at timestamptz NOT NULL DEFAULT runyard_now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  origin_address text NOT NULL
);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Every privileged operation, also those that were refused. Append-only like run_events; `id` grows, with gaps.
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL DEFAULT 'default',
  at timestamptz NOT NULL DEFAULT runyard_now(),
  actor_kind text NOT NULL CHECK (actor_kind IN ('owner', 'token', 'session', 'node', 'nobody')),
  actor_id text,
  actor_name text NOT NULL,
  -- null: nobody, so no role.
  role access_role,
  action text NOT NULL,
  method text NOT NULL,
  target text,
  outcome text NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
  error text,
  address text NOT NULL,
  user_agent text,
  via text NOT NULL CHECK (via IN ('api', 'dashboard', 'cli', 'mcp')),
  before jsonb,
  after jsonb,
  -- Nothing was changed, nobody was refused: left out of the list unless asked for.
  only_read boolean NOT NULL,
  request_id text NOT NULL
);
CREATE INDEX audit_log_changes ON audit_log (id) WHERE NOT only_read;
CREATE INDEX audit_log_by_actor ON audit_log (actor_name, id);
CREATE INDEX audit_log_by_action ON audit_log (action, id);
CREATE INDEX audit_log_by_target ON audit_log (target, id) WHERE target IS NOT NULL;
CREATE INDEX audit_log_by_time ON audit_log (at, id);

CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

SELECT runyard_grant('SELECT, INSERT, UPDATE', 'api_tokens'), runyard_grant('SELECT, INSERT, UPDATE', 'sign_in_links'),
  runyard_grant('SELECT, INSERT, UPDATE, DELETE', 'sessions'), runyard_grant('SELECT, INSERT', 'audit_log');
