import { CaptureAttempt } from './capture/capture-attempt.js';
import { HttpAttempt } from './mjpeg/http-attempt.js';
import type { AddressLimits } from './network/address-guard.js';
import { PulledSource } from './source/pulled-source.js';
import type { Attempt, Source, SourceEvents } from './source/source.js';
import { parseSourceUrl, type SourceAddress, type SourceUrlOptions } from './source/source-url.js';

export interface OpenSourceOptions extends SourceUrlOptions {
  /** Files begin anew at their end. Default true. */
  loop?: boolean;
  /** Where the running numbers of frames begin. Default 0. */
  firstFrameNumber?: number;
  /** What cameras over HTTP and RTSP may lead to; asked at each attempt. */
  limits?: () => AddressLimits;
  /** Cameras with TLS: accept this certificate (`pinOf`), and no other. Default: those that the machine trusts. */
  tlsPin?: string | undefined;
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
export function createAttempt({ kind, target }: SourceAddress, options: OpenSourceOptions): Attempt {
  const { loop = true, tlsPin, connectTimeoutMs } = options;
  const limits = options.limits?.() ?? {};
  switch (kind) {
    case 'http':
      return new HttpAttempt({
        url: target,
        limits,
        tlsPin,
        connectTimeoutMs,
        headersTimeoutMs: connectTimeoutMs,
        handOver: (url, media) => new CaptureAttempt({ url, kind: 'demux', loop, tlsPin, ...media }),
      });
    case 'rtsp':
      return new CaptureAttempt({ url: target, kind: 'rtsp', tlsPin, limits });
    case 'file':
      return new CaptureAttempt({ url: target, kind: 'demux', loop });
    case 'network':
    case 'device':
      return new CaptureAttempt({ url: target, kind: 'demux' });
  }
}
