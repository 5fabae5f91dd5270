import type { ServerResponse } from 'node:http';
import type { DetectionServerMessage } from '@lookout/protocol';
import { seconds } from '../../pipeline/sessions/detection-session.js';
import { EventRing } from '../../pipeline/sessions/event-ring.js';

export interface EventStreamOptions {
  now(): number;
  heartbeatMs?: number;
  ring?: EventRing;
}

const DEFAULT_HEARTBEAT_MS = 15_000;
/** What may lie unread before a reader; the rest waits in the ring. */
const MAX_BUFFERED_BYTES = 64 * 1024;
/** A reader this long without draining is let go. */
const STUCK_LIMIT_MS = 30_000;
/** What a browser waits before it comes back, ms. */
const RETRY_MS = 1000;

interface Reader {
  response: ServerResponse;
  /** Number of the last event written to it. */
  cursor: number;
  drainedMs: number;
  heartbeat: NodeJS.Timeout;
}

/**
 * The events of one session and the one that reads them. They wait in a ring for a reader that comes late, comes back, or reads
 * slowly; what the ring had to let go it is told of. A second reader takes the place of the first: most often it is the same client,
 * whose old connection is not known to be gone yet.
 */
export class EventStream {
  readonly #now: () => number;
  readonly #heartbeatMs: number;
  readonly #ring: EventRing;
  #reader: Reader | undefined;
  /** Number of the last event any reader was sent. */
  #delivered = 0;
  #isEnded = false;

  constructor({ now, heartbeatMs = DEFAULT_HEARTBEAT_MS, ring = new EventRing() }: EventStreamOptions) {
    this.#now = now;
    this.#heartbeatMs = heartbeatMs;
    this.#ring = ring;
  }

  publish(message: DetectionServerMessage): void {
    if (this.#isEnded) return;
    this.#ring.push(JSON.stringify(message));
    this.#pump();
  }

  /**
   * Answers with the stream, from the event after `lastEventId`; without it, from the first that no reader was sent.
   * @param lastEventId as its client gives it; what was never an id of ours counts as none.
   */
  attach(response: ServerResponse, lastEventId?: string): void {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    // Nobody reads on: the reader that is there stays.
    if (response.req.method === 'HEAD') {
      response.end();
      return;
    }
    this.#replaceReader();
    response.socket?.setNoDelay(true);
    // At the head of the first event: to some readers a block of its own is an event without data.
    response.write(`retry: ${RETRY_MS}\n`);
    const given = /^\d{1,15}$/.test(lastEventId ?? '') ? Number(lastEventId) : undefined;
    const cursor = given !== undefined && given <= this.#ring.lastId ? given : this.#delivered;
    const heartbeat = setInterval(() => this.#beat(reader), this.#heartbeatMs);
    const reader: Reader = { response, cursor, drainedMs: this.#now(), heartbeat };
    this.#reader = reader;
    response.on('drain', () => {
      reader.drainedMs = this.#now();
      if (this.#reader === reader) this.#pump();
    });
    response.on('error', () => response.destroy());
    response.once('close', () => {
      clearInterval(heartbeat);
      if (this.#reader === reader) this.#reader = undefined;
    });
    this.#pump();
  }

  /** Writes what is left and ends the stream; nothing is published after that. */
  end(): void {
    this.#isEnded = true;
    const { response } = this.#reader ?? {};
    for (let next = this.#next(); next; next = this.#next()) this.#write(next);
    this.#reader = undefined;
    response?.end();
  }

  #pump(): void {
    while (this.#reader && this.#reader.response.writableLength < MAX_BUFFERED_BYTES) {
      const next = this.#next();
      if (!next) return;
      this.#write(next);
    }
  }

  #next() {
    return this.#reader && this.#ring.after(this.#reader.cursor);
  }

  #write({ event, lost }: NonNullable<ReturnType<EventRing['after']>>): void {
    const reader = this.#reader!;
    if (lost > 0) {
      const error = `${lost} events were let go before they were read`;
      reader.response.write(data({ type: 'error', code: 'events_lost', error, timestamp: seconds(this.#now()) }));
    }
    reader.response.write(`id: ${event.id}\ndata: ${event.text}\n\n`);
    reader.cursor = event.id;
    this.#delivered = Math.max(this.#delivered, event.id);
  }

  #replaceReader(): void {
    const { response } = this.#reader ?? {};
    this.#reader = undefined;
    if (!response) return;
    const error = 'Another reader of this session’s events came; it goes on';
    response.end(data({ type: 'error', code: 'replaced', error, timestamp: seconds(this.#now()) }));
    // One that does not read never sees the end.
    setTimeout(() => response.destroy(), 1000).unref();
  }

  #beat({ response, drainedMs }: Reader): void {
    if (response.writableLength > 0) {
      if (this.#now() - drainedMs > STUCK_LIMIT_MS) response.destroy();
    } else if (!response.writableEnded) {
      response.write(data({ type: 'ping', timestamp: seconds(this.#now()) }));
    }
  }
}

/** An event without a number: it is not part of what can be resumed. */
function data(message: DetectionServerMessage): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}
