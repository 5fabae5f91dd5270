import { type OpenSourceOptions, probeSource, redactUrl, UntrustedCertificateError } from '@lookout/media';
import type { ProbeRequest, ProbeResult } from '@lookout/protocol';

const PROBE_TIMEOUT_MS = 5000;
/** Maximum concurrent probes: each holds a connection and, for video codecs, a thread. */
const MAX_PROBES = 4;

/** Tests camera addresses before a camera is added. */
export class CameraProber {
  readonly #options: OpenSourceOptions;
  #running = 0;

  constructor(options: OpenSourceOptions) {
    this.#options = options;
  }

  /** Returns what was found, or why the camera can't be opened and what to do; camera failures are never thrown. */
  async probe({ url, tls_pin }: ProbeRequest): Promise<ProbeResult> {
    const shown = redactUrl(url);
    if (this.#running >= MAX_PROBES) {
      return {
        ok: false,
        url: shown,
        code: 'too_many_requests',
        reason: `${MAX_PROBES} cameras are already being tested`,
        hint: 'Try again in a few seconds.',
        elapsed_ms: 0,
      };
    }
    this.#running++;
    try {
      const result = await probeSource(url, { ...this.#options, timeoutMs: PROBE_TIMEOUT_MS, tlsPin: tls_pin });
      const elapsed_ms = Math.round(result.elapsedMs);
      if (!result.ok) {
        const { code, message, hint = 'Check the address and that this machine reaches the camera.' } = result.error;
        const seen = result.error instanceof UntrustedCertificateError && { tls_pin: result.error.tlsPin };
        return { ok: false, url: shown, code, reason: message, hint, ...seen, elapsed_ms };
      }
      const { transport, codec, width, height, fps } = result.info;
      const picture = `data:image/jpeg;base64,${Buffer.from(result.picture).toString('base64')}`;
      return { ok: true, url: shown, transport, codec, width, height, fps, picture, elapsed_ms };
    } finally {
      this.#running--;
    }
  }
}
