import { AUDIT_LIMITS, type AuditRows, type Repositories } from '../repositories/index.js';
import type { LookoutDatabase } from './database.js';
import { SqliteAudit } from './sqlite-audit.js';
import { SqliteCameras, SqliteLinks, SqliteRegions, SqliteTrackIds } from './sqlite-cameras.js';
import { SqliteEvents } from './sqlite-events.js';
import { SqliteKeys } from './sqlite-keys.js';
import { SqlitePasskeys } from './sqlite-passkeys.js';
import { SqlitePhrases } from './sqlite-phrases.js';
import { SqliteRules, SqliteSuppressions } from './sqlite-rules.js';
import { SqliteSessions } from './sqlite-sessions.js';
import { SqliteSettings } from './sqlite-settings.js';
import { SqliteShares } from './sqlite-shares.js';
import { SqliteUsers } from './sqlite-users.js';
import { SqliteWebhooks } from './sqlite-webhooks.js';
import type { Sync } from './sync.js';

export type SqliteRepositories = { readonly [Name in keyof Repositories]: Sync<Repositories[Name]> };

/** All repositories on one open database. @param audit less than it keeps, for tests */
export function sqliteRepositories(db: LookoutDatabase, audit: AuditRows = AUDIT_LIMITS): SqliteRepositories {
  return {
    cameras: new SqliteCameras(db),
    keys: new SqliteKeys(db),
    users: new SqliteUsers(db),
    passkeys: new SqlitePasskeys(db),
    sessions: new SqliteSessions(db),
    audit: new SqliteAudit(db, audit),
    regions: new SqliteRegions(db),
    links: new SqliteLinks(db),
    shares: new SqliteShares(db),
    trackIds: new SqliteTrackIds(db),
    rules: new SqliteRules(db),
    suppressions: new SqliteSuppressions(db),
    phrases: new SqlitePhrases(db),
    events: new SqliteEvents(db),
    settings: new SqliteSettings(db),
    webhooks: new SqliteWebhooks(db),
  };
}
