import type { EventChangeKind, EventsQuery, RuleEvent, StoredRule } from '@lookout/protocol';
import type { NewDelivery } from './webhooks.js';

/** An event as it is kept: in place of the addresses of its pictures, whether there are any. Times are whole ms. */
export interface KeptEvent extends Omit<RuleEvent, 'snapshot_url' | 'clip_url'> {
  hasSnapshot: boolean;
  hasClip: boolean;
  /** What its pictures take on the disk. */
  bytes: number;
}

/** Changes by users, and what became of its pictures. */
export type EventAmendment = Partial<
  Pick<KeptEvent, 'seen' | 'kept' | 'verdict' | 'hasSnapshot' | 'hasClip' | 'bytes'>
>;

/** A change that was stored. Changes are numbered in their order; numbers are never used again. */
export interface StoredChange {
  seq: number;
  kind: EventChangeKind;
  eventId: string;
  camera: string;
  /** As it is now; undefined if it has been removed since. */
  event: KeptEvent | undefined;
}

/** `cursor`: the id of the last event of the page before. */
export type EventFilter = Omit<EventsQuery, 'camera'> & {
  /** Events of these cameras only; undefined: all. */
  cameras?: readonly string[] | undefined;
};

/** Number of changes that are remembered. */
export const MAX_EVENT_CHANGES = 10_000;

/** What an event has no column for: neither searched for nor changed by users. */
export function eventData(event: KeptEvent) {
  const { behavior, summary, reason, measured, tracks, zone, line, direction, image_size, late, node } = event;
  const { untested, verification } = event;
  const frame_timestamp = Math.round(event.frame_timestamp);
  return {
    behavior,
    summary,
    reason,
    measured,
    tracks,
    zone,
    line,
    direction,
    image_size,
    late,
    node,
    untested,
    verification,
    frame_timestamp,
  };
}
export type EventData = ReturnType<typeof eventData>;

/**
 * Events, newest first by id. What changes an event stores the change and the messages about it in the same transaction, so that
 * no message is lost and none tells of what was not stored.
 *
 * What the owner of a camera writes carries the `epoch` of its lease where several nodes share the database. Once another node has
 * taken the camera, such a write is refused with `lease_lost`. One node alone has no leases, and `epoch` is ignored.
 */
export interface EventRepository {
  /** @returns the number of the change @throws LookoutError `conflict` if the id is taken */
  insert(event: KeptEvent, deliveries: readonly NewDelivery[], epoch?: number): Promise<number>;
  /**
   * Replaces what the rule found. What users changed and what `amend` said of its pictures stays.
   * @returns the number of the change @throws LookoutError `not_found` if it was removed
   */
  update(
    event: KeptEvent,
    kind: 'updated' | 'ended',
    deliveries: readonly NewDelivery[],
    epoch?: number,
  ): Promise<number>;
  /** @throws LookoutError `not_found` */
  amend(id: string, amendment: EventAmendment, epoch?: number): Promise<{ seq: number; event: KeptEvent }>;
  /** Marks all events as seen that started until then, of these cameras or all. @returns ids of those that were not yet */
  markSeen(untilMs: number, cameras?: readonly string[]): Promise<string[]>;
  /** @returns what was removed; undefined if there was no such event */
  remove(id: string): Promise<{ seq: number; event: KeptEvent } | undefined>;
  get(id: string): Promise<KeptEvent | undefined>;
  /** Newest first; `cursor` is undefined on the last page. */
  page(filter: EventFilter): Promise<{ events: KeptEvent[]; cursor: string | undefined }>;
  /** Events that have not ended, oldest first: at a start, those of a server that crashed. */
  open(): Promise<KeptEvent[]>;
  /**
   * Changes after a number, oldest first.
   * @returns `isComplete`: false if older ones that should follow it are not remembered any more
   */
  changesAfter(seq: number, limit: number): Promise<{ changes: StoredChange[]; isComplete: boolean }>;
  /** Number of the newest change; 0 if there was none. */
  lastChange(): Promise<number>;
  /** By rule: when it last fired, and how often since a time. */
  countsByRule(sinceMs: number): Promise<Map<string, Pick<StoredRule, 'last_event_at' | 'events_24h' | 'wrong_24h'>>>;
  /** Number of events that started in each step of a camera's time, by the index of the step; steps without any are missing. */
  countsByStep(camera: string, sinceMs: number, untilMs: number, stepMs: number): Promise<Map<number, number>>;
  /** @param filter default: all events */
  count(filter?: Pick<EventFilter, 'cameras' | 'kept'>): Promise<number>;
  /** What all pictures take on the disk. */
  totalBytes(): Promise<number>;
  /** The oldest events that are not to be kept, oldest first: what is removed when there are too many. */
  oldest(limit: number): Promise<Pick<KeptEvent, 'id' | 'started_at' | 'bytes'>[]>;
}
