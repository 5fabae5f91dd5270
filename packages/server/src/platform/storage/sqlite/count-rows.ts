import type { StoredCounts } from '@lookout/protocol';
import type Database from 'libsql';

/** How many there are of what a backup has. */
export function countRows(db: Pick<Database.Database, 'prepare'>): StoredCounts {
  const sql = `SELECT (SELECT count(*) FROM cameras) AS cameras, (SELECT count(*) FROM rules) AS rules,
    (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM api_keys) AS keys,
    (SELECT count(*) FROM webhooks) AS webhooks`;
  return db.prepare(sql).get() as StoredCounts;
}
