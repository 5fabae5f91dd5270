import { existsSync } from 'node:fs';
import { LookoutClient } from '@lookout/client';
import { LookoutError } from '@lookout/protocol';
import { EXIT_CODES } from '../exit/exit-codes.js';
import { runChecks } from './checks.js';
import { CantTry, identify } from './identify.js';
import { type Measurement, measure } from './measure.js';
import { loadPictures } from './pictures.js';
import { inWords, judge, type TryReport } from './report.js';

/** Share of the progress bar for the checks, which take about a second. */
const CHECKS_SECONDS = 1;

/**
 * Tests a server's detection API as a client and prints the results.
 * @param demoClip path of the demo clip, if known
 * @returns the exit code: 0 if everything works, slowly or not
 */
export async function tryServer(options: TryOptions, demoClip: string | undefined): Promise<number> {
  const abort = new AbortController();
  const onInterrupt = () => abort.abort(new LookoutError('unavailable', 'Interrupted'));
  process.once('SIGINT', onInterrupt);
  const bar = new ProgressBar(process.stderr);
  try {
    const report = await tryOut(options, demoClip, bar, abort.signal);
    bar.clear();
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${inWords(report).join('\n')}\n`);
    return report.verdict === 'failing' ? EXIT_CODES.failure : 0;
  } catch (error) {
    bar.clear();
    if (!(error instanceof CantTry)) throw error;
    const { obstacle: verdict, message, hint } = error;
    const reasons = hint === undefined ? [message] : [message, hint];
    if (options.json) process.stdout.write(`${JSON.stringify({ url: options.url, verdict, reasons }, null, 2)}\n`);
    else process.stderr.write(`lookout: ${reasons.join('\n')}\n`);
    return EXIT_CODES.failure;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

async function tryOut(
  { url, key, images, clip, fps, seconds, sessions }: TryOptions,
  demoClip: string | undefined,
  bar: ProgressBar,
  signal: AbortSignal,
): Promise<TryReport> {
  bar.update(0, `looking for ${url}`);
  const server = await identify(url, key, signal);
  const known = demoClip !== undefined && existsSync(demoClip) ? demoClip : undefined;
  const pictures = await loadPictures(images, clip, known);
  const whole = CHECKS_SECONDS + 2 * seconds;
  const checks = await runChecks({
    url,
    key,
    picture: pictures.images[0]!,
    signal,
    onProgress: (share, name) => bar.update((share * CHECKS_SECONDS) / whole, name),
  });
  const client = new LookoutClient({ baseUrl: url, apiKey: key });
  const measurements: Measurement[] = [];
  for (const [index, transport] of (['ws', 'sse'] as const).entries()) {
    signal.throwIfAborted();
    const beforeS = CHECKS_SECONDS + index * seconds;
    measurements.push(
      await measure(client, {
        transport,
        sessions,
        fps,
        seconds,
        images: pictures.images,
        signal,
        onProgress: (share, results) =>
          bar.update((beforeS + Math.min(1, share) * seconds) / whole, `${transport}: ${results} results`),
      }),
    );
  }
  signal.throwIfAborted();
  const { source, images: sent } = pictures;
  return {
    url,
    server,
    pictures: { source, count: sent.length },
    checks,
    measurements,
    ...judge(checks, measurements),
  };
}

export interface TryOptions {
  /** Address of the server, e.g. `http://127.0.0.1:8080`. */
  url: string;
  /** Its API key, if it requires one. */
  key: string | undefined;
  /** Images to send. */
  images: readonly string[];
  /** Or a video whose frames are sent. */
  clip: string | undefined;
  json: boolean;
  /** How long each transport is measured. */
  seconds: number;
  /** Frames per second of each session. */
  fps: number;
  /** Number of concurrent sessions. */
  sessions: number;
}

/** `127.0.0.1:8080` → `http://127.0.0.1:8080`. @throws TypeError if it is not an HTTP address */
export function serverUrl(text: string): string {
  const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('Expected an http(s) address');
  if (url.username || url.password)
    throw new TypeError('Expected an address without a password; a key goes into --key');
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Where progress is drawn, e.g. `process.stderr`. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_CELLS = 20;
const REDRAW_MS = 100;

/** A progress bar of one line; prints nothing unless on a terminal. */
export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
  }

  /** @param share progress, 0..1 */
  update(share: number, text: string): void {
    if (!this.#terminal.isTTY) return;
    const now = this.#now();
    if (now - this.#drawnMs < REDRAW_MS && share < 1) return;
    this.#drawnMs = now;
    this.#isDrawn = true;
    const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_CELLS);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
    const line = `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${text}`;
    // A line that wraps could not be overwritten.
    this.#terminal.write(`\r\x1b[K${line.slice(0, (this.#terminal.columns ?? 80) - 1)}`);
  }

  clear(): void {
    if (this.#isDrawn) this.#terminal.write('\r\x1b[K');
    this.#isDrawn = false;
  }
}
