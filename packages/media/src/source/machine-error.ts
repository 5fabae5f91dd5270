import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { LookoutError } from '@lookout/protocol/core';

/** Reported by resolvers (EIO: FFmpeg's) and threads when they get no file descriptor. They can have other causes too. */
const AMBIGUOUS = new Set(['EAI_AGAIN', 'EAI_SYSTEM', 'ENOTFOUND', 'EIO', 'ERR_WORKER_INIT_FAILED']);

/**
 * The error to report when a system error that occurred with a camera is this machine's fault, and nothing is wrong with the camera.
 * @param code of a Node error.
 * @returns undefined when this machine is fine.
 */
export function machineError(code: string | undefined): LookoutError | undefined {
  const found = code !== undefined && AMBIGUOUS.has(code) ? openFailure() : code;
  switch (found) {
    case 'EMFILE':
      return new LookoutError('unavailable', 'Lookout has reached its limit of open files and connections (EMFILE)', {
        hint: 'Raise the limit: LimitNOFILE= of a systemd unit, --ulimit nofile= of Docker, ulimit -n in a shell.',
      });
    case 'ENFILE':
      return new LookoutError(
        'unavailable',
        'This machine has reached its limit of open files and connections (ENFILE)',
        {
          hint: 'Raise fs.file-max, or end the programs that hold them: lsof lists them.',
        },
      );
    default:
      return undefined;
  }
}

/** The error code when this process can't open one more file; undefined when it can. */
export function openFailure(): string | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
