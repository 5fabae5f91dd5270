import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { LookoutError } from '@lookout/protocol';

/** What resolvers (EIO: FFmpeg's) and threads report when they get no file descriptor; it can mean other things too. */
const AMBIGUOUS = new Set(['EAI_AGAIN', 'EAI_SYSTEM', 'ENOTFOUND', 'EIO', 'ERR_WORKER_INIT_FAILED']);

/**
 * The error of this machine behind a system error that came up with a camera: nothing is wrong with the camera then.
 * @param code of a Node error.
 * @returns undefined where this machine is fine.
 */
export function machineError(code: string | undefined): LookoutError | undefined {
  const found = code !== undefined && AMBIGUOUS.has(code) ? openFailure() : code;
  switch (found) {
    case 'EMFILE':
      return new LookoutError('unavailable', 'Lookout has as many files and connections open as it may (EMFILE)', {
        hint: 'Raise the limit: LimitNOFILE= of a systemd unit, --ulimit nofile= of Docker, ulimit -n in a shell.',
      });
    case 'ENFILE':
      return new LookoutError('unavailable', 'This machine has as many files and connections open as it may (ENFILE)', {
        hint: 'Raise fs.file-max, or end what holds them: lsof shows it.',
      });
    default:
      return undefined;
  }
}

/** The code of the error when this process can't open one more file; undefined when it can. */
export function openFailure(): string | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
