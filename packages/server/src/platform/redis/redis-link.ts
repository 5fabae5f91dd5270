import { createHash } from 'node:crypto';
import { LogLimit } from '../metrics/log-limit.js';

export interface RedisLinkOptions {
  /** `redis://` or `rediss://`, with the password if there is one. */
  readonly url: string;
  /** How long an answer is waited for, ms. */
  readonly waitMs?: number;
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
  /** Monotonic, ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

/** A Lua script with its hash, by which Redis knows it once it has run. */
export interface RedisScript {
  readonly text: string;
  /** SHA-1, hexadecimal. */
  readonly sha: string;
}

export function redisScript(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** What is used of the client. */
interface Client {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  sendCommand(command: readonly string[]): Promise<unknown>;
  destroy(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Nobody who asks for something waits longer than this for Redis. */
const WAIT_MS = 75;
/** A connection that is not usable after this time is given up. */
const CONNECT_MS = 2000;
const RETRY_MS = 1000;
/** How long an answer may be late before the connection is given up, ms. */
const HANG_MS = 1000;
/** Commands that wait for their answers. */
const MAX_COMMANDS = 10_000;

/**
 * The connection to Redis. Whoever asks gets an answer or an error soon: a server that does not answer in time counts as away, and nothing
 * more is sent to it until it has answered or a new connection works.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  readonly #makeClient: () => Client;
  readonly #troubles: LogLimit;
  readonly #listeners = new Set<() => void>();
  /** In use, or being connected. */
  #client: Client | undefined;
  #isUp = false;
  #away: { readonly sinceMs: number; isLogged: boolean; reason: string } | undefined;
  /** Of what is done while it is away: giving up the connection, and then connecting again. */
  #cancelNext: (() => void) | undefined;
  #isClosed = false;

  private constructor(options: RedisLinkOptions, makeClient: () => Client) {
    this.#options = options;
    this.#makeClient = makeClient;
    this.#troubles = new LogLimit(options.now);
  }

  /** Begins to connect, and waits for nothing. */
  static async open(options: RedisLinkOptions): Promise<RedisLink> {
    const { createClient } = await import('@redis/client');
    const socket = { reconnectStrategy: false as const, connectTimeout: CONNECT_MS };
    const link = new RedisLink(options, () =>
      createClient({ url: options.url, disableOfflineQueue: true, commandsQueueMaxLength: MAX_COMMANDS, socket }),
    );
    void link.#connect();
    return link;
  }

  /** Whether Redis answers, as far as is known. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Why Redis is not used at present; undefined: it is. */
  get trouble(): string | undefined {
    if (this.#isUp) return undefined;
    const { sinceMs, reason } = this.#away ?? { sinceMs: this.#options.now(), reason: 'not connected yet' };
    const seconds = Math.round((this.#options.now() - sinceMs) / 1000);
    return `Redis has been away for ${seconds} s (${reason}): each node allows its share of the limits`;
  }

  /** Calls `listener` whenever Redis is there again. @returns a function that stops this */
  onBack(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends a command. @throws Error if Redis is away, does not answer in time or refuses */
  run(...command: string[]): Promise<unknown> {
    return this.#within((client) => client.sendCommand(command));
  }

  /** Runs a script, in one round trip. @throws Error, see `run` */
  runScript({ text, sha }: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args.map(String)];
    return this.#within(async (client) => {
      try {
        return await client.sendCommand(['EVALSHA', sha, ...rest]);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return client.sendCommand(['EVAL', text, ...rest]);
      }
    });
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#isUp = false;
    this.#cancelNext?.();
    const client = this.#client;
    this.#client = undefined;
    if (client?.isOpen) client.destroy();
  }

  async #within<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = this.#client;
    if (!client || !this.#isUp) throw new Error(this.trouble);
    const { waitMs = WAIT_MS } = this.#options;
    const answer = work(client).then((value) => {
      if (this.#client === client) this.#answered();
      return value;
    });
    try {
      return await this.#inTime(answer, waitMs);
    } catch (error) {
      if (error instanceof Late) this.#late(client, error);
      else this.#gone(client, error);
      throw error;
    }
  }

  #inTime<T>(answer: Promise<T>, waitMs: number): Promise<T> {
    const { later } = this.#options;
    return new Promise((resolve, reject) => {
      const late = () => reject(new Late(`no answer within ${waitMs} ms`));
      // This process may have been too busy to send the command, or to read an answer that has arrived: in two steps, it is done before.
      let cancel = later(
        () => {
          cancel = later(() => setImmediate(late), waitMs / 3);
        },
        (waitMs * 2) / 3,
      );
      answer.then(resolve, reject).finally(() => cancel());
    });
  }

  /** Never rejects. */
  async #connect(): Promise<void> {
    if (this.#isClosed) return;
    const client = this.#makeClient();
    this.#client = client;
    client.on('error', (error) => this.#gone(client, error));
    try {
      await this.#inTime(
        client.connect().then(() => client.sendCommand(['PING'])),
        CONNECT_MS,
      );
    } catch (error) {
      this.#gone(client, error);
      return;
    }
    if (this.#client === client) this.#answered();
  }

  #answered(): void {
    if (this.#isUp) return;
    this.#cancelNext?.();
    this.#isUp = true;
    if (this.#away?.isLogged) this.#options.log.info({}, 'Redis is back');
    this.#away = undefined;
    for (const listener of this.#listeners) listener();
  }

  /** Nobody waits for it until it has answered; if that takes long, the connection is given up. */
  #late(client: Client, error: Late): void {
    if (this.#client !== client || !this.#isUp) return;
    this.#isUp = false;
    this.#away = { sinceMs: this.#options.now(), isLogged: false, reason: reasonOf(error) };
    this.#cancelNext = this.#options.later(() => this.#gone(client, error), HANG_MS);
  }

  #gone(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#isUp = false;
    this.#cancelNext?.();
    if (client.isOpen) client.destroy();
    const { log, now, later } = this.#options;
    const reason = reasonOf(error);
    this.#away ??= { sinceMs: now(), isLogged: false, reason };
    this.#away.reason = reason;
    const count = this.#away.isLogged ? undefined : this.#troubles.count();
    if (count !== undefined) {
      this.#away.isLogged = true;
      log.warn({ reason, count }, 'Redis is away: each node allows its share of the limits');
    }
    this.#cancelNext = later(() => void this.#connect(), RETRY_MS);
  }
}

class Late extends Error {}

/** Addresses with all their ways failed have no message of their own. */
function reasonOf(error: unknown): string {
  const { message = '', code } = error as { message?: string; code?: string };
  return (message || code || 'unknown reason').slice(0, 200);
}
