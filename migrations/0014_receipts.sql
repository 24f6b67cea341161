-- Signed statements of what was verified (X2). Neither keys nor receipts ever change or go: an old receipt is checked with an old key.

-- The public halves of the keys that nodes sign with; the private ones are files of theirs and nowhere else.
CREATE TABLE receipt_keys (
  key_id text COLLATE "C" PRIMARY KEY,
  tenant text NOT NULL DEFAULT 'default',
  -- Ed25519, PEM.
  public_key text NOT NULL,
  node_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT runyard_now()
);

-- Written with the record of the delivery, in one transaction. Whether the source has it as a note is in outbox_effects: `note:<run>:<commit>`.
CREATE TABLE receipts (
  run_id text COLLATE "C" NOT NULL REFERENCES runs (id),
  commit text COLLATE "C" NOT NULL,
  tree text COLLATE "C" NOT NULL,
  key_id text COLLATE "C" NOT NULL REFERENCES receipt_keys (key_id),
  -- SHA-256 of the signed statement.
  digest text COLLATE "C" NOT NULL,
  envelope jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT runyard_now(),
  PRIMARY KEY (run_id, commit)
);

SELECT runyard_grant('SELECT, INSERT', 'receipt_keys'), runyard_grant('SELECT, INSERT', 'receipts');
