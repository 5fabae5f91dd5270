import type { ServerResponse } from 'node:http';

/** One server-sent event. */
export interface SseEvent {
  /** Its name; absent: `message`. */
  readonly event?: string;
  /** What a reader sends as `Last-Event-ID` to continue after it; without line breaks. */
  readonly id?: string | number;
  /** JSON. */
  readonly data: string;
}

export interface SseWriterOptions {
  /** Monotonic, ms. */
  now(): number;
  /** Sent before the first event, without a blank line: some readers take a block without data for an event. */
  readonly preamble?: string;
  /** What a reader that has read everything is sent from time to time; default: a comment. */
  readonly heartbeat?: () => SseEvent;
  readonly heartbeatMs?: number;
  /** Maximum unsent bytes; `send` refuses events beyond. */
  readonly maxBufferedBytes?: number;
  /** The reader has read everything that was sent. */
  onDrain?(): void;
  /** The stream ended, whoever ended it. */
  onClose(): void;
}

const HEARTBEAT_MS = 15_000;
/** Bounds the server's memory for a slow reader. */
const MAX_BUFFERED_BYTES = 256 * 1024;
/** A reader that has not drained for this long is disconnected. */
const STUCK_LIMIT_MS = 30_000;

/** Header of a response that streams events. */
const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
} as const;

/**
 * Writes server-sent events to one reader. A reader that is slow gets no further events until it has caught up, and one that does
 * not read at all is disconnected; what to do about the events it misses is the caller's choice.
 */
export class SseWriter {
  readonly #response: ServerResponse;
  readonly #options: SseWriterOptions;
  readonly #heartbeat: NodeJS.Timeout;
  #drainedMs: number;

  private constructor(response: ServerResponse, options: SseWriterOptions) {
    this.#response = response;
    this.#options = options;
    this.#drainedMs = options.now();
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs ?? HEARTBEAT_MS);
    response.on('drain', () => {
      this.#drainedMs = options.now();
      options.onDrain?.();
    });
    response.on('error', () => response.destroy());
    response.once('close', () => {
      clearInterval(this.#heartbeat);
      options.onClose();
    });
  }

  /**
   * Begins the response.
   * @returns undefined if nobody will read events: a HEAD request, which is answered completely, or a reader that is gone
   */
  static open(response: ServerResponse, options: SseWriterOptions): SseWriter | undefined {
    if (response.destroyed) return undefined;
    response.writeHead(200, HEADERS);
    if (response.req.method === 'HEAD') {
      response.end();
      return undefined;
    }
    // Each event must leave at once.
    response.socket?.setNoDelay(true);
    if (options.preamble !== undefined) response.write(options.preamble);
    return new SseWriter(response, options);
  }

  /** Whether the next event would be sent. */
  get hasRoom(): boolean {
    const { maxBufferedBytes = MAX_BUFFERED_BYTES } = this.#options;
    return !this.#response.writableEnded && this.#response.writableLength < maxBufferedBytes;
  }

  /** Sends all of these events, or none. @returns false if the reader is too far behind or gone */
  send(...events: readonly SseEvent[]): boolean {
    if (!this.hasRoom) return false;
    if (this.#response.writableLength === 0) this.#drainedMs = this.#options.now();
    this.#response.write(events.map(format).join(''));
    return true;
  }

  /** Ends the stream once the reader has read what was sent and these events. Idempotent. */
  end(...last: readonly SseEvent[]): void {
    if (!this.#response.writableEnded) this.#response.end(last.map(format).join(''));
  }

  /** Disconnects a reader that has fallen behind; it may connect again and continue after the last event it got. */
  cut(): void {
    this.#response.destroy();
  }

  #beat(): void {
    const { now, heartbeat } = this.#options;
    if (this.#response.writableLength > 0) {
      if (now() - this.#drainedMs > STUCK_LIMIT_MS) this.#response.destroy();
    } else if (!this.#response.writableEnded) {
      this.#drainedMs = now();
      this.#response.write(heartbeat ? format(heartbeat()) : ': heartbeat\n');
    }
  }
}

/** @throws RangeError for an id or a name that would end its line */
function format({ event, id, data }: SseEvent): string {
  if (/[\r\n]/.test(`${event ?? ''}${id ?? ''}${data}`)) {
    throw new RangeError('Expected an event without line breaks; JSON escapes them');
  }
  return `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
}
