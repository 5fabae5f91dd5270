import { AuditLog } from '../platform/auth/audit-log.js';
import type { AuditRepository, NewAuditEntry } from '../platform/storage/index.js';

/** Notes in the audit log what a command on this machine has done. Never fails: what it did is done. */
export async function noteCommand(
  store: AuditRepository,
  done: Pick<NewAuditEntry, 'action' | 'target' | 'fields'>,
): Promise<void> {
  const log = { error: (_details: object, message: string) => void process.stderr.write(`lookout: ${message}\n`) };
  await new AuditLog(store, log).record({ actor: { kind: 'command' }, refused: false, ...done });
}
