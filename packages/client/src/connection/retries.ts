import { Backoff } from '@lookout/protocol';
import type { Lost } from './socket.js';

/** Why an attempt was refused. `final`: retrying is of no use. */
export interface Refusal {
  message: string;
  final: boolean;
}

export interface RetriesOptions {
  /** The next attempt is due. */
  again(): void;
  /** Why there is no connection, in plain words. Called again when more becomes known. */
  tell(reason: string): void;
  /** No more attempts. */
  refused(reason: string): void;
  /**
   * Called after an attempt that never opened, since browsers don't say why an upgrade was refused. A rejection means that nothing is
   * known.
   */
  explain?: () => Promise<Refusal | undefined>;
  /** Uniform in [0, 1). */
  random?: () => number;
}

/** Schedules the next attempt after a connection was lost, and reports the reason until then. */
export class Retries {
  readonly #options: RetriesOptions;
  readonly #backoff: Backoff;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Why the last attempts failed; kept until one succeeds, so that the reason does not flicker. */
  #explanation: string | undefined;
  /** Whether the reason is the server's own, which is better than any guess of ours. */
  #held = false;
  /** Number of the loss that an explanation was requested for. */
  #loss = 0;
  #count = 0;

  constructor(options: RetriesOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ random: options.random });
  }

  /** Attempts after the first. */
  get count(): number {
    return this.#count;
  }

  /** Whether the next attempt is yet to come. */
  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  /**
   * Reports why a connection was lost and schedules the next attempt.
   * @param hold the reason given now will not be repeated: keep it until an attempt opens
   */
  lost({ said, wasOpen }: Omit<Lost, 'code'>, hold = false): void {
    if (hold && said) {
      this.#explanation = said;
      this.#held = true;
    }
    const loss = ++this.#loss;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#again(), this.#backoff.next());
    this.#options.tell(
      said || (wasOpen ? 'the connection was lost' : (this.#explanation ?? 'the server cannot be reached')),
    );
    if (!said && !wasOpen && loss === this.#loss) void this.#explain(loss);
  }

  /** Makes the next attempt now. */
  now(): void {
    this.#backoff.reset();
    this.#again();
  }

  /** The server accepted the connection: earlier reasons no longer apply. */
  opened(): void {
    this.#explanation = undefined;
    this.#held = false;
    this.#loss++;
  }

  /** The connection works: after it, waits start small again. */
  succeeded(): void {
    this.opened();
    this.#backoff.reset();
  }

  /** Cancels attempts and explanations. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#loss++;
  }

  #again(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#count++;
    this.#options.again();
  }

  async #explain(loss: number): Promise<void> {
    const refusal = await this.#options.explain?.().catch(() => undefined);
    if (loss !== this.#loss) return;
    if (refusal?.final) {
      this.stop();
      this.#options.refused(refusal.message);
      return;
    }
    if (this.#held) return;
    this.#explanation = refusal?.message;
    if (refusal) this.#options.tell(refusal.message);
  }
}

/** A refusal that is not final: attempts continue. */
export function asRefusal(
  explain: (() => Promise<string | undefined>) | undefined,
): () => Promise<Refusal | undefined> {
  return async () => {
    const message = await explain?.();
    return message === undefined ? undefined : { message, final: false };
  };
}
