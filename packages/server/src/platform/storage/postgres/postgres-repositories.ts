import {
  AUDIT_LIMITS,
  type AuditRows,
  MAX_EVENT_CHANGES,
  MAX_SESSIONS,
  type Repositories,
} from '../repositories/index.js';
import { AccountChanges } from './account-changes.js';
import type { PostgresDatabase } from './database.js';
import { PostgresAudit } from './postgres-audit.js';
import { PostgresCameras, PostgresLinks, PostgresRegions, PostgresTrackIds } from './postgres-cameras.js';
import { PostgresEvents } from './postgres-events.js';
import { PostgresKeys } from './postgres-keys.js';
import { PostgresPasskeys } from './postgres-passkeys.js';
import { PostgresPhrases } from './postgres-phrases.js';
import { PostgresRules, PostgresSuppressions } from './postgres-rules.js';
import { PostgresSessions } from './postgres-sessions.js';
import { PostgresSettings } from './postgres-settings.js';
import { PostgresShares } from './postgres-shares.js';
import { PostgresUsers } from './postgres-users.js';
import { PostgresWebhooks } from './postgres-webhooks.js';

/** All repositories on one open database. @param limits smaller ones, for tests */
export function postgresRepositories(
  db: PostgresDatabase,
  limits = { eventChanges: MAX_EVENT_CHANGES, sessions: MAX_SESSIONS, audit: AUDIT_LIMITS as AuditRows },
): Repositories {
  const changes = new AccountChanges(db);
  return {
    cameras: new PostgresCameras(db),
    keys: new PostgresKeys(db, changes),
    users: new PostgresUsers(db, changes),
    passkeys: new PostgresPasskeys(db),
    audit: new PostgresAudit(db, limits.audit),
    sessions: new PostgresSessions(db, changes, limits.sessions),
    regions: new PostgresRegions(db),
    links: new PostgresLinks(db),
    shares: new PostgresShares(db),
    trackIds: new PostgresTrackIds(db),
    rules: new PostgresRules(db),
    suppressions: new PostgresSuppressions(db),
    phrases: new PostgresPhrases(db),
    events: new PostgresEvents(db, limits.eventChanges),
    settings: new PostgresSettings(db),
    webhooks: new PostgresWebhooks(db),
  };
}
