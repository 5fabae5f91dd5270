import { LookoutError, type UpdateState } from '@lookout/protocol';
import { z } from 'zod';
import { isNewer } from './version-order.js';

export interface UpdateCheckOptions {
  /** The version that runs. */
  readonly current: string;
  /** Where the newest version is told; undefined: nowhere is asked. */
  url(): string | undefined;
  /** Whether to ask once a day without being told to. */
  isDaily(): boolean;
  onFault(error: unknown): void;
  /** Unix epoch ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

const DAY_MS = 24 * 3600_000;
const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 512 * 1024;

/** `GET registry.npmjs.org/NAME/latest`, and `GET api.github.com/repos/OWNER/NAME/releases/latest`. */
const Answer = z.union([
  z.object({ version: z.string().max(100) }).transform(({ version }) => version),
  z.object({ tag_name: z.string().max(100) }).transform(({ tag_name: tag }) => tag.replace(/^v/, '')),
]);

/** Compares this version with the newest one that an address tells. It asks only when told to, or daily if the owner wants it. */
export class UpdateCheck {
  readonly #options: UpdateCheckOptions;
  readonly #closing = new AbortController();
  #cancel: () => void = () => {};
  #asking: Promise<UpdateState> | undefined;
  #found: Pick<UpdateState, 'latest' | 'newer' | 'checked_at' | 'error'> = {};

  constructor(options: UpdateCheckOptions) {
    this.#options = options;
  }

  state(): UpdateState {
    const { current, url, isDaily } = this.#options;
    const address = url();
    return {
      current,
      daily: isDaily(),
      ...(address !== undefined && { from: new URL(address).host }),
      ...this.#found,
    };
  }

  /** Asks now. A failure is in the answer. @throws LookoutError `conflict` if no address is set */
  check(): Promise<UpdateState> {
    this.#asking ??= this.#check().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Follows the settings: asks daily from now on, or no longer. */
  schedule(): void {
    this.#cancel();
    const { isDaily, url, later, now } = this.#options;
    if (this.#closing.signal.aborted || !isDaily() || url() === undefined) return;
    const dueMs = (this.#found.checked_at ?? now() - DAY_MS) + DAY_MS - now();
    this.#cancel = later(() => void this.check().finally(() => this.schedule()), Math.max(0, dueMs));
  }

  /** Idempotent. */
  close(): void {
    this.#closing.abort();
    this.#cancel();
  }

  async #check(): Promise<UpdateState> {
    const { current, url, now, onFault } = this.#options;
    const address = url();
    if (address === undefined) {
      throw new LookoutError('conflict', 'No address is set that tells the newest version', {
        hint: 'Set updates.url, to the address of a release on npm or GitHub.',
      });
    }
    try {
      const latest = await this.#ask(address);
      this.#found = { latest, newer: isNewer(latest, current), checked_at: now() };
    } catch (error) {
      onFault(error);
      this.#found = { checked_at: now(), error: inWords(error, new URL(address).host) };
    }
    return this.state();
  }

  async #ask(address: string): Promise<string> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(address, { signal, headers: { accept: 'application/json' } });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`it answered ${response.status}`);
    }
    const parsed = Answer.safeParse(JSON.parse(await bodyOf(response)));
    if (!parsed.success) throw new Error('its answer names no version');
    return parsed.data;
  }
}

async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function inWords(error: unknown, host: string): string {
  const { name, message, cause } = error as Error & { cause?: Error };
  if (name === 'TimeoutError') return `${host} did not answer within ${TIMEOUT_MS / 1000} s`;
  if (error instanceof SyntaxError) return `${host} can’t be used: its answer is not JSON`;
  return `${host} can’t be used: ${cause?.message || message}`;
}
