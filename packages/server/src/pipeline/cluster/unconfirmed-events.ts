import { LookoutError, type RuleEvent } from '@lookout/protocol';
import type { WaitingChange, WaitingEvents } from '../../platform/cluster/waiting-events.js';
import type { EventRepository, KeptEvent, NewDelivery } from '../../platform/storage/index.js';
import type { EventBus } from '../bus/event-bus.js';
import type { HeldEvents, WaitingChanges } from '../events/event-recorder.js';
import { asAbandoned } from '../second-look/verified-event.js';

export interface UnconfirmedEventsOptions {
  readonly file: WaitingEvents;
  readonly bus: Pick<EventBus, 'emit'>;
  /** Whether no other node has the cameras of this one, or takes them. */
  isAgreed(): boolean;
  /** The epoch of a camera's lease if this node has it. */
  epochOf(camera: string): number | undefined;
  view(event: KeptEvent): RuleEvent;
}

type Untold = Pick<WaitingChange, 'kind' | 'event'>;

/** The recorder waits with as many events. */
const MAX_UNTOLD = 1000;

/**
 * Events that are found while the database is away: kept in a file until it is back, and told meanwhile as unconfirmed, once it is sure that no
 * other node watches the camera too. What is stored then is told again, by the database, as all events are.
 */
export class UnconfirmedEvents implements WaitingChanges, HeldEvents {
  readonly #options: UnconfirmedEventsOptions;
  #untold: Untold[] = [];

  constructor(options: UnconfirmedEventsOptions) {
    this.#options = options;
  }

  waits(kind: WaitingChange['kind'], event: KeptEvent): void {
    const { file, epochOf } = this.#options;
    const epoch = file.get(event.id)?.epoch ?? epochOf(event.camera);
    if (epoch === undefined) return;
    file.add({ kind, event, epoch });
    if (this.#untold.length < MAX_UNTOLD) this.#untold.push({ kind, event });
    this.tell();
  }

  /** Keeps an event in the file without announcing it: its question has no answer yet. */
  hold(event: KeptEvent): void {
    const { file, epochOf } = this.#options;
    const epoch = file.get(event.id)?.epoch ?? epochOf(event.camera);
    if (epoch !== undefined) file.add({ kind: 'created', event, epoch });
  }

  done({ id }: Pick<KeptEvent, 'id'>): void {
    this.#options.file.done(id);
    this.#untold = this.#untold.filter(({ event }) => event.id !== id);
  }

  /** Tells what waits to be told, if the nodes agree. */
  tell(): void {
    const { bus, view, isAgreed } = this.#options;
    if (!isAgreed()) return;
    for (const { kind, event } of this.#untold.splice(0)) {
      bus.emit('unconfirmed', { kind, event: view({ ...event, unconfirmed: true }) });
    }
  }
}

/**
 * Stores what a process before this one has left. Before cameras are taken, so that the leases still tell whether another node has had them.
 * @returns how many events were stored @throws LookoutError `storage_failed`
 */
export async function storeLeft(
  file: WaitingEvents,
  store: Pick<EventRepository, 'insert' | 'update'>,
  deliveries: (event: KeptEvent, kind: WaitingChange['kind']) => readonly NewDelivery[],
): Promise<number> {
  let stored = 0;
  for (const { event: left, isNew } of file.left.values()) {
    const event = asAbandoned(left);
    const isStored = isNew && (await unless('conflict', store.insert(event, deliveries(event, 'created'))));
    const kind = event.ended_at === null ? 'updated' : 'ended';
    // One that a user has removed stays so.
    if (isStored || (await unless('not_found', store.update(event, kind, deliveries(event, kind))))) stored++;
    file.done(event.id);
  }
  return stored;
}

/** @returns whether it was done; false: it was not, for this reason */
async function unless(code: string, done: Promise<unknown>): Promise<boolean> {
  try {
    await done;
    return true;
  } catch (error) {
    if (error instanceof LookoutError && error.code === code) return false;
    throw error;
  }
}
