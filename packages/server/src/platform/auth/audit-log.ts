import type { AuditEntry, AuditPage, AuditQuery } from '@lookout/protocol';
import type { AuditRepository, NewAuditEntry } from '../storage/index.js';
import type { Principal } from './principal.js';

/** Where faults are told, as pino has it. */
interface FaultLog {
  error(details: object, message: string): void;
}

/** Maximum number of fields that an entry names. */
const MAX_FIELDS = 30;
/** Maximum length of what an entry quotes. */
const MAX_TEXT = 100;

/** Who did what, for admins. Holds names and ids, never secrets or values. */
export class AuditLog {
  readonly #store: AuditRepository;
  readonly #log: FaultLog;
  readonly #now: () => number;

  /** @param now Unix epoch ms */
  constructor(store: AuditRepository, log: FaultLog, now = Date.now) {
    this.#store = store;
    this.#log = log;
    this.#now = now;
  }

  /** Notes what was done. Never fails. */
  async record({ target, fields, ...entry }: Omit<NewAuditEntry, 'at'>): Promise<void> {
    const cut = (text: string | undefined) => text?.slice(0, MAX_TEXT);
    const named = { id: cut(target?.id), name: cut(target?.name) };
    const hasTarget = named.id !== undefined || named.name !== undefined;
    try {
      await this.#store.append({
        ...entry,
        at: this.#now(),
        ...(hasTarget && { target: JSON.parse(JSON.stringify(named)) }),
        ...(fields?.length && { fields: fields.slice(0, MAX_FIELDS).map((field) => field.slice(0, MAX_TEXT)) }),
      });
    } catch (error) {
      // What it is about was done all the same.
      this.#log.error({ err: error }, 'the audit log is incomplete');
    }
  }

  /** One page, newest first. @throws LookoutError `storage_failed` */
  async page({ limit, cursor }: AuditQuery): Promise<AuditPage> {
    const entries = await this.#store.list(limit, cursor === undefined ? undefined : Number(cursor));
    const last = entries.at(-1);
    return { entries, next_cursor: last && entries.length === limit ? String(last.id) : null };
  }
}

/** Whom an entry names for this caller. */
export function actorOf(principal: Principal | null): AuditEntry['actor'] {
  if (!principal || principal.kind === 'link') return { kind: 'nobody' };
  if (principal.kind === 'local') return { kind: 'local' };
  const { user, id, name } = principal;
  return user ? { kind: 'user', id, name: user.name } : { kind: 'key', id, name };
}
