import { LookoutError } from '@lookout/protocol';
import { HttpAttempt } from './mjpeg/http-attempt.js';
import { PulledSource } from './pulled-source.js';
import type { Attempt, Source, SourceEvents } from './source.js';
import { parseSourceUrl, type SourceAddress, type SourceUrlOptions } from './source-url.js';

export interface OpenSourceOptions extends SourceUrlOptions {
  /** Files begin anew at their end. Default true. */
  loop?: boolean;
  /** Where the running numbers of frames begin. Default 0. */
  firstFrameNumber?: number;
  /** Says whether an IP address may be connected to, for cameras over HTTP; asked again after a redirect. Default: all may. */
  allowAddress?: (address: string) => boolean;
  /** For the connection, and again for the first answer, of cameras over HTTP. Default 5000. */
  connectTimeoutMs?: number;
}

/**
 * The way in for a camera of any kind; call `start()` on it.
 * @throws LookoutError `validation_failed` for an address that nothing can open.
 */
export function openSource(url: string, options: OpenSourceOptions, events: SourceEvents): Source {
  const address = parseSourceUrl(url, options);
  return new PulledSource({
    createAttempt: () => createAttempt(address, options),
    events,
    label: address.label,
    firstFrameNumber: options.firstFrameNumber,
  });
}

/** One attempt at an address, of the kind it needs. */
export function createAttempt(address: SourceAddress, options: OpenSourceOptions): Attempt {
  switch (address.kind) {
    case 'http':
      return new HttpAttempt({
        url: address.target,
        allowAddress: options.allowAddress,
        connectTimeoutMs: options.connectTimeoutMs,
        headersTimeoutMs: options.connectTimeoutMs,
      });
    default:
      throw new LookoutError('camera_unsupported', `Sources of kind ${address.kind} can't be opened`);
  }
}
