import type { DetectionsEvent } from '@lookout/protocol';
import { type RedisLink, redisScript } from '../../platform/redis/redis-link.js';
import type { EventBus, EventChange } from '../bus/event-bus.js';

export interface RedisStreamsOptions {
  readonly redis: Pick<RedisLink, 'isUp' | 'runScript' | 'onBack'>;
  readonly bus: EventBus;
  /** An entry was written, or given up because Redis was away or slower than what happens. */
  onEntry(stream: RedisStream, outcome: 'sent' | 'dropped'): void;
  /** Monotonic, ms. */
  now(): number;
}

export type RedisStream = 'events' | 'detections';

/** Changes of events that wait while Redis is away; the oldest go first. */
export const MAX_WAITING = 1000;
/** About how many entries a stream keeps. */
const MAX_EVENTS = 10_000;
const MAX_DETECTIONS = 1000;
/** A change that has waited longer is given up, … */
export const MAX_WAIT_MS = 30 * 60_000;
/** … since it is only known for so long whether another node has written it, s. */
const WRITTEN_S = 3600;
/** A stream of detections is gone so long after its last entry, s. */
const KEEP_DETECTIONS_S = 3600;

/**
 * `KEYS`: the stream, and what says that the change was written. `ARGV`: maximum length, for how long the latter is kept, fields. All nodes tell
 * each change, and so does one that got no answer, so that none is lost with its node; the first is written.
 */
const ADD_ONCE = redisScript(`
if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 3))
return 1
`);

/** `KEYS`: the stream. `ARGV`: maximum length, lifetime in s, fields. */
const ADD_NEWEST = redisScript(`
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 3))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
`);

interface WaitingChange {
  readonly sinceMs: number;
  /** The key that says that it was written. */
  readonly mark: string;
  /** Names and values, one after another. */
  readonly fields: readonly string[];
}

/** Tells other programs, by streams of Redis, of events and of the newest detections. */
export class RedisStreams {
  readonly #options: RedisStreamsOptions;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #waiting: WaitingChange[] = [];
  #sending: Promise<void> | undefined;
  /** By camera, while one of its entries is on its way: the newest detections, if there are newer ones. */
  readonly #newest = new Map<string, DetectionsEvent | undefined>();

  constructor(options: RedisStreamsOptions) {
    this.#options = options;
    const { redis, bus } = options;
    this.#unsubscribe = [bus.on('event', (change) => this.#changed(change)), redis.onBack(() => this.#send())];
  }

  /** What a frame of a camera shows. Never throws. */
  detected(event: DetectionsEvent): void {
    const { redis, onEntry } = this.#options;
    const { camera } = event;
    if (!redis.isUp) onEntry('detections', 'dropped');
    else if (!this.#newest.has(camera)) void this.#sendDetections(event);
    else {
      if (this.#newest.get(camera)) onEntry('detections', 'dropped');
      this.#newest.set(camera, event);
    }
  }

  /** Nothing more is taken; what can be sent now still is. */
  async close(): Promise<void> {
    for (const end of this.#unsubscribe) end();
    await this.#sending;
  }

  #changed({ kind, seq, event }: EventChange): void {
    const data = JSON.stringify(kind === 'deleted' ? { id: event.id } : event);
    this.#waiting.push({
      sinceMs: this.#options.now(),
      mark: `lookout:events:written:${seq}:${event.id}`,
      fields: ['event', kind, 'id', String(seq), 'camera', event.camera, 'data', data],
    });
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#options.onEntry('events', 'dropped');
    }
    this.#send();
  }

  #send(): void {
    this.#sending ??= this.#sendWaiting().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendWaiting(): Promise<void> {
    const { redis, onEntry, now } = this.#options;
    for (let first = this.#waiting[0]; first && redis.isUp; first = this.#waiting[0]) {
      const { sinceMs, mark, fields } = first;
      try {
        if (now() - sinceMs > MAX_WAIT_MS) onEntry('events', 'dropped');
        else {
          const added = await redis.runScript(ADD_ONCE, ['lookout:events', mark], [MAX_EVENTS, WRITTEN_S, ...fields]);
          if (added === 1) onEntry('events', 'sent');
        }
      } catch {
        // It waits until Redis is back; the link reports that it is away.
        return;
      }
      // Unless it was dropped meanwhile.
      if (this.#waiting[0] === first) this.#waiting.shift();
    }
  }

  async #sendDetections(first: DetectionsEvent): Promise<void> {
    const { redis, onEntry } = this.#options;
    const { camera } = first;
    for (let event: DetectionsEvent | undefined = first; event; event = this.#newest.get(camera)) {
      this.#newest.set(camera, undefined);
      const fields = ['camera', camera, 'timestamp', event.timestamp, 'data', JSON.stringify(event)];
      try {
        await redis.runScript(
          ADD_NEWEST,
          [`lookout:detections:${camera}`],
          [MAX_DETECTIONS, KEEP_DETECTIONS_S, ...fields],
        );
        onEntry('detections', 'sent');
      } catch {
        // Nobody wants it later; the link reports that Redis is away.
        onEntry('detections', 'dropped');
      }
    }
    this.#newest.delete(camera);
  }
}
