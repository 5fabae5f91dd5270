import { LookoutError } from '@lookout/protocol/core';
import { AddressGuard, type AddressLimits } from '../network/address-guard.js';
import { type RtspHandlers, RtspRedirect, RtspSession, type RtspSessionOptions } from './rtsp-session.js';
import { parseRtspUrl, type RtspUrl } from './rtsp-url.js';

export type { AccessUnit } from './depacketizer.js';
export type { RtspHandlers, RtspTrack } from './rtsp-session.js';
export { OtherCodecError } from './session-description.js';

export interface RtspClientOptions {
  /** `auto`: interleaved in the TCP connection, or UDP if the camera refuses that (461). Default auto. */
  transport?: 'auto' | 'tcp' | 'udp';
  /** Time limit to connect, and for each answer of the camera, ms. Default 5000. */
  timeoutMs?: number;
  /** No video for this long ends the stream with `camera_stalled`, ms. Default 8000. */
  stallMs?: number;
  /** rtsps: the only certificate to accept. Default: any that this machine trusts. */
  tlsPin?: string | undefined;
  userAgent?: string;
  /** Which addresses may be connected to. */
  limits?: AddressLimits;
}

const DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_STALL_MS = 8000;
const MAX_REDIRECTS = 3;

/**
 * Reads the first H.264, HEVC or JPEG track of an RTSP server and delivers each access unit the moment its last packet arrives. Single use:
 * one `run` per client.
 *
 * ```ts
 * const client = new RtspClient('rtsp://user:password@192.0.2.7/stream1');
 * await client.run({ onTrack, onAccessUnit, onSenderReport, onBytes, onLost }, controller.signal);
 * ```
 */
export class RtspClient {
  #url: RtspUrl;
  readonly #options: RtspSessionOptions;

  /** @throws LookoutError `validation_failed` when `url` is not an rtsp:// or rtsps:// address. */
  constructor(url: string, options: RtspClientOptions = {}) {
    this.#url = parseRtspUrl(url);
    const {
      transport = 'auto',
      timeoutMs = DEFAULT_TIMEOUT_MS,
      stallMs = DEFAULT_STALL_MS,
      tlsPin,
      userAgent = 'Lookout',
      limits,
    } = options;
    if (!(timeoutMs > 0)) throw new RangeError(`Expected timeoutMs over 0, got ${timeoutMs}`);
    if (!(stallMs > 0)) throw new RangeError(`Expected stallMs over 0, got ${stallMs}`);
    this.#options = { transport, timeoutMs, stallMs, tlsPin, userAgent, guard: new AddressGuard(limits) };
  }

  /** The camera's address, after redirects. */
  get url(): RtspUrl {
    return this.#url;
  }

  /** Which addresses may be connected to, given the camera's own. */
  get guard(): AddressGuard {
    return this.#options.guard;
  }

  /**
   * Reads until the stream ends. Resolves only after `signal` was aborted, within 200 ms of it.
   * @throws LookoutError `camera_unreachable`, `camera_unauthorized`, `camera_not_found`, `camera_refused`,
   *   `camera_unsupported`, `camera_stalled`, `camera_closed` (the camera ended it) or
   *   `source_protocol_error`. Messages hold no credentials and no address.
   */
  async run(handlers: RtspHandlers, signal: AbortSignal): Promise<void> {
    for (let redirects = 0; !signal.aborted; redirects += 1) {
      const location = await this.#runSession(this.#url, handlers, signal);
      if (location === undefined) return;
      if (redirects >= MAX_REDIRECTS) {
        throw new LookoutError('source_protocol_error', `The camera redirected more than ${MAX_REDIRECTS} times`);
      }
      this.#url = followRedirect(this.#url, location);
    }
  }

  /** @returns the address that the server redirects to, or `undefined` after an abort. */
  async #runSession(url: RtspUrl, handlers: RtspHandlers, signal: AbortSignal): Promise<string | undefined> {
    const session = new RtspSession(url, this.#options, handlers);
    let onAbort: () => void = () => {};
    const aborted = new Promise<undefined>((resolve) => {
      onAbort = () => resolve(undefined);
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([session.run(), aborted]);
    } catch (error) {
      if (error instanceof RtspRedirect) return error.location;
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      await session.close();
    }
  }
}

/** Credentials are sent on to the same host only, and never in the clear after TLS: others would learn them. */
function followRedirect(from: RtspUrl, location: string): RtspUrl {
  let to: RtspUrl;
  try {
    to = { ...parseRtspUrl(location), named: true };
  } catch (cause) {
    throw new LookoutError('source_protocol_error', 'The camera redirected to an address that is not rtsp://', {
      cause,
    });
  }
  if (to.credentials || to.host !== from.host || (from.secure && !to.secure)) return to;
  return { ...to, credentials: from.credentials };
}
