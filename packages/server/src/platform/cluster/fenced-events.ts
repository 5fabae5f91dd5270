import { LookoutError } from '@lookout/protocol';
import type { EventRepository, KeptEvent } from '../storage/index.js';
import type { LeaseKeeper } from './lease-keeper.js';

export interface EventFence extends Pick<LeaseKeeper, 'epochOf' | 'refused'> {
  /** An event that waits to be stored, and the epoch by which it was found. */
  waiting(eventId: string): { readonly event: KeptEvent; readonly epoch: number } | undefined;
  /** Whether the database does not answer. */
  isLost(): boolean;
  /** @param listener called when the database does not answer any more */
  onLost(listener: () => void): void;
}

/**
 * Events of a node that is one of several: what a rule found is stored with the epoch of the camera's lease, and not at all without one.
 * Where the database refuses it, another node has the camera, which is stopped here at once. An event that has waited for the database keeps the
 * epoch by which it was found. It is stored also if another node has had the camera since, but as one that has come late, and ended, as
 * nobody would end it.
 */
export function fencedEvents(events: EventRepository, fence: EventFence): EventRepository {
  const givingUp = new Set<() => void>();
  fence.onLost(() => {
    for (const giveUp of givingUp) giveUp();
  });
  /** Nobody waits for an answer that will not come. What arrives all the same has the same id. */
  const unlessLost = <T>(written: Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const giveUp = () => reject(away());
      givingUp.add(giveUp);
      written.then(resolve, reject).finally(() => givingUp.delete(giveUp));
    });
  const fenced = async <T>(
    event: KeptEvent,
    write: (event: KeptEvent, epoch: number | undefined) => Promise<T>,
  ): Promise<T> => {
    const { id, camera } = event;
    const waited = fence.waiting(id)?.epoch;
    const epoch = waited ?? fence.epochOf(camera);
    if (epoch === undefined) throw new LookoutError('lease_lost', `This node does not have the camera "${camera}"`);
    if (fence.isLost()) throw away();
    try {
      return await write(event, epoch);
    } catch (error) {
      if (!(error instanceof LookoutError) || error.code !== 'lease_lost') throw error;
      fence.refused(camera, epoch);
      if (waited === undefined) throw error;
      return await write({ ...event, ended_at: event.ended_at ?? event.frame_timestamp, late: true }, undefined);
    }
  };
  return {
    ...methodsOf(events),
    get: async (id) => {
      const { event } = (fence.isLost() && fence.waiting(id)) || {};
      return event ? { ...event, unconfirmed: true } : events.get(id);
    },
    insert: (given, deliveries) => fenced(given, (event, epoch) => unlessLost(events.insert(event, deliveries, epoch))),
    update: (given, kind, deliveries) => fenced(given, (event, epoch) => events.update(event, kind, deliveries, epoch)),
  };
}

function away(): LookoutError {
  return new LookoutError('storage_failed', 'The database of the cluster does not answer');
}
/** Methods of classes with private fields work on their own object only. */
function methodsOf(events: EventRepository): EventRepository {
  return {
    insert: (...given) => events.insert(...given),
    update: (...given) => events.update(...given),
    amend: (...given) => events.amend(...given),
    markSeen: (...given) => events.markSeen(...given),
    remove: (...given) => events.remove(...given),
    get: (...given) => events.get(...given),
    page: (...given) => events.page(...given),
    open: () => events.open(),
    changesAfter: (...given) => events.changesAfter(...given),
    lastChange: () => events.lastChange(),
    countsByRule: (...given) => events.countsByRule(...given),
    countsByStep: (...given) => events.countsByStep(...given),
    count: (...given) => events.count(...given),
    totalBytes: () => events.totalBytes(),
    oldest: (...given) => events.oldest(...given),
  };
}
