import type { ServerResponse } from 'node:http';
import { ModeState, RuleEvent, StorageState } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EventBus, EventChange } from '../../pipeline/bus/event-bus.js';
import type { EventService } from '../../pipeline/events/event-service.js';
import { maySee, type Principal } from '../../platform/auth/principal.js';
import { type SseEvent, SseWriter } from '../sse/sse-writer.js';

export interface EventStreamOptions {
  readonly events: Pick<EventService, 'changesAfter' | 'view'>;
  readonly bus: EventBus;
  /** Whether the database is known to be away. */
  readonly isAway: () => boolean;
  /** Monotonic, ms. */
  readonly now: () => number;
}

/** Changes read from the database at once for a reader that has fallen behind. */
const BATCH = 100;

const RemovedEvent = z.object({ id: z.string() });
const MissedEvents = z.object({});
const RulesChanged = z.object({});

/** `GET /api/events/stream`. */
export function eventStreamRoute(options: EventStreamOptions): FastifyPluginAsyncZod {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/api/events/stream',
      config: { permission: 'watch' },
      schema: {
        tags: ['events'],
        summary: 'Events of rules as server-sent events, as they happen',
        description:
          '`created`, `updated`, `ended` and `changed` (by a user) carry the event as it is; `deleted` its id. A reader that sends `Last-Event-ID` continues after it; it is told `missed` first if changes since then are no longer remembered, so that it reads the list again. `rules` says that rules were added, changed or removed, and `mode` carries the present mode when it changes; both have no id and are not repeated. With several nodes, events that are found while the database is away have `unconfirmed` and no id, and are told again once they are stored; `storage` says when the database goes away and when it is back.',
        response: {
          200: {
            description: 'An event for each change',
            content: {
              'text/event-stream': {
                schema: z.union([RuleEvent, RemovedEvent, MissedEvents, RulesChanged, ModeState, StorageState]),
              },
            },
          },
        },
      },
      handler: async ({ principal, headers }, reply) => {
        reply.hijack();
        const given = headers['last-event-id'];
        new EventReader(reply.raw, principal, options).start(typeof given === 'string' ? given : undefined);
      },
    });
  };
}

/**
 * One reader. What it cannot take now it gets from the database later, so nothing waits in memory for it.
 */
class EventReader {
  readonly #response: ServerResponse;
  readonly #isVisible: (camera: string) => boolean;
  readonly #options: EventStreamOptions;
  #writer: SseWriter | undefined;
  /** Number of the last change that the reader has, or need not have. */
  #last: number | undefined;
  #isBehind = false;
  #isReading = false;
  /** What is to be told beside events: the newest of each. */
  readonly #news = new Map<'rules' | 'mode' | 'storage', object>();
  /** Something happened while changes were read from the database. */
  #hasMore = false;

  constructor(response: ServerResponse, principal: Principal | null, options: EventStreamOptions) {
    this.#response = response;
    this.#isVisible = (camera) => principal !== null && maySee(principal, camera);
    this.#options = options;
  }

  /** @param lastEventId as sent by the reader; ignored if it is none of ours */
  start(lastEventId: string | undefined): void {
    const { bus, now } = this.#options;
    let unsubscribe = () => {};
    this.#writer = SseWriter.open(this.#response, {
      now,
      preamble: ': connected\n',
      // A reader that has seen no event yet continues from here.
      heartbeat: () => ({ event: 'ping', data: '{}', ...(this.#last !== undefined && { id: this.#last }) }),
      onDrain: () => {
        this.#tellNews();
        void this.#catchUp();
      },
      onClose: () => unsubscribe(),
    });
    if (!this.#writer) return;
    const subscriptions = [
      bus.on('event', (change) => this.#happened(change)),
      bus.on('rule', () => this.#tell('rules', {})),
      bus.on('mode', (state) => this.#tell('mode', state)),
      bus.on('unconfirmed', ({ kind, event }) => {
        // A reader that can't take it gets it when it is stored.
        if (this.#isVisible(event.camera)) this.#writer?.send({ event: kind, data: JSON.stringify(event) });
      }),
      bus.on('storage', (state) => {
        this.#tell('storage', state);
        if (!state.away) void this.#catchUp();
      }),
    ];
    if (this.#options.isAway()) this.#tell('storage', { away: true });
    unsubscribe = () => {
      for (const end of subscriptions) end();
    };
    if (lastEventId === undefined || !/^\d{1,15}$/.test(lastEventId)) return;
    this.#last = Number(lastEventId);
    this.#isBehind = true;
    void this.#catchUp();
  }

  #happened({ kind, seq, event }: EventChange): void {
    if (this.#isBehind) {
      this.#hasMore = true;
      return;
    }
    if (!this.#isVisible(event.camera) || this.#send(kind, seq, event)) this.#last = Math.max(this.#last ?? 0, seq);
    else {
      this.#last ??= seq - 1;
      this.#isBehind = true;
    }
  }

  #tell(event: 'rules' | 'mode' | 'storage', data: object): void {
    this.#news.set(event, data);
    this.#tellNews();
  }

  #tellNews(): void {
    for (const [event, data] of this.#news) {
      if (!this.#writer?.send({ event, data: JSON.stringify(data) })) return;
      this.#news.delete(event);
    }
  }

  async #catchUp(): Promise<void> {
    if (!this.#isBehind || this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isBehind && (await this.#readMore()));
    } catch {
      // The database is in trouble: the reader connects again, and continues then; or at once when it is said to be back.
      if (!this.#options.isAway()) this.#writer?.cut();
    } finally {
      this.#isReading = false;
    }
  }

  /** @returns whether there may be more, and room for it */
  async #readMore(): Promise<boolean> {
    this.#hasMore = false;
    const after = this.#last ?? 0;
    const { changes, isComplete } = await this.#options.events.changesAfter(after, BATCH);
    if (!isComplete && !this.#writer?.send({ event: 'missed', data: '{}' })) return false;
    if (!isComplete && changes.length === 0) this.#last = 0;
    for (const { seq, kind, eventId, camera, event } of changes) {
      const isShown = this.#isVisible(camera) && (event !== undefined || kind === 'deleted');
      const view = event ? this.#options.events.view(event) : { id: eventId };
      if (isShown && !this.#send(kind, seq, view)) return false;
      this.#last = seq;
    }
    if (changes.length === BATCH || this.#hasMore) return true;
    this.#isBehind = false;
    return false;
  }

  #send(kind: EventChange['kind'], seq: number, event: RuleEvent | { id: string }): boolean {
    const data = kind === 'deleted' ? { id: event.id } : event;
    const message: SseEvent = { event: kind, id: seq, data: JSON.stringify(data) };
    return this.#writer?.send(message) ?? false;
  }
}
