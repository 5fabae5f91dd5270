import { LookoutError } from '@lookout/protocol';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** Whether pictures can be written: trouble begins with a failure and ends with the next success. */
export class DiskTrouble {
  readonly #onTrouble: (error: unknown) => void;
  #reason: string | undefined;

  /** @param onTrouble called when trouble begins, or has another reason */
  constructor(onTrouble: (error: unknown) => void) {
    this.#onTrouble = onTrouble;
  }

  /** In plain words; undefined if there is none. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Errors that are not about the disk, such as of a frame that is gone, are no trouble. */
  failed(error: unknown): void {
    const reason = reasonOf(error);
    if (reason === undefined || reason === this.#reason) return;
    this.#reason = reason;
    this.#onTrouble(error);
  }

  succeeded(): void {
    this.#reason = undefined;
  }
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof LookoutError) return error.code === 'storage_failed' ? error.message : undefined;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code];
  return reason === undefined ? undefined : `Pictures of events can’t be stored: ${reason}`;
}
