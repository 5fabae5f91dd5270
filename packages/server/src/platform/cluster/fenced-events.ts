import { LookoutError } from '@lookout/protocol';
import type { EventRepository } from '../storage/index.js';
import type { LeaseKeeper } from './lease-keeper.js';

/**
 * Events of a node that is one of several: what a rule found is stored with the epoch of the camera's lease, and not at all without one.
 * Where the database refuses it, another node has the camera, which is stopped here at once.
 */
export function fencedEvents(
  events: EventRepository,
  keeper: Pick<LeaseKeeper, 'epochOf' | 'refused'>,
): EventRepository {
  const fenced = async <T>(camera: string, write: (epoch: number) => Promise<T>): Promise<T> => {
    const epoch = keeper.epochOf(camera);
    if (epoch === undefined) throw new LookoutError('lease_lost', `This node does not have the camera "${camera}"`);
    try {
      return await write(epoch);
    } catch (error) {
      if (error instanceof LookoutError && error.code === 'lease_lost') keeper.refused(camera, epoch);
      throw error;
    }
  };
  return {
    ...methodsOf(events),
    insert: (event, deliveries) => fenced(event.camera, (epoch) => events.insert(event, deliveries, epoch)),
    update: (event, kind, deliveries) => fenced(event.camera, (epoch) => events.update(event, kind, deliveries, epoch)),
  };
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
