import type { ServerResponse } from 'node:http';
import type { DetectionServerMessage } from '@lookout/protocol';
import { seconds } from '../../pipeline/sessions/detection-session.js';
import { EventRing } from '../../pipeline/sessions/event-ring.js';
import { type SseEvent, SseWriter } from '../sse/sse-writer.js';

export interface EventStreamOptions {
  now(): number;
  heartbeatMs?: number;
  ring?: EventRing;
}

/** Maximum unsent bytes per reader; further events wait in the ring. */
const MAX_BUFFERED_BYTES = 64 * 1024;
/** Reconnect delay for browsers, ms. */
const RETRY_MS = 1000;

interface Reader {
  writer: SseWriter;
  /** Id of the last event written to this reader. */
  cursor: number;
}

/**
 * The events of one session and their reader. Events wait in a ring for a reader that connects late, reconnects or reads slowly;
 * a reader is notified of events that the ring had to drop. A second reader replaces the first, which is usually an old
 * connection of the same client that has not been found dead yet.
 */
export class EventStream {
  readonly #now: () => number;
  readonly #heartbeatMs: number | undefined;
  readonly #ring: EventRing;
  #reader: Reader | undefined;
  /** Id of the last event sent to any reader. */
  #delivered = 0;
  #isEnded = false;

  constructor({ now, heartbeatMs, ring = new EventRing() }: EventStreamOptions) {
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
    let reader: Reader | undefined;
    const writer = SseWriter.open(response, {
      now: this.#now,
      preamble: `retry: ${RETRY_MS}\n`,
      heartbeat: () => eventOf({ type: 'ping', timestamp: seconds(this.#now()) }),
      ...(this.#heartbeatMs !== undefined && { heartbeatMs: this.#heartbeatMs }),
      maxBufferedBytes: MAX_BUFFERED_BYTES,
      onDrain: () => this.#reader === reader && this.#pump(),
      onClose: () => {
        if (this.#reader === reader) this.#reader = undefined;
      },
    });
    // A HEAD request reads no events, so the current reader stays.
    if (!writer) return;
    const error = 'Another reader of this session’s events connected and replaced this one';
    this.#reader?.writer.end(eventOf({ type: 'error', code: 'replaced', error, timestamp: seconds(this.#now()) }));
    const given = /^\d{1,15}$/.test(lastEventId ?? '') ? Number(lastEventId) : undefined;
    const cursor = given !== undefined && given <= this.#ring.lastId ? given : this.#delivered;
    reader = { writer, cursor };
    this.#reader = reader;
    this.#pump();
  }

  /** Sends the remaining events and ends the stream; later events are ignored. */
  end(): void {
    this.#isEnded = true;
    const rest: SseEvent[] = [];
    for (let next = this.#next(); next; next = this.#next()) rest.push(...this.#take(next));
    this.#reader?.writer.end(...rest);
    this.#reader = undefined;
  }

  #pump(): void {
    while (this.#reader?.writer.hasRoom) {
      const next = this.#next();
      if (!next) return;
      this.#reader.writer.send(...this.#take(next));
    }
  }

  #next() {
    return this.#reader && this.#ring.after(this.#reader.cursor);
  }

  /** Moves the reader's cursor past an event. @returns the event, after a note on those lost before it */
  #take({ event, lost }: NonNullable<ReturnType<EventRing['after']>>): SseEvent[] {
    if (this.#reader) this.#reader.cursor = event.id;
    this.#delivered = Math.max(this.#delivered, event.id);
    const taken = { id: event.id, data: event.text };
    if (lost === 0) return [taken];
    const error = `${lost} events were dropped before they were read`;
    return [eventOf({ type: 'error', code: 'events_lost', error, timestamp: seconds(this.#now()) }), taken];
  }
}

/** An event without an id, which can't be resumed. */
function eventOf(message: DetectionServerMessage): SseEvent {
  return { data: JSON.stringify(message) };
}
