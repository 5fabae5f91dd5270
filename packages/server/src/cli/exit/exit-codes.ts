import { type ErrorCode, LookoutError } from '@lookout/protocol';
import { CommanderError } from 'commander';

/** Exit codes of the process, so that scripts know why it ended. */
export const EXIT_CODES = {
  failure: 1,
  usage: 2,
  portInUse: 3,
  storage: 4,
  model: 5,
} as const;

export const EXIT_CODE_HELP = `
Exit codes: 0 success, 1 something failed, 2 wrong flags or settings, 3 the port is in use, 4 the data folder can't be used, 5 there
is no usable model.`;

const BY_ERROR: Partial<Record<ErrorCode, number>> = {
  config_invalid: EXIT_CODES.usage,
  port_in_use: EXIT_CODES.portInUse,
  storage_failed: EXIT_CODES.storage,
  conflict: EXIT_CODES.storage,
  model_not_found: EXIT_CODES.model,
  model_invalid: EXIT_CODES.model,
  model_unsupported: EXIT_CODES.model,
  model_download_failed: EXIT_CODES.model,
  model_checksum_mismatch: EXIT_CODES.model,
  model_timeout: EXIT_CODES.model,
};

export function exitCodeOf(error: unknown): number {
  // Help and version end with 0, everything else is wrong usage.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  return (error instanceof LookoutError && BY_ERROR[error.code]) || EXIT_CODES.failure;
}

/** What is printed for an error: the message and the hint; a stack trace only for bugs. */
export function describeError(error: unknown): string {
  if (error instanceof LookoutError) return error.hint ? `${error.message}\n${error.hint}` : error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
