/** The schema, one step per version: step n migrates from `user_version` n to n + 1. Steps are never changed, only added. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE cameras (
    id TEXT PRIMARY KEY NOT NULL,
    config TEXT NOT NULL CHECK (json_valid(config)),
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE api_keys (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE sessions (
    hash BLOB PRIMARY KEY NOT NULL,
    key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sessions_by_expiry ON sessions (expires_at);
  `,
  `
  CREATE TABLE camera_links (
    camera_id TEXT PRIMARY KEY NOT NULL,
    seed BLOB NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE track_ids (
    camera_id TEXT PRIMARY KEY NOT NULL,
    next_id INTEGER NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE api_keys ADD COLUMN cameras TEXT CHECK (cameras IS NULL OR json_valid(cameras));
  `,
  `
  CREATE TABLE sign_in_codes (
    hash BLOB PRIMARY KEY NOT NULL,
    key_id TEXT REFERENCES api_keys (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE rules (
    id TEXT PRIMARY KEY NOT NULL,
    prompt TEXT,
    rule TEXT NOT NULL CHECK (json_valid(rule)),
    summary TEXT NOT NULL,
    assumptions TEXT NOT NULL CHECK (json_valid(assumptions)),
    enabled INTEGER NOT NULL,
    snoozed_until INTEGER,
    modes TEXT NOT NULL CHECK (json_valid(modes)),
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
  ) STRICT;

  CREATE TABLE suppressions (
    id TEXT PRIMARY KEY NOT NULL,
    camera TEXT NOT NULL,
    event_id TEXT NOT NULL,
    class_name TEXT NOT NULL,
    box TEXT NOT NULL CHECK (json_valid(box)),
    look BLOB NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  -- \`data\` holds what is neither searched for nor changed by users.
  CREATE TABLE events (
    id TEXT PRIMARY KEY NOT NULL,
    rule_id TEXT NOT NULL,
    camera TEXT NOT NULL,
    severity TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    verdict TEXT,
    seen INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    has_snapshot INTEGER NOT NULL,
    has_clip INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    data TEXT NOT NULL CHECK (json_valid(data))
  ) STRICT;
  CREATE INDEX events_by_camera ON events (camera, id);
  CREATE INDEX events_by_rule ON events (rule_id, id);
  CREATE INDEX events_by_start ON events (started_at);
  CREATE INDEX events_open ON events (id) WHERE ended_at IS NULL;
  CREATE INDEX events_judged ON events (verdict, id) WHERE verdict IS NOT NULL;
  CREATE INDEX events_unseen ON events (id) WHERE seen = 0;
  CREATE INDEX events_kept ON events (id) WHERE kept = 1;

  CREATE TABLE event_classes (
    class_name TEXT NOT NULL,
    event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    PRIMARY KEY (class_name, event_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX event_classes_by_event ON event_classes (event_id);

  -- AUTOINCREMENT: numbers are not used again.
  CREATE TABLE event_changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    camera TEXT NOT NULL,
    kind TEXT NOT NULL
  ) STRICT;

  CREATE TABLE webhooks (
    id TEXT PRIMARY KEY NOT NULL,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    min_severity TEXT NOT NULL,
    rules TEXT NOT NULL CHECK (json_valid(rules)),
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    delivered_at INTEGER
  ) STRICT;

  -- Messages to webhooks until they are delivered; \`failed_at\`: given up.
  CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    failed_at INTEGER,
    error TEXT
  ) STRICT;
  CREATE INDEX deliveries_waiting ON deliveries (next_at) WHERE failed_at IS NULL;
  CREATE INDEX deliveries_by_webhook ON deliveries (webhook_id, failed_at);
  `,
  `
  CREATE TABLE camera_regions (
    camera_id TEXT PRIMARY KEY NOT NULL,
    regions TEXT NOT NULL CHECK (json_valid(regions))
  ) STRICT;
  `,
  `
  CREATE TABLE camera_shares (
    id TEXT PRIMARY KEY NOT NULL,
    camera_id TEXT NOT NULL,
    seed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
  ) STRICT;
  CREATE INDEX camera_shares_by_camera ON camera_shares (camera_id);
  `,
  `
  CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    cameras TEXT CHECK (cameras IS NULL OR json_valid(cameras)),
    disabled INTEGER NOT NULL,
    password TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;

  -- Sessions of before were all opened with a key, 30 days before their end.
  CREATE TABLE new_sessions (
    id TEXT PRIMARY KEY NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    key_id TEXT REFERENCES api_keys (id) ON DELETE CASCADE,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO new_sessions
    SELECT lower(hex(randomblob(16))), hash, key_id, NULL, '', expires_at - 2592000000, expires_at - 2592000000, expires_at
    FROM sessions;
  DROP TABLE sessions;
  ALTER TABLE new_sessions RENAME TO sessions;
  CREATE INDEX sessions_by_expiry ON sessions (expires_at);

  ALTER TABLE sign_in_codes ADD COLUMN user_id TEXT REFERENCES users (id) ON DELETE CASCADE;
  `,
  `
  -- AUTOINCREMENT: numbers are not used again.
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    entry TEXT NOT NULL CHECK (json_valid(entry))
  ) STRICT;
  CREATE INDEX audit_by_time ON audit (at);
  CREATE INDEX audit_refused ON audit (id) WHERE refused = 1;

  ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;
  `,
  `
  -- Who vouches for a user, and under which name there.
  ALTER TABLE users ADD COLUMN issuer TEXT;
  ALTER TABLE users ADD COLUMN subject TEXT;
  CREATE UNIQUE INDEX users_by_identity ON users (issuer, subject) WHERE issuer IS NOT NULL;
  `,
  `
  -- Of before: "Firefox on Windows", or one of the two.
  ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
  ALTER TABLE sessions ADD COLUMN system TEXT NOT NULL DEFAULT '';
  UPDATE sessions SET browser = substr(device, 1, instr(device || ' on ', ' on ') - 1),
    system = substr(device, instr(device || ' on ', ' on ') + 4);
  ALTER TABLE sessions DROP COLUMN device;
  `,
  `
  CREATE TABLE passkeys (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    host TEXT NOT NULL,
    credential_id TEXT NOT NULL UNIQUE,
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
  ) STRICT;
  CREATE INDEX passkeys_by_user ON passkeys (user_id);

  -- Challenges that passkeys have answered, until they are too old to be answered again.
  CREATE TABLE used_challenges (
    nonce BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX used_challenges_by_expiry ON used_challenges (expires_at);
  `,
  `
  -- What is known of a phrase on one camera. \`data\` is for whoever calibrates.
  CREATE TABLE phrase_calibrations (
    camera TEXT NOT NULL,
    phrase TEXT NOT NULL,
    model TEXT NOT NULL,
    data TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (camera, phrase)
  ) STRICT;
  CREATE INDEX phrase_calibrations_by_phrase ON phrase_calibrations (phrase);

  CREATE TABLE phrase_examples (
    id TEXT PRIMARY KEY NOT NULL,
    phrase TEXT NOT NULL,
    is_positive INTEGER NOT NULL,
    camera TEXT,
    event_id TEXT,
    picture BLOB NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX phrase_examples_by_phrase ON phrase_examples (phrase);
  `,
  `
  -- Vectors of descriptions, as models made them.
  CREATE TABLE caption_vectors (
    model TEXT NOT NULL,
    templates INTEGER NOT NULL,
    text TEXT NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (model, templates, text)
  ) STRICT;
  `,
];
