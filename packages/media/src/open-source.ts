import { CaptureAttempt } from './capture/capture-attempt.js';
import { HttpAttempt } from './mjpeg/http-attempt.js';
import type { AddressLimits } from './network/address-guard.js';
import { PulledSource } from './source/pulled-source.js';
import type { Attempt, DecodeDevice, Source, SourceEvents } from './source/source.js';
import { parseSourceUrl, type SourceAddress, type SourceUrlOptions } from './source/source-url.js';

export interface OpenSourceOptions extends SourceUrlOptions {
  /** Files start again at their end. Default true. */
  loop?: boolean;
  /** The number of the first frame. Default 0. */
  firstFrameNumber?: number;
  /** Which addresses cameras over HTTP and RTSP may lead to; read at each attempt. */
  limits?: () => AddressLimits;
  /** Cameras with TLS: the only certificate to accept (`pinOf`). Default: any that this machine trusts. */
  tlsPin?: string | undefined;
  /** What decodes video. Default software. */
  decode?: DecodeDevice | undefined;
  /** For cameras over HTTP: time limit to connect, and again for the first response, ms. Default 5000. */
  connectTimeoutMs?: number;
}

/**
 * Opens a camera of any kind; call `start()` on the result.
 * @throws LookoutError `validation_failed` for an address that can't be opened.
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

/** One attempt at an address, of the kind it requires. */
export function createAttempt({ kind, target }: SourceAddress, options: OpenSourceOptions): Attempt {
  const { loop = true, tlsPin, decode, connectTimeoutMs } = options;
  const limits = options.limits?.() ?? {};
  switch (kind) {
    case 'http':
      return new HttpAttempt({
        url: target,
        limits,
        tlsPin,
        connectTimeoutMs,
        headersTimeoutMs: connectTimeoutMs,
        handOver: (url, media) => new CaptureAttempt({ url, kind: 'demux', loop, tlsPin, decode, ...media }),
      });
    case 'rtsp':
      return new CaptureAttempt({ url: target, kind: 'rtsp', tlsPin, decode, limits });
    case 'file':
      return new CaptureAttempt({ url: target, kind: 'demux', loop, decode });
    case 'network':
    case 'device':
      return new CaptureAttempt({ url: target, kind: 'demux', decode });
  }
}
