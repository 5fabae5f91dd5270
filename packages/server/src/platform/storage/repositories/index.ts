import type { AuditRepository } from './audit.js';
import type { CameraRepository, LinkRepository, RegionRepository, TrackIdRepository } from './cameras.js';
import type { EventRepository } from './events.js';
import type { KeyRepository } from './keys.js';
import type { PasskeyRepository } from './passkeys.js';
import type { PhraseRepository } from './phrases.js';
import type { RuleRepository, SuppressionRepository } from './rules.js';
import type { SessionRepository } from './sessions.js';
import type { SettingRepository } from './settings.js';
import type { ShareRepository } from './shares.js';
import type { UserRepository } from './users.js';
import type { WebhookRepository } from './webhooks.js';

export { type Admins, COUNT_ADMINS, checkKeyRemoval, checkUserChange } from './admins.js';
export { AUDIT_LIMITS, type AuditRepository, type AuditRows, type NewAuditEntry } from './audit.js';
export type { CameraRepository, LinkRepository, RegionRepository, TrackIdRepository } from './cameras.js';
export {
  type ChangeNotice,
  type ChangeSource,
  type ClusterStorage,
  type Heirs,
  type Lease,
  type LeaseRepository,
  MAX_KEPT_TTLS,
  type NodeReport,
  type NodeRepository,
  STRANGER_WAIT_TTLS,
  type StoredNode,
  type StoredRowChange,
} from './cluster.js';
export {
  type EventAmendment,
  type EventData,
  type EventFilter,
  type EventRepository,
  eventData,
  type KeptEvent,
  MAX_EVENT_CHANGES,
  type StoredChange,
} from './events.js';
export { type CodeSubject, type KeyRepository, MAX_CODES, type StoredKey } from './keys.js';
export { type PasskeyRepository, refuseTooManyPasskeys, type StoredPasskey, type UsedChallenge } from './passkeys.js';
export { type KeptCalibration, type KeptExample, MAX_CAPTIONS, type PhraseRepository } from './phrases.js';
export type { KeptRule, KeptSuppression, RuleRepository, SuppressionRepository } from './rules.js';
export { MAX_SESSIONS, type SessionRepository, type StoredSession } from './sessions.js';
export type { SettingRepository } from './settings.js';
export type { ShareRepository, StoredShare } from './shares.js';
export { Turns } from './turns.js';
export type { StoredUser, UserRepository } from './users.js';
export {
  type DeliveryStatus,
  type KeptDelivery,
  type KeptWebhook,
  MAX_FAILED_DELIVERIES,
  MAX_WAITING_DELIVERIES,
  type NewDelivery,
  type WebhookRepository,
} from './webhooks.js';

/**
 * Everything the server keeps in a database. Each method is one transaction: done completely when its promise resolves, not at
 * all when it rejects. All failures of the database are LookoutErrors `storage_failed`.
 */
export interface Repositories {
  readonly cameras: CameraRepository;
  readonly keys: KeyRepository;
  readonly users: UserRepository;
  readonly passkeys: PasskeyRepository;
  readonly sessions: SessionRepository;
  readonly audit: AuditRepository;
  readonly regions: RegionRepository;
  readonly links: LinkRepository;
  readonly shares: ShareRepository;
  readonly trackIds: TrackIdRepository;
  readonly rules: RuleRepository;
  readonly suppressions: SuppressionRepository;
  readonly phrases: PhraseRepository;
  readonly events: EventRepository;
  readonly settings: SettingRepository;
  readonly webhooks: WebhookRepository;
}
