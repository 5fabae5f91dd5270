import type { Repositories } from '../repositories/index.js';
import type { LookoutDatabase } from './database.js';
import { SqliteCameras, SqliteLinks, SqliteTrackIds } from './sqlite-cameras.js';
import { SqliteKeys } from './sqlite-keys.js';
import type { Sync } from './sync.js';

export type SqliteRepositories = { readonly [Name in keyof Repositories]: Sync<Repositories[Name]> };

/** All repositories on one open database. */
export function sqliteRepositories(db: LookoutDatabase): SqliteRepositories {
  return {
    cameras: new SqliteCameras(db),
    keys: new SqliteKeys(db),
    links: new SqliteLinks(db),
    trackIds: new SqliteTrackIds(db),
  };
}
