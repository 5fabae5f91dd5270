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
];
