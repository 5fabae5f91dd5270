import type { CameraRepository, LinkRepository, TrackIdRepository } from './cameras.js';
import type { KeyRepository } from './keys.js';

export type { CameraRepository, LinkRepository, TrackIdRepository } from './cameras.js';
export { type KeyRepository, MAX_CODES, MAX_SESSIONS, type StoredKey, type StoredSession } from './keys.js';
export { Turns } from './turns.js';

/**
 * Everything the server keeps in a database. Each method is one transaction: done completely when its promise resolves, not at
 * all when it rejects. All failures of the database are LookoutErrors `storage_failed`.
 */
export interface Repositories {
  readonly cameras: CameraRepository;
  readonly keys: KeyRepository;
  readonly links: LinkRepository;
  readonly trackIds: TrackIdRepository;
}
