import {
  type Camera,
  type EventChangeKind,
  LookoutError,
  type ModeState,
  type RuleEvent,
  type StorageState,
  type StoredRule,
} from '@lookout/protocol';
import type { TrackLife } from '@lookout/vision';
import { LogLimit } from '../../platform/metrics/log-limit.js';

/** `state`: the camera's state or its reason changed; `changed`: its configuration, or what its frames look like. */
export interface CameraChange {
  readonly kind: 'opened' | 'state' | 'changed' | 'removed';
  /** As the API returns it, without links. For `removed`, as it was. */
  readonly camera: Camera;
}

/** What happened to a camera's tracks in one analysed frame; at least one life. */
export interface TrackChange {
  readonly camera: string;
  readonly lives: readonly TrackLife[];
}

/** An event as it is stored. For `deleted`, as it was, or `id` and `camera` alone. */
export interface EventChange {
  readonly kind: EventChangeKind;
  /** Number of the change; see `EventRepository`. */
  readonly seq: number;
  readonly event: RuleEvent;
}

/** An event that can't be stored at present. */
export interface UnconfirmedChange {
  readonly kind: 'created' | 'updated' | 'ended';
  readonly event: RuleEvent;
}

/** A rule as it is stored. For `deleted`, as it was. */
export interface RuleChange {
  readonly kind: 'created' | 'changed' | 'deleted';
  readonly rule: StoredRule;
}

/** What happens in the server, by topic. High-rate data, frames and their detections, goes by direct calls instead. */
export interface BusTopics {
  readonly camera: CameraChange;
  readonly track: TrackChange;
  readonly event: EventChange;
  readonly unconfirmed: UnconfirmedChange;
  readonly rule: RuleChange;
  readonly storage: StorageState;
  readonly mode: ModeState;
}

export type Topic = keyof BusTopics;
type Listener<T extends Topic> = (happened: BusTopics[T]) => void;

export interface EventBusOptions {
  /** A listener has thrown. */
  count(topic: Topic): void;
  /** The same, seldom enough for a log. @param count exceptions of the topic since it was last called */
  log(topic: Topic, error: unknown, count: number): void;
  /** Monotonic, ms. */
  now(): number;
}

/** Maximum number of listeners per topic. Each open stream has one. */
const MAX_LISTENERS = 10_000;

/**
 * Tells what happens to those who want to know: sockets, streams, webhooks, storage. Delivery is synchronous, in the order of
 * subscription; whoever needs longer keeps what it was told and returns.
 */
export class EventBus {
  readonly #listeners: { readonly [T in Topic]: Set<Listener<T>> } = {
    camera: new Set(),
    track: new Set(),
    event: new Set(),
    unconfirmed: new Set(),
    storage: new Set(),
    rule: new Set(),
    mode: new Set(),
  };
  readonly #options: EventBusOptions;
  readonly #logged = new Map<Topic, LogLimit>();

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  /** @returns a function that unsubscribes @throws LookoutError `unavailable` if there are too many listeners */
  on<T extends Topic>(topic: T, listener: Listener<T>): () => void {
    const listeners = this.#listeners[topic];
    if (listeners.size >= MAX_LISTENERS) {
      throw new LookoutError('unavailable', `More than ${MAX_LISTENERS} listeners for changes of kind ${topic}`);
    }
    // Wrapped, so that one function may subscribe more than once.
    const subscribed: Listener<T> = (happened) => listener(happened);
    listeners.add(subscribed);
    return () => listeners.delete(subscribed);
  }

  /** Never throws: what a listener throws reaches neither the publisher nor other listeners. */
  emit<T extends Topic>(topic: T, happened: BusTopics[T]): void {
    for (const listener of this.#listeners[topic]) {
      try {
        listener(happened);
      } catch (error) {
        this.#report(topic, error);
      }
    }
  }

  #report(topic: Topic, error: unknown): void {
    this.#options.count(topic);
    const limit = this.#logged.get(topic) ?? new LogLimit(this.#options.now);
    this.#logged.set(topic, limit);
    const count = limit.count();
    if (count !== undefined) this.#options.log(topic, error, count);
  }
}
