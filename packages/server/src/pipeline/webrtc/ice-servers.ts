import type { IceServer } from '@lookout/media';
import type { Logger } from 'pino';

export interface IceServersOptions {
  readonly servers: readonly IceServer[];
  /** Why a server is of no use; undefined if it works. Never rejects. */
  readonly tryServer: (server: IceServer) => Promise<string | undefined>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

const TRY_AGAIN_MS = 60_000;

/**
 * The STUN and TURN servers of the settings, as far as they work. Sessions go on without the others, instead of waiting for each in vain.
 */
export class IceServers {
  readonly #options: IceServersOptions;
  readonly #usable = new Set<IceServer>();
  /** What the log was told of each, by its URL. */
  readonly #told = new Map<string, string | undefined>();
  #trying: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: IceServersOptions) {
    this.#options = options;
  }

  /** Those that worked when they were last tried. */
  get usable(): readonly IceServer[] {
    return [...this.#usable];
  }

  /** Tries all, and those that fail again every minute. */
  look(): Promise<void> {
    this.#trying ??= this.#try().finally(() => {
      this.#trying = undefined;
    });
    return this.#trying;
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
  }

  async #try(): Promise<void> {
    clearTimeout(this.#again);
    const { servers, tryServer } = this.#options;
    await Promise.all(servers.map(async (server) => this.#found(server, await tryServer(server))));
    if (this.#isClosed || this.#usable.size === servers.length) return;
    this.#again = setTimeout(() => void this.look(), TRY_AGAIN_MS);
    this.#again.unref();
  }

  #found(server: IceServer, problem: string | undefined): void {
    const { url } = server;
    if (problem === undefined) this.#usable.add(server);
    else this.#usable.delete(server);
    if (this.#told.has(url) && this.#told.get(url) === problem) return;
    this.#told.set(url, problem);
    if (problem === undefined) this.#options.log.info({ url }, 'WebRTC uses this STUN or TURN server');
    else this.#options.log.warn({ url }, `WebRTC goes without this STUN or TURN server: ${problem}`);
  }
}
