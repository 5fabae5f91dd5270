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
/** Maximum unsent bytes per reader; further events wait in the ring. */
const MAX_BUFFERED_BYTES = 64 * 1024;
/** A reader that has not drained for this long is disconnected. */
const STUCK_LIMIT_MS = 30_000;
/** Reconnect delay for browsers, ms. */
const RETRY_MS = 1000;

interface Reader {
  response: ServerResponse;
  /** Id of the last event written to this reader. */
  cursor: number;
  drainedMs: number;
  heartbeat: NodeJS.Timeout;
}

/**
 * The events of one session and their reader. Events wait in a ring for a reader that connects late, reconnects or reads slowly;
 * a reader is notified of events that the ring had to drop. A second reader replaces the first, which is usually an old
 * connection of the same client that has not been found dead yet.
 */
export class EventStream {
  readonly #now: () => number;
  readonly #heartbeatMs: number;
  readonly #ring: EventRing;
  #reader: Reader | undefined;
  /** Id of the last event sent to any reader. */
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
   * Responds with the stream, starting after `lastEventId` or, without it, with the first event not yet sent to any reader.
   * @param lastEventId as sent by the client; ignored if it was never issued
   */
  attach(response: ServerResponse, lastEventId?: string): void {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    // A HEAD request reads no events, so the current reader stays.
    if (response.req.method === 'HEAD') {
      response.end();
      return;
    }
    this.#replaceReader();
    response.socket?.setNoDelay(true);
    // Sent with the first event: some readers take a separate block for an event without data.
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

  /** Sends the remaining events and ends the stream; later events are ignored. */
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
      const error = `${lost} events were dropped before they were read`;
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
    const error = 'Another reader of this session’s events connected and replaced this one';
    response.end(data({ type: 'error', code: 'replaced', error, timestamp: seconds(this.#now()) }));
    // A reader that does not read never sees the end.
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

/** An event without an id, which can't be resumed. */
function data(message: DetectionServerMessage): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}
